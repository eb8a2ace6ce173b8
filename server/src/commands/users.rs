//! `kiennghi users`.

use std::io::Write;

use super::Data;

pub(super) fn run(data: &Data) -> anyhow::Result<()> {
    let district = data.open()?.district()?;
    let mut stdout = std::io::stdout().lock();
    for user in &district.users {
        for row in district.open_grants(&user.name) {
            writeln!(
                stdout,
                "{}\t{}\t{}\t{}",
                user.name,
                row.grant.role.name(),
                row.grant.unit,
                user.display
            )?;
        }
    }
    Ok(())
}
