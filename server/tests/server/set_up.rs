//! The first administrator, made with the code that a server shows at its start.

use std::path::Path;
use std::sync::Arc;

use kiennghi_server::auth::{Browser, Callers, Founding, OneTimeCode, SetUp, Token, by_password};
use kiennghi_server::store::sqlite::{Options, SqliteStore};
use kiennghi_server::store::{DistrictChange, NewGrant, Store};
use kiennghi_shared::access::{Grant, Role};
use kiennghi_shared::code::Code;
use tempfile::TempDir;

use crate::desk::PASSWORD;
use crate::district::{NOW, district, stamp};

/// An empty store, and the code that is shown for it.
fn started() -> (TempDir, Arc<dyn Store>, SetUp, String) {
    let folder = tempfile::tempdir().expect("folder");
    let store = opened(folder.path());
    let set_up = SetUp::default();
    let code = begin(&set_up, &*store).expect("a code");
    (folder, store, set_up, code.to_string())
}

/// The code that a server would show at its start.
fn begin(set_up: &SetUp, store: &dyn Store) -> Option<OneTimeCode> {
    let district = store.district().expect("read");
    set_up.begin(&district).expect("randomness")
}

fn opened(folder: &Path) -> Arc<dyn Store> {
    Arc::new(SqliteStore::open(&Options::new(folder)).expect("opens"))
}

fn browser() -> Browser {
    Browser {
        name: String::new(),
        before: None,
    }
}

fn found(set_up: &SetUp, store: &dyn Store, code: &str, user: &str) -> Result<Token, Code> {
    let founding = Founding {
        tree: "dam-ha-2020",
        user,
        display: "Bà Đầu Tiên",
        password: PASSWORD,
    };
    set_up.found(store, code, &founding, &browser(), NOW)
}

#[test]
fn a_code_makes_one_administrator() {
    let (_folder, store, set_up, code) = started();
    let (_, _, _, other) = started();
    let wrong = [other.as_str(), "garbage", ""].map(|code| found(&set_up, &*store, code, "a"));
    assert_eq!(wrong.map(Result::err), [Some(Code::BadCode); 3]);
    assert!(begin(&SetUp::default(), &*store).is_some());
    let made = std::thread::scope(|scope| {
        let tries = ["a", "b", "c", "d"].map(|user| {
            let (set_up, store, code) = (&set_up, &store, &code);
            scope.spawn(move || found(set_up, &**store, code, user))
        });
        tries.map(|made| made.join().expect("no panic"))
    });
    let refused = made
        .iter()
        .filter(|made| matches!(made, Err(Code::BadCode)));
    assert_eq!(refused.count(), 3, "{made:?}");
    assert_eq!(store.district().expect("read").users.len(), 1);
    assert_eq!(
        found(&set_up, &*store, &code, "e").err(),
        Some(Code::BadCode)
    );
    assert!(begin(&set_up, &*store).is_none());
}

#[test]
fn a_code_neither_takes_over_an_account_nor_outlives_its_need() {
    let folder = tempfile::tempdir().expect("folder");
    let store = opened(folder.path());
    let mut nobodys = district();
    nobodys.grants.retain(|row| row.grant.role != Role::Admin);
    let founded = store.found_district(nobodys, &stamp(NOW));
    founded.expect("founded");
    let set_up = SetUp::default();
    let code = begin(&set_up, &*store).expect("a code");
    let code = code.to_string();
    let taken = found(&set_up, &*store, &code, "committee");
    assert_eq!(taken.err(), Some(Code::Taken));
    let callers = Callers::new(Arc::clone(&store), NOW).expect("read");
    let directory = callers.now(NOW).expect("read");
    let committee = by_password(&*store, &directory, "committee", PASSWORD, &browser(), NOW);
    assert_eq!(committee.err(), Some(Code::WrongCredentials));
    // Somebody makes an administrator by a command meanwhile.
    let given = DistrictChange::Give(NewGrant {
        user: "board".into(),
        grant: Grant {
            role: Role::Admin,
            unit: "P".into(),
        },
        starts: None,
        ends: None,
    });
    let changed = store.change_district(vec![given], &stamp(NOW));
    changed.expect("written").expect("made");
    let late = found(&set_up, &*store, &code, "new");
    assert_eq!(late.err(), Some(Code::BadCode));
    assert!(
        store
            .district()
            .expect("read")
            .user(&"new".into())
            .is_none()
    );
}
