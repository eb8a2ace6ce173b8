//! The small district that simulations play in, and a disk with it on: made once, copied for
//! every run.

use std::sync::{LazyLock, OnceLock};

use kiennghi_disk::{Disk, Image};
use kiennghi_server::auth::Token;
use kiennghi_server::store::{
    DeviceId, District, GrantRow, Stamp, StoreError, TermRow, UnitRow, UserRow,
};
use kiennghi_shared::access::{Place, Role, Tree};
use kiennghi_shared::id::{UnitCode, UserName};
use kiennghi_shared::profile::AGENCY_TIER;

use super::people::Grant;
use super::server;

/// When every simulation begins, milliseconds since 1970.
pub(super) const START_MS: i64 = 1_750_000_000_000;

/// The district, the communes and an agency in it, and the unit above it.
const UNITS: [(&str, Option<&str>); 6] = [
    ("P", None),
    ("P-D", Some("P")),
    ("P-D-A", Some("P-D")),
    ("P-D-B", Some("P-D")),
    ("P-D-C", Some("P-D")),
    (AGENCY, Some("P-D")),
];

/// An agency of the district.
const AGENCY: &str = "P-D-V";

/// The users, their roles and units. The committee sees all of the district.
pub(super) const USERS: [(&str, Role, &str); 11] = [
    ("a-1", Role::Delegate, "P-D-A"),
    ("a-2", Role::Delegate, "P-D-A"),
    ("b-1", Role::Delegate, "P-D-B"),
    ("b-2", Role::Delegate, "P-D-B"),
    ("c-1", Role::Delegate, "P-D-C"),
    (COMMITTEE, Role::StandingCommittee, "P-D"),
    ("committee-2", Role::StandingCommittee, "P-D"),
    ("executive", Role::Executive, "P-D"),
    ("agency", Role::Agency, AGENCY),
    ("board", Role::Board, "P-D"),
    ("front", Role::Front, "P-D"),
];

/// A user who sees the whole district and decides about late work; never moved.
pub(super) const COMMITTEE: &str = "committee";
/// Its place in [`USERS`].
pub(super) const COMMITTEE_NUMBER: usize = 5;

/// Devices that each user may take into use.
pub(super) const DEVICES_OF_USER: usize = 16;

/// A disk with the district on it.
pub(super) struct Founded {
    pub(super) image: Image,
    /// For each of [`USERS`] the devices.
    pub(super) devices: Vec<Vec<DeviceId>>,
}

/// What users may be given when they are moved.
pub(super) const GRANTS: [Grant; 8] = [
    Grant::new(Role::Delegate, "P-D-A"),
    Grant::new(Role::Delegate, "P-D-B"),
    Grant::new(Role::Delegate, "P-D-C"),
    Grant::new(Role::StandingCommittee, "P-D-A"),
    Grant::new(Role::StandingCommittee, "P-D"),
    Grant::new(Role::Executive, "P-D"),
    Grant::new(Role::Agency, AGENCY),
    Grant::new(Role::Board, "P-D"),
];

/// The units as a tree.
pub(super) struct Units;

impl Tree for Units {
    fn place(&self, unit: &UnitCode) -> Option<Place<'_>> {
        static CODES: LazyLock<Vec<(UnitCode, Option<UnitCode>)>> = LazyLock::new(|| {
            let codes = UNITS.iter();
            let codes = codes.map(|(code, parent)| ((*code).into(), parent.map(UnitCode::from)));
            codes.collect()
        });
        let (_, parent) = CODES.iter().find(|(code, _)| code == unit)?;
        Some(Place {
            parent: parent.as_ref(),
            successor: None,
        })
    }
}

/// The district and what is in it, itself first.
pub(super) fn all_units() -> Vec<UnitCode> {
    let below = UNITS.iter().filter(|(_, parent)| *parent == Some("P-D"));
    let codes = ["P-D"].into_iter().chain(below.map(|(code, _)| *code));
    codes.map(UnitCode::from).collect()
}

/// The token of a device: devices are numbered as they are added.
///
/// # Errors
/// When it is none.
pub(super) fn token(device: DeviceId) -> Result<Token, String> {
    let text = format!("{:042}A", device.0);
    text.parse().map_err(|_| format!("{text} is no token"))
}

/// The district on a disk.
///
/// # Errors
/// When the store cannot be made, which has no reason to fail.
pub(super) fn founded() -> Result<&'static Founded, StoreError> {
    static FOUNDED: OnceLock<Result<Founded, StoreError>> = OnceLock::new();
    FOUNDED.get_or_init(found).as_ref().map_err(Clone::clone)
}

fn found() -> Result<Founded, StoreError> {
    let disk = Disk::new(&Image::default(), 0);
    let store = server::open_store(&disk)?;
    store.found_district(district(), &Stamp::command(START_MS))?;
    let mut devices = Vec::new();
    let mut added = 0;
    for (user, _, _) in USERS {
        let user = UserName::from(user);
        let mut of_user = Vec::new();
        for _ in 0..DEVICES_OF_USER {
            added += 1;
            let secret = token(DeviceId(added)).map_err(StoreError::Database)?;
            let (name, secret) = ("simulated", Some(secret.hash()));
            of_user.push(store.add_device(&user, name, secret, START_MS)?);
        }
        devices.push(of_user);
    }
    drop(store);
    let image = disk.image();
    Ok(Founded { image, devices })
}

fn district() -> District {
    let units = UNITS.map(|(code, parent)| UnitRow {
        code: UnitCode::from(code),
        name: format!("Xã {code}"),
        tier: if code == AGENCY { AGENCY_TIER } else { "xã" }.to_owned(),
        parent: parent.map(UnitCode::from),
        successor: None,
        villages: match code {
            AGENCY => Vec::new(),
            _ => vec![format!("Thôn {code}")],
        },
        valid_from: "2020-01-01".to_owned(),
        valid_to: None,
    });
    let users = USERS.map(|(name, _, _)| UserRow {
        name: UserName::from(name),
        display: format!("Ông {name}"),
        disabled_at: None,
    });
    let grants = (1..).zip(USERS);
    let grants = grants.map(|(id, (name, role, unit))| GrantRow::founding(id, name, role, unit));
    District {
        version: 1,
        units: units.into(),
        terms: vec![TermRow {
            code: "nk".to_owned(),
            name: "Nhiệm kỳ".to_owned(),
            starts: "2021-07-01".to_owned(),
            ends: "2026-06-30".to_owned(),
        }],
        sessions: Vec::new(),
        users: users.into(),
        grants: grants.collect(),
        ..District::default()
    }
}
