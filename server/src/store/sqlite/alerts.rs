//! [`Alerts`] on SQLite.

use std::collections::BTreeMap;

use kiennghi_shared::id::{UnitCode, UserName};
use kiennghi_shared::schema::Kind;
use rusqlite::{Connection, OptionalExtension, params};

use super::SqliteStore;
use super::casefile::from_json;
use super::credentials::note;
use crate::store::alerts::ALERTED_DEVICES_MAX;
use crate::store::{
    Action, AlertAddress, AlertedDevice, AlertedPerson, Alerts, DeviceId, NewPaper, SecretHash,
    Stamp, StoreError,
};

impl Alerts for SqliteStore {
    fn alert_address(&self, device: DeviceId) -> Result<Option<AlertAddress>, StoreError> {
        self.readers.view(|view| address_of(view, device))
    }

    fn put_alert_address(
        &self,
        device: DeviceId,
        address: AlertAddress,
        stamp: &Stamp,
    ) -> Result<(), StoreError> {
        let stamp = stamp.clone();
        self.writer
            .write(move |connection| put(connection, device, &address, &stamp))
    }

    fn drop_alert_address(&self, device: DeviceId, stamp: &Stamp) -> Result<(), StoreError> {
        let stamp = stamp.clone();
        self.writer.write(move |connection| {
            if address_of(connection, device)?.is_some() {
                record(connection, Action::SwitchAlertsOff, device, &stamp)?;
            }
            drop_of_device(connection, device)
        })
    }

    fn drop_endpoint(&self, endpoint: &str) -> Result<(), StoreError> {
        let endpoint = endpoint.to_owned();
        self.writer.write(move |connection| {
            let sql = "DELETE FROM alert_subscriptions WHERE endpoint = ?1";
            connection.execute(sql, [endpoint.as_str()])?;
            Ok(())
        })
    }

    fn alerted_people(&self) -> Result<Vec<AlertedPerson>, StoreError> {
        self.readers.view(people)
    }

    fn begin_daily(&self, user: &UserName, day: &str) -> Result<bool, StoreError> {
        let (user, day) = (user.clone(), day.to_owned());
        self.writer.write(move |connection| {
            let begun = connection.execute(
                "INSERT INTO alert_people (user, daily_on, news_at) VALUES (?1, ?2, 0)
                 ON CONFLICT (user) DO UPDATE SET daily_on = excluded.daily_on
                 WHERE daily_on <> excluded.daily_on",
                params![user.0, day],
            )?;
            Ok(begun == 1)
        })
    }

    fn new_papers(&self, since: i64) -> Result<Vec<NewPaper>, StoreError> {
        self.readers.view(|view| new_papers(view, since))
    }

    fn untold_papers(&self, user: &UserName, papers: &[i64]) -> Result<Vec<i64>, StoreError> {
        self.readers.view(|view| {
            let mut known = view.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM alert_papers WHERE user = ?1 AND number = ?2)",
            )?;
            let mut untold = Vec::new();
            for paper in papers {
                if !known.query_row(params![user.0, paper], |row| row.get(0))? {
                    untold.push(*paper);
                }
            }
            Ok(untold)
        })
    }

    fn note_told(&self, user: &UserName, papers: &[i64], at: i64) -> Result<Vec<i64>, StoreError> {
        let (user, papers) = (user.clone(), papers.to_vec());
        self.writer.write(move |connection| {
            connection.execute(
                "INSERT INTO alert_people (user, daily_on, news_at) VALUES (?1, '', ?2)
                 ON CONFLICT (user) DO UPDATE SET news_at = excluded.news_at",
                params![user.0, at],
            )?;
            let mut noted = Vec::new();
            for paper in &papers {
                let made = connection
                    .prepare_cached("INSERT OR IGNORE INTO alert_papers VALUES (?1, ?2)")?
                    .execute(params![user.0, paper])?;
                if made > 0 {
                    noted.push(*paper);
                }
            }
            Ok(noted)
        })
    }
}

fn address_of(
    connection: &Connection,
    device: DeviceId,
) -> Result<Option<AlertAddress>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT endpoint, p256dh, auth FROM alert_subscriptions WHERE device = ?1",
    )?;
    let found = statement.query_row([device.0], |row| {
        Ok(AlertAddress {
            endpoint: row.get(0)?,
            p256dh: row.get(1)?,
            auth: row.get(2)?,
        })
    });
    Ok(found.optional()?)
}

/// Records that somebody switched a device's alerts.
fn record(
    connection: &Connection,
    action: Action,
    device: DeviceId,
    stamp: &Stamp,
) -> Result<(), StoreError> {
    let whose: Option<String> = connection
        .prepare_cached("SELECT user FROM devices WHERE id = ?1 AND revoked_at IS NULL")?
        .query_row([device.0], |row| row.get(0))
        .optional()?;
    match whose {
        Some(user) => note(connection, action, &UserName(user), "", stamp),
        None => Ok(()),
    }
}

fn put(
    connection: &Connection,
    device: DeviceId,
    address: &AlertAddress,
    stamp: &Stamp,
) -> Result<(), StoreError> {
    if address_of(connection, device)?.as_ref() != Some(address) {
        record(connection, Action::SwitchAlertsOn, device, stamp)?;
    }
    connection.execute(
        "DELETE FROM alert_subscriptions WHERE endpoint = ?1 OR device = ?2",
        params![address.endpoint, device.0],
    )?;
    // A device that was revoked meanwhile is given none.
    connection.execute(
        "INSERT INTO alert_subscriptions (device, endpoint, p256dh, auth, added_at)
         SELECT id, ?2, ?3, ?4, ?5 FROM devices WHERE id = ?1 AND revoked_at IS NULL",
        params![
            device.0,
            address.endpoint,
            address.p256dh,
            address.auth,
            stamp.at
        ],
    )?;
    let kept = i64::try_from(ALERTED_DEVICES_MAX).unwrap_or(i64::MAX);
    connection.execute(
        "DELETE FROM alert_subscriptions WHERE device IN (
             SELECT device FROM alert_subscriptions JOIN devices ON devices.id = device
             WHERE user = (SELECT user FROM devices WHERE id = ?1)
             ORDER BY added_at DESC, device DESC LIMIT -1 OFFSET ?2)",
        params![device.0, kept],
    )?;
    Ok(())
}

/// Goes with a device's right to sign in.
pub(super) fn drop_of_device(connection: &Connection, device: DeviceId) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM alert_subscriptions WHERE device = ?1",
        [device.0],
    )?;
    Ok(())
}

/// Goes with a user's right to sign in.
pub(super) fn drop_of_user(connection: &Connection, user: &UserName) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM alert_subscriptions
         WHERE device IN (SELECT id FROM devices WHERE user = ?1)",
        [&user.0],
    )?;
    Ok(())
}

/// Goes with the sessions of all browsers of a user but the one of this token.
pub(super) fn drop_of_other_browsers(
    connection: &Connection,
    user: &UserName,
    token: &SecretHash,
) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM alert_subscriptions
         WHERE device IN (SELECT id FROM devices WHERE user = ?1 AND is_browser)
             AND device NOT IN (SELECT device FROM browser_sessions WHERE token_hash = ?2)",
        params![user.0, token.0],
    )?;
    Ok(())
}

fn people(connection: &Connection) -> Result<Vec<AlertedPerson>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT devices.user, coalesce(daily_on, ''), coalesce(news_at, 0),
                device, is_browser, endpoint, p256dh, auth, added_at
         FROM alert_subscriptions
         JOIN devices ON devices.id = device
         JOIN users ON users.name = devices.user
         LEFT JOIN alert_people ON alert_people.user = devices.user
         WHERE revoked_at IS NULL AND disabled_at IS NULL
         ORDER BY devices.user, device",
    )?;
    let mut rows = statement.query([])?;
    let mut people: BTreeMap<String, AlertedPerson> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let user: String = row.get(0)?;
        let device = AlertedDevice {
            device: DeviceId(row.get(3)?),
            is_browser: row.get(4)?,
            address: AlertAddress {
                endpoint: row.get(5)?,
                p256dh: row.get(6)?,
                auth: row.get(7)?,
            },
            added_at: row.get(8)?,
        };
        let (daily_on, news_at) = (row.get(1)?, row.get(2)?);
        let person = people.entry(user.clone()).or_insert(AlertedPerson {
            user: UserName(user),
            daily_on,
            news_at,
            devices: Vec::new(),
        });
        person.devices.push(device);
    }
    Ok(people.into_values().collect())
}

fn new_papers(connection: &Connection, since: i64) -> Result<Vec<NewPaper>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT papers.number, papers.unit, author, facts, papers.updated_at
         FROM papers JOIN documents ON documents.number = papers.number
         WHERE papers.updated_at > ?1 AND papers.kind IN (?2, ?3) AND day <> ''",
    )?;
    let kinds = [Kind::Dispatch, Kind::Assignment].map(Kind::number);
    let mut rows = statement.query(params![since, kinds[0], kinds[1]])?;
    let mut papers = Vec::new();
    while let Some(row) = rows.next()? {
        papers.push(NewPaper {
            number: row.get(0)?,
            unit: UnitCode(row.get(1)?),
            author: UserName(row.get(2)?),
            facts: from_json(&row.get::<_, String>(3)?)?,
            updated_at: row.get(4)?,
        });
    }
    Ok(papers)
}
