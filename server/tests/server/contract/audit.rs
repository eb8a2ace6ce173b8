//! The record of who did what.

use kiennghi_server::store::{
    Action, AlertAddress, AuditEvent, AuditFilter, AuditHead, DeviceId, DistrictChange,
    DistrictProblem, Stamp,
};
use kiennghi_shared::id::UserName;

use super::Open;
use crate::district::{Bench, NOW, stamp};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn all() -> AuditFilter {
    AuditFilter {
        limit: 100,
        ..AuditFilter::default()
    }
}

pub(crate) fn what_is_done_is_recorded_with_it(open: Open<'_>) {
    let store = Bench::on(open()).store;
    let user = UserName::from("a-1");
    let rename = |name: &str| DistrictChange::RenameUser {
        name: name.into(),
        display: "Bà A".to_owned(),
    };
    let by = Stamp::device(&"admin".into(), DeviceId(3), NOW + 1);
    let refused = store.change_district(vec![rename("a-1"), rename("nobody")], &by);
    assert_eq!(refused, Ok(Err(DistrictProblem::NoUser)));
    let before = store.audit(&all()).expect("read");
    assert_eq!(before.len(), 1, "the district alone: {before:?}");
    assert_eq!(store.change_district(vec![rename("a-1")], &by), Ok(Ok(())));
    let device = store.add_device(&user, "máy", None, NOW).expect("added");
    assert_eq!(store.revoke_device(device, &stamp(NOW + 2)), Ok(true));
    let rows = store.audit(&all()).expect("read");
    let told: Vec<_> = rows.iter().map(|row| (row.seq, row.event.action)).collect();
    assert_eq!(
        told,
        [
            (3, Action::RevokeDevice),
            (2, Action::RenameUser),
            (1, Action::FoundDistrict)
        ]
    );
    assert_eq!(rows[1].stamp, by);
    assert_eq!(rows[1].event.unit, Some("P-D-A".into()), "the user's unit");
    let of_unit = |unit: &str| {
        let filter = AuditFilter {
            units: Some(vec![unit.into()]),
            ..all()
        };
        store.audit(&filter).expect("read").len()
    };
    assert_eq!((of_unit("P-D-A"), of_unit("P-D-B"), of_unit("")), (2, 0, 1));
    let of_user = AuditFilter {
        user: Some("admin".into()),
        before: Some(3),
        ..all()
    };
    assert_eq!(store.audit(&of_user).expect("read").len(), 1);
}

pub(crate) fn ends_of_days_are_signed(open: Open<'_>) {
    let store = Bench::on(open()).store;
    let note = |at| {
        let event = AuditEvent::new(Action::Export, "thử");
        store.record(event, &Stamp::server(at)).expect("recorded");
    };
    note(NOW);
    note(NOW + 1);
    assert_eq!(store.audit_heads(false).expect("read"), []);
    note(NOW + DAY_MS);
    let heads = store.audit_heads(false).expect("read");
    assert_eq!(heads.len(), 1);
    assert_eq!((heads[0].day.as_str(), heads[0].seq), ("2025-06-15", 3));
    let rows = store.audit(&all()).expect("read");
    let end = rows.iter().find(|row| row.seq == 3).expect("the third");
    assert_eq!(heads[0].link, end.link);
    let key = ed25519_dalek::VerifyingKey::from_bytes(&store.receipt_key().0).expect("a key");
    let message = AuditHead::message(&heads[0].day, heads[0].seq, &heads[0].link);
    let signature = ed25519_dalek::Signature::from_bytes(&heads[0].signature);
    key.verify_strict(&message, &signature).expect("signed");
    let now = store.audit_heads(true).expect("signed");
    assert_eq!(now.len(), 2, "the day that has not ended as well");
}

pub(crate) fn that_alerts_are_switched_is_recorded_once(open: Open<'_>) {
    let store = Bench::on(open()).store;
    let user = UserName::from("a-1");
    let device = store.add_device(&user, "máy", None, NOW).expect("added");
    let by = |at| Stamp::device(&user, device, NOW + at);
    let address = |name: &str| AlertAddress {
        endpoint: format!("https://push.example.vn/{name}"),
        p256dh: vec![1],
        auth: vec![2],
    };
    store.drop_alert_address(device, &by(1)).expect("nothing");
    for (at, name) in [(2, "a"), (3, "a"), (4, "b")] {
        let put = store.put_alert_address(device, address(name), &by(at));
        put.expect("written");
    }
    for at in [5, 6] {
        store.drop_alert_address(device, &by(at)).expect("written");
    }
    let rows = store.audit(&all()).expect("read").into_iter();
    let told = rows.take_while(|row| row.event.action != Action::FoundDistrict);
    let told: Vec<_> = told
        .map(|row| {
            (
                row.event.action,
                row.stamp,
                row.event.subject,
                row.event.unit,
            )
        })
        .collect();
    let (on, off) = (Action::SwitchAlertsOn, Action::SwitchAlertsOff);
    let expected = [(off, 5), (on, 4), (on, 2)];
    let unit = Some("P-D-A".into());
    let expected = expected.map(|(action, at)| (action, by(at), "a-1".to_owned(), unit.clone()));
    assert_eq!(told, expected);
}
