//! `kiennghi users`.

use std::io::Write;

use super::Data;

pub(super) fn run(data: &Data) -> anyhow::Result<()> {
    let district = data.open()?.district()?;
    let mut stdout = std::io::stdout().lock();
    for user in district.users {
        writeln!(
            stdout,
            "{}\t{}\t{}\t{}",
            user.name,
            user.role.name(),
            user.unit,
            user.display
        )?;
    }
    Ok(())
}
