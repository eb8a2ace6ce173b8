//! Who gets what, and who may write where.

use std::collections::BTreeSet;

use kiennghi_shared::access::{Relation, Role, Thing, Verb, may};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::{Kind, Shape};
use kiennghi_shared::wire::{DocumentHeader, Hold, Verdict};
use kiennghi_tests::harness::Server;
use kiennghi_tests::phone::{Phone, now_ms};
use kiennghi_tests::random::fresh_document;

use crate::support::{
    COMMITTEE, DISTRICT, QUANG_AN, QUANG_LAM, get_json, heads, record, record_in,
};

fn units(phone: &Phone) -> BTreeSet<String> {
    let ids = phone.ids().expect("a shelf");
    let unit = |id| phone.document(id).expect("held").0.unit.0;
    ids.into_iter().map(unit).collect()
}

fn new_petition(unit: &str) -> DocumentHeader {
    DocumentHeader {
        id: fresh_document(now_ms()),
        kind: Kind::Petition,
        unit: UnitCode::from(unit),
    }
}

fn verdict(phone: &Phone, id: DocumentId) -> Verdict {
    let of_it = |receipt: &&kiennghi_tests::phone::Receipt| receipt.document == id;
    let receipt = phone.receipts().iter().rev().find(of_it);
    receipt.expect("a verdict").verdict.clone()
}

#[tokio::test]
async fn everybody_gets_what_the_role_and_the_unit_allow() {
    let server = Server::start();
    let mut lam = server.phone("quang-lam-1").await;
    let mut an = server.phone("quang-an-1").await;
    let mut committee = server.phone(COMMITTEE).await;
    let mut admin = server.phone("admin").await;
    let in_lam = record(&mut lam, 11, 3);
    let in_an = record(&mut an, 12, 3);
    let from_above = record_in(&mut committee, &UnitCode::from(QUANG_AN), 13, 2);
    for _ in 0..2 {
        for phone in [&mut lam, &mut an, &mut committee, &mut admin] {
            phone.sync().await.expect("in step");
            assert!(phone.refused().expect("a shelf").is_empty(), "{phone:?}");
        }
    }
    assert_eq!(units(&lam), BTreeSet::from([QUANG_LAM.to_owned()]));
    assert_eq!(units(&an), BTreeSet::from([QUANG_AN.to_owned()]));
    assert!(admin.ids().expect("a shelf").is_empty());
    let all = heads(&committee);
    let within = |phone: &Phone| {
        heads(phone)
            .iter()
            .all(|(id, heads)| all.get(id) == Some(heads))
    };
    assert!(within(&lam) && within(&an));
    assert!(from_above.iter().all(|id| heads(&an).contains_key(id)));
    assert!(in_lam.iter().chain(&in_an).all(|id| all.contains_key(id)));

    // No other door is any wider.
    let mut client = an
        .account()
        .connect(an.meter())
        .await
        .expect("a connection");
    let path = format!("/api/v1/documents/{}", in_lam[0]);
    let reply = client.get(&path).await.expect("a reply");
    assert_eq!((reply.status, reply.code()), (404, Some(Code::NotFound)));
    let table = get_json(&an, "/api/v1/petitions?limit=200")
        .await
        .to_string();
    assert!(in_an.iter().all(|id| table.contains(&id.to_string())));
    assert!(!in_lam.iter().any(|id| table.contains(&id.to_string())));
    let mut client = admin
        .account()
        .connect(admin.meter())
        .await
        .expect("a connection");
    let counts = client.get("/api/v1/petitions/counts").await;
    let counts = counts.expect("a reply");
    assert_eq!((counts.status, counts.code()), (403, Some(Code::Forbidden)));
    let mut asking = server.phone("quang-an-1").await;
    asking
        .sync_holding(&Hold::Asked(in_lam.clone()))
        .await
        .expect("in step");
    assert!(asking.ids().expect("a shelf").is_empty());
    for id in in_lam.iter().chain(&in_an) {
        asking.want(*id).expect("memory takes all");
    }
    asking
        .sync_holding(&Hold::Asked(in_an.clone()))
        .await
        .expect("in step");
    assert_eq!(asking.ids().expect("a shelf"), in_an);
}

#[tokio::test]
async fn work_in_a_foreign_unit_is_refused_and_what_is_beside_it_stored() {
    let server = Server::start();
    let mut lam = server.phone("quang-lam-1").await;
    let mut an = server.phone("quang-an-1").await;
    let theirs = record(&mut an, 14, 1)[0];
    an.sync().await.expect("in step");
    let before = heads(&an);

    let foreign = new_petition(QUANG_AN);
    lam.write(&foreign, &[Edit::new("content", "Lạc đơn vị")])
        .expect("written");
    let innocent = record(&mut lam, 15, 1)[0];
    let report = lam.sync().await.expect("in step");
    assert_eq!((report.acked, report.refused), (1, 1));
    assert_eq!(verdict(&lam, foreign.id), Verdict::Refused(Code::Forbidden));
    assert_eq!(verdict(&lam, innocent), Verdict::Ok);
    let refused = lam.refused().expect("a shelf");
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].code, Code::Forbidden);
    assert!(
        refused[0]
            .fields
            .contains(&Edit::new("content", "Lạc đơn vị"))
    );
    assert!(lam.stored(foreign.id).expect("a shelf").is_none());

    // Somebody else's document, under its own unit and under mine.
    for unit in [QUANG_AN, QUANG_LAM] {
        let header = DocumentHeader {
            id: theirs,
            ..new_petition(unit)
        };
        lam.write(&header, &[Edit::new("content", "Chen vào")])
            .expect("written");
        lam.sync().await.expect("in step");
        let refused = matches!(verdict(&lam, theirs), Verdict::Refused(_));
        assert!(refused, "{unit}: {:?}", verdict(&lam, theirs));
    }
    an.sync().await.expect("in step");
    assert_eq!(heads(&an), before);
}

#[tokio::test]
async fn every_role_writes_in_exactly_the_units_that_it_may() {
    let server = Server::start();
    let users = [
        ("quang-lam-1", Role::Delegate, QUANG_LAM),
        (COMMITTEE, Role::StandingCommittee, DISTRICT),
        ("admin", Role::Admin, "QN"),
    ];
    for (user, role, own) in users {
        let mut phone = server.phone(user).await;
        let mut wanted = Vec::new();
        for unit in [DISTRICT, QUANG_LAM, QUANG_AN, "QN", "NOWHERE"] {
            for &kind in Kind::ALL {
                let mut header = DocumentHeader {
                    kind,
                    ..new_petition(unit)
                };
                let petition = header.id;
                if kind == Kind::Consolidation {
                    header.id = consolidation_of(petition);
                }
                let text = kind.fields().iter().find_map(|field| match field.shape {
                    Shape::Prose(_) => Some(Edit::new(field.key, "Thử quyền")),
                    Shape::Reference => Some(Edit::new(field.key, petition.to_string())),
                    _ => None,
                });
                phone
                    .write(&header, &[text.expect("a field")])
                    .expect("written");
                let relation = if unit == own {
                    Relation::Own
                } else if unit.starts_with(&format!("{own}-")) {
                    Relation::Below
                } else {
                    Relation::Elsewhere
                };
                wanted.push((
                    header,
                    may(role, Verb::Write, Thing::Document(kind), relation),
                ));
            }
        }
        phone.sync().await.expect("in step");
        for (header, allowed) in wanted {
            let expected = if allowed {
                Verdict::Ok
            } else {
                Verdict::Refused(Code::Forbidden)
            };
            assert_eq!(verdict(&phone, header.id), expected, "{user}: {header:?}");
        }
    }
}
