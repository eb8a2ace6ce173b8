//! The small district that simulations play in, and a disk with it on: made once, copied for
//! every run.

use std::sync::OnceLock;

use kiennghi_disk::{Disk, Image};
use kiennghi_server::store::{DeviceId, District, StoreError, TermRow, UnitRow, UserRow};
use kiennghi_shared::access::Role;
use kiennghi_shared::id::{UnitCode, UserName};

use super::server;

/// When every simulation begins, milliseconds since 1970.
pub(super) const START_MS: i64 = 1_750_000_000_000;

/// The district, the communes in it, and the unit above it.
const UNITS: [(&str, Option<&str>); 5] = [
    ("P", None),
    ("P-D", Some("P")),
    ("P-D-A", Some("P-D")),
    ("P-D-B", Some("P-D")),
    ("P-D-C", Some("P-D")),
];

/// The users, their roles and units. The committee sees and writes all of the district.
pub(super) const USERS: [(&str, Role, &str); 7] = [
    ("a-1", Role::Delegate, "P-D-A"),
    ("a-2", Role::Delegate, "P-D-A"),
    ("b-1", Role::Delegate, "P-D-B"),
    ("b-2", Role::Delegate, "P-D-B"),
    ("c-1", Role::Delegate, "P-D-C"),
    (COMMITTEE, Role::StandingCommittee, "P-D"),
    ("committee-2", Role::StandingCommittee, "P-D"),
];

/// A user who sees the whole district.
pub(super) const COMMITTEE: &str = "committee";

/// Devices that each user may take into use.
pub(super) const DEVICES_OF_USER: usize = 16;

/// A disk with the district on it.
pub(super) struct Founded {
    pub(super) image: Image,
    /// For each of [`USERS`] the devices.
    pub(super) devices: Vec<Vec<DeviceId>>,
}

/// The units in which a user may record and which the user sees, the own first.
pub(super) fn units_of(user: usize) -> Vec<UnitCode> {
    let (_, role, own) = USERS[user];
    let below = UNITS
        .iter()
        .filter(|(_, parent)| role == Role::StandingCommittee && *parent == Some(own));
    let codes = [own].into_iter().chain(below.map(|(code, _)| *code));
    codes.map(UnitCode::from).collect()
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
    store.found_district(district())?;
    let mut devices = Vec::new();
    for (user, _, _) in USERS {
        let user = UserName::from(user);
        let add = |_| store.add_device(&user, "simulated", None, START_MS);
        devices.push((0..DEVICES_OF_USER).map(add).collect::<Result<_, _>>()?);
    }
    drop(store);
    let image = disk.image();
    Ok(Founded { image, devices })
}

fn district() -> District {
    let units = UNITS.map(|(code, parent)| UnitRow {
        code: UnitCode::from(code),
        name: format!("Xã {code}"),
        tier: "xã".to_owned(),
        parent: parent.map(UnitCode::from),
        villages: vec![format!("Thôn {code}")],
        valid_from: "2020-01-01".to_owned(),
        valid_to: None,
    });
    let users = USERS.map(|(name, role, unit)| UserRow {
        name: UserName::from(name),
        display: format!("Ông {name}"),
        role,
        unit: UnitCode::from(unit),
    });
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
        former: Vec::new(),
    }
}
