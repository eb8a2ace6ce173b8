//! Users, devices, one-time codes.

use kiennghi_server::store::{DeviceId, NewCode, Redeeming, SecretHash, Stamp, StoreError};
use kiennghi_shared::id::UserName;

use super::Open;
use crate::district::{Bench, NOW, district, stamp};

pub(crate) fn a_one_time_code_gives_one_device(open: Open<'_>) {
    let store = Bench::on(open()).store;
    let (user, code) = (UserName::from("a-1"), SecretHash([1; 32]));
    let new = |user: &str, code| NewCode {
        user: user.into(),
        code,
        expires_at: NOW + 1000,
    };
    let nobody = store.add_enrolment_code(new("nobody", SecretHash([9; 32])), &stamp(NOW));
    assert_eq!(nobody, Ok(false));
    let approver = Stamp::device(&"admin".into(), DeviceId(1), NOW);
    assert_eq!(
        store.add_enrolment_code(new("a-1", code), &approver),
        Ok(true)
    );
    let redeem = |code, token, at| {
        store.redeem_enrolment_code(Redeeming {
            code,
            device: "máy".to_owned(),
            token: SecretHash(token),
            continues: None,
            at,
        })
    };
    assert_eq!(
        redeem(code, [2; 32], NOW + 1000),
        Ok(None),
        "expired at its very end"
    );
    let won = std::thread::scope(|scope| {
        let tries: Vec<_> = (10..18)
            .map(|token| scope.spawn(move || redeem(code, [token; 32], NOW).expect("store")))
            .collect();
        tries
            .into_iter()
            .filter_map(|handle| handle.join().expect("no panic"))
            .collect::<Vec<_>>()
    });
    assert_eq!(won, std::slice::from_ref(&user));
    assert_eq!(redeem(code, [3; 32], NOW), Ok(None), "used");
    let signed_in: Vec<_> = (10..18)
        .filter_map(|token| store.signed_in(&SecretHash([token; 32])).expect("read"))
        .collect();
    assert_eq!(signed_in.len(), 1);
    assert_eq!(signed_in[0].user, user);
    let devices = store.devices().expect("read");
    assert_eq!(devices[0].approver, Some("admin".into()));
    store
        .revoke_device(signed_in[0].device, &stamp(NOW))
        .expect("revoked");
    for token in 10..18 {
        let found = store.signed_in(&SecretHash([token; 32])).expect("read");
        assert!(found.is_none_or(|found| found.revoked));
    }
}

pub(crate) fn a_district_is_founded_once(open: Open<'_>) {
    let store = open();
    assert_eq!(store.found_district(district(), &stamp(NOW)), Ok(()));
    assert_eq!(
        store.found_district(district(), &stamp(NOW)),
        Err(StoreError::Stale)
    );
    assert_eq!(store.district().expect("read"), district());
}
