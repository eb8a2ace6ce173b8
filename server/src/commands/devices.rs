//! `kiennghi devices` and `kiennghi revoke`.

use std::io::Write;

use jiff::Timestamp;

use super::{Data, stamp};
use crate::store::DeviceId;

/// Lists the devices, or those of one user.
pub(super) fn list(data: &Data, user: Option<&str>) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    for device in data.open()?.devices()? {
        if user.is_some_and(|user| user != device.user.0) {
            continue;
        }
        writeln!(
            stdout,
            "{}\t{}\t{}\t{}\t{}\t{}",
            device.id.0,
            device.user,
            device.name,
            time(Some(device.created_at)),
            time(device.last_seen_at),
            time(device.revoked_at),
        )?;
    }
    Ok(())
}

/// Takes a device's right to sign in.
pub(super) fn revoke(data: &Data, device: i64) -> anyhow::Result<()> {
    let store = data.open()?;
    let found = store.devices()?.into_iter();
    let mut found = found.filter(|row| row.id == DeviceId(device));
    let Some(row) = found.next() else {
        anyhow::bail!("there is no device {device}: see `kiennghi devices`");
    };
    let mut stdout = std::io::stdout().lock();
    if store.revoke_device(row.id, &stamp())? {
        writeln!(
            stdout,
            "device {device} ({}) of {} is revoked; what it still sends waits for the office to \
             decide",
            row.name, row.user
        )?;
    } else {
        let at = time(row.revoked_at);
        writeln!(stdout, "device {device} was revoked before, at {at}")?;
    }
    Ok(())
}

/// A time as a list shows it, in UTC; `-` for none.
pub(super) fn time(at: Option<i64>) -> String {
    let at = at.and_then(|at| Timestamp::from_millisecond(at).ok());
    at.map_or_else(|| "-".to_owned(), |at| format!("{at:.0}"))
}
