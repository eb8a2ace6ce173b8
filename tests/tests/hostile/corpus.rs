//! The corpus is what its generator makes, and each entry does to automerge what it says.

use std::fs;
use std::process::{Command, Stdio};

use kiennghi_tests::hostile::corpus::{End, Harm, Manifest};
use kiennghi_tests::hostile::fuzz::{guided_folder, guided_seeds};

#[test]
fn the_committed_corpus_is_what_the_generator_makes() {
    let made = Manifest::make();
    assert_eq!(made.files(), Manifest::make().files(), "the same each time");
    let committed = Manifest::read();
    let again = "run `cargo run -p kiennghi-tests --bin corpus`";
    assert_eq!(committed.entries.len(), made.entries.len(), "{again}");
    for (committed, made) in committed.entries.iter().zip(&made.entries) {
        assert!(committed == made, "{}: {again}", made.name);
    }
    for (name, bytes) in guided_seeds(&made) {
        let seed = fs::read(guided_folder().join(&name)).unwrap_or_default();
        assert!(seed == bytes, "{}: {again}", name.display());
    }
}

#[test]
fn every_hazard_has_its_entries() {
    let manifest = Manifest::read();
    for hazard in 1..=12 {
        let mut hazards = manifest.entries.iter().map(|entry| entry.hazard);
        assert!(hazards.any(|found| found == hazard), "{hazard}");
    }
}

#[test]
fn every_entry_does_to_automerge_what_it_says() {
    let mut failures = Vec::new();
    for entry in Manifest::read().entries {
        let Some(expected) = entry.harm.end() else {
            continue;
        };
        let limit = format!(
            "ulimit -v {}; ulimit -c 0; exec \"$0\" --harm \"$1\"",
            Harm::address_space_kib()
        );
        let mut command = Command::new("sh");
        command.args(["-c", &limit, env!("CARGO_BIN_EXE_corpus"), &entry.name]);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let output = command.output().expect("a shell");
        let ended = End::of(output.status);
        if ended != Some(expected) {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            failures.push(format!("{}: {} {said}", entry.name, output.status));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
