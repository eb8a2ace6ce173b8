//! Progress on the terminal: which step runs, how long it took, which one failed.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// Announces a step, runs it, and says how long it took; a failure names the step.
pub(crate) fn step<T>(title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("▸ {title} …");
    let start = Instant::now();
    let result = work().with_context(|| format!("the step \"{title}\" failed"));
    let seconds = start.elapsed().as_secs_f32();
    match &result {
        Ok(_) => println!("  done in {seconds:.1} s"),
        Err(_) => println!("  FAILED after {seconds:.1} s"),
    }
    result
}

/// Runs a program with its output on the terminal; fails when it fails.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let name = describe(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start `{name}`"))?;
    if !status.success() {
        bail!("`{name}` ended with {status}");
    }
    Ok(())
}

/// Runs a program and returns what it printed, without the last line break; fails when it fails.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let name = describe(command);
    let output = command
        .output()
        .with_context(|| format!("cannot start `{name}`"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{name}` ended with {}: {}", output.status, said.trim());
    }
    let text =
        String::from_utf8(output.stdout).with_context(|| format!("`{name}` printed no UTF-8"))?;
    Ok(text.trim_end().to_owned())
}

fn describe(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named() {
        let error = succeed(Command::new("cargo").arg("no-such-command")).unwrap_err();
        assert!(
            error.to_string().contains("cargo no-such-command"),
            "{error}"
        );
    }

    #[test]
    fn a_failing_step_is_named() {
        let error = step("lint", || -> Result<()> { bail!("no") }).unwrap_err();
        assert_eq!(error.to_string(), "the step \"lint\" failed");
    }
}
