//! Nobody reads or writes outside role and unit: every user, every unit, every kind, reading and
//! writing, at every door.

use std::collections::BTreeSet;

use kiennghi_shared::access::{Relation, Role, Thing, Verb, may};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::{Kind, Shape};
use kiennghi_shared::wire::{Hold, Reply, Verdict};

use crate::district::{Draft, NOW, Phone, UNITS, USERS, new_id, stamp};
use crate::http::Server;

/// Worked out here by the codes' beginnings, not by the server's tree.
pub(crate) fn relation(own: &str, unit: &str) -> Relation {
    if own == unit {
        Relation::Own
    } else if unit.starts_with(&format!("{own}-")) {
        Relation::Below
    } else {
        Relation::Elsewhere
    }
}

fn draft(phone: &Phone, kind: Kind, unit: &str) -> Draft {
    if kind == Kind::Consolidation {
        let petition = new_id();
        let of = Edit::new("petition", petition.to_string());
        let mut draft = Draft::new(phone, kind, unit, &[of]);
        draft.header.id = consolidation_of(petition);
        return draft;
    }
    Draft::new(
        phone,
        kind,
        unit,
        &[filled(kind, &format!("Ý kiến ở {unit}"))],
    )
}

/// A field of the kind that takes these words, or an id in their place.
fn filled(kind: Kind, words: &str) -> Edit {
    let with = |wanted: fn(Shape) -> bool| kind.fields().iter().find(|field| wanted(field.shape));
    match with(|shape| matches!(shape, Shape::Prose(_))) {
        Some(prose) => Edit::new(prose.key, words),
        None => {
            let sum = |sum: u8, byte: u8| sum.wrapping_mul(31).wrapping_add(byte);
            let id = consolidation_of(DocumentId([words.bytes().fold(0, sum); 16]));
            Edit::new("case", id.to_string())
        }
    }
}

fn documents(reply: &Reply) -> BTreeSet<DocumentId> {
    reply
        .chunks
        .iter()
        .flat_map(|chunk| &chunk.documents)
        .map(|found| found.header.id)
        .collect()
}

#[tokio::test]
async fn every_door_keeps_to_role_and_unit() {
    let server = Server::new();
    // One document of each kind in each unit, stored by somebody who may, past the doors.
    let mut all = Vec::new();
    for (unit, _) in UNITS {
        for &kind in Kind::ALL {
            all.push((unit, kind, store_anywhere(&server, unit, kind)));
        }
    }
    let ids: Vec<DocumentId> = all.iter().map(|(_, _, draft)| draft.header.id).collect();

    for (user, role, own) in USERS {
        let mut device = server.device(user);
        let readable: BTreeSet<DocumentId> = all
            .iter()
            .filter(|(unit, kind, _)| {
                may(
                    role,
                    Verb::Read,
                    Thing::Document(*kind),
                    relation(own, unit),
                )
            })
            .map(|(_, _, draft)| draft.header.id)
            .collect();

        let fed = server.sync(&mut device, vec![], |_| {}).await;
        assert_eq!(documents(&fed), readable, "{user} is fed");
        device.cursor = None;
        let asked = server
            .sync(&mut device, vec![], |hello| {
                hello.hold = Hold::Asked(ids.clone())
            })
            .await;
        assert_eq!(documents(&asked), readable, "{user} holds what was asked");
        device.cursor = None;
        let fetched = server
            .sync(&mut device, vec![], |hello| {
                (hello.hold, hello.fetch) = (Hold::Asked(vec![]), ids.clone());
            })
            .await;
        assert_eq!(documents(&fetched), readable, "{user} fetches by name");

        let list = server.get("/api/v1/petitions", &device.token).await.json();
        let listed: BTreeSet<DocumentId> = list["petitions"]
            .as_array()
            .expect("list")
            .iter()
            .map(|row| row["id"].as_str().expect("id").parse().expect("id"))
            .collect();
        let petitions = all.iter().filter(|(_, kind, _)| *kind == Kind::Petition);
        let petitions: BTreeSet<DocumentId> = petitions
            .map(|(_, _, draft)| draft.header.id)
            .filter(|id| readable.contains(id))
            .collect();
        assert_eq!(listed, petitions, "{user} sees in tables");
        assert_eq!(list["total"], petitions.len());
        let counts = server
            .get("/api/v1/petitions/counts?unit=P", &device.token)
            .await;
        let counted = UNITS
            .iter()
            .filter(|(unit, _)| may(role, Verb::Read, Thing::Reports, relation(own, unit)))
            .count();
        match counted {
            0 => assert_eq!(counts.status, 403, "{user} counts"),
            _ => assert_eq!(counts.json()["total"], counted, "{user} counts"),
        }
        // Each petition's text names its unit: whoever finds one by its words reads it.
        let found = server
            .get("/api/v1/petitions/counts?text=ki%E1%BA%BFn", &device.token)
            .await;
        match petitions.len() {
            0 => assert_eq!(found.status, 403, "{user} finds"),
            _ => assert_eq!(found.json()["total"], petitions.len(), "{user} finds"),
        }

        for (unit, kind, stored) in &all {
            let path = format!("/api/v1/documents/{}", stored.header.id);
            let status = server.get(&path, &device.token).await.status.as_u16();
            let wanted = if readable.contains(&stored.header.id) {
                200
            } else {
                404
            };
            assert_eq!(status, wanted, "{user} opens {kind:?} in {unit}");
        }
    }
    // Writing after all have read: it brings new documents.
    for (user, role, own) in USERS {
        let mut device = server.device(user);
        for (unit, kind, stored) in &all {
            let allowed = may(
                role,
                Verb::Write,
                Thing::Document(*kind),
                relation(own, unit),
            );
            let wanted = if allowed {
                Verdict::Ok
            } else {
                Verdict::Refused(Code::Forbidden)
            };
            let mut edited = stored.clone();
            edited.edit(&device.phone, &[filled(*kind, &format!("{user} sửa"))]);
            let push = vec![draft(&device.phone, *kind, unit).take(), edited.take()];
            let acks = server
                .sync(&mut device, push, |_| {})
                .await
                .acks
                .expect("acks");
            assert_eq!(
                acks.verdicts,
                [wanted.clone(), wanted],
                "{user} writes {kind:?} in {unit}"
            );
        }
    }
}

/// Stores a document whoever may write where: the province's units have no users in this
/// district, so the change is handed to the store itself.
fn store_anywhere(server: &Server, unit: &str, kind: Kind) -> Draft {
    use kiennghi_server::projection::Projection;
    use kiennghi_server::store::{AcceptedChange, AcceptedDocument, Ingest};

    let phone = server.bench.phone("committee");
    let mut made = draft(&phone, kind, unit);
    let bytes = made.take().changes.remove(0);
    server
        .bench
        .store
        .ingest(Ingest {
            device: phone.caller.device,
            received_at: crate::district::NOW,
            documents: vec![AcceptedDocument {
                header: made.header.clone(),
                base_count: 0,
                changes: vec![AcceptedChange {
                    hash: made.document.heads()[0],
                    actor: phone.actor,
                    actor_seq: 1,
                    author: phone.caller.user.name.clone(),
                    brought_back: false,
                    bytes,
                }],
                heads: made.document.heads(),
                snapshot: made.document.save(),
                projection: Projection::of(&made.document.record(kind)),
            }],
            refusals: vec![],
            decides: None,
        })
        .expect("stored");
    made
}

#[tokio::test]
async fn a_foreign_change_harms_no_innocent_one_beside_it() {
    let server = Server::new();
    let mut device = server.device("a-1");
    let mut mine = draft(&device.phone, Kind::Petition, "P-D-A");
    let mut foreign = draft(&device.phone, Kind::Petition, "P-D-B");
    let nowhere = draft(&device.phone, Kind::Petition, "P-D-?").take();
    let mut broken = draft(&device.phone, Kind::Petition, "P-D-A").take();
    broken.changes[0][20] ^= 1;
    let push = vec![foreign.take(), broken, mine.take(), nowhere];
    let reply = server.sync(&mut device, push, |_| {}).await;
    let refused = |code| Verdict::Refused(code);
    assert_eq!(
        reply.acks.expect("acks").verdicts,
        [
            refused(Code::Forbidden),
            refused(Code::BadChange),
            Verdict::Ok,
            refused(Code::Forbidden)
        ]
    );
    assert!(
        server
            .bench
            .store
            .documents(&[foreign.header.id])
            .expect("read")
            .is_empty()
    );
    let neighbour = server.sync(&mut server.device("a-2"), vec![], |_| {}).await;
    assert_eq!(documents(&neighbour), BTreeSet::from([mine.header.id]));
}

#[test]
fn the_users_of_the_matrix_have_every_role() {
    for role in Role::ALL {
        assert!(USERS.iter().any(|(_, held, _)| held == role), "{role:?}");
    }
}

#[tokio::test]
async fn a_role_before_its_first_day_and_after_its_last_gives_no_right() {
    use kiennghi_server::store::{DistrictChange, NewGrant};
    use kiennghi_shared::access::Grant;

    let server = Server::new();
    let petition = store_anywhere(&server, "P-D-A", Kind::Petition);
    // Today is 15 June 2025.
    for (user, starts, ends) in [
        ("viewer", Some("2025-06-20"), None),
        ("executive", None, Some("2025-06-14")),
        ("agency", Some("2025-06-15"), Some("2025-06-15")),
    ] {
        let given = DistrictChange::Give(NewGrant {
            user: user.into(),
            grant: Grant {
                role: Role::Delegate,
                unit: "P-D-A".into(),
            },
            starts: starts.map(str::to_owned),
            ends: ends.map(str::to_owned),
        });
        let changed = server.bench.store.change_district(vec![given], &stamp(NOW));
        changed.expect("written").expect("given");
    }
    let has_the_right = async |user: &str| {
        let mut device = server.device(user);
        let fed = server.sync(&mut device, vec![], |_| {}).await;
        let push = vec![draft(&device.phone, Kind::Petition, "P-D-A").take()];
        let acks = server.sync(&mut device, push, |_| {}).await.acks;
        let list = server.get("/api/v1/petitions", &device.token).await.json();
        let path = format!("/api/v1/documents/{}", petition.header.id);
        let rights = [
            documents(&fed).contains(&petition.header.id),
            acks.expect("acks").verdicts == [Verdict::Ok],
            list["total"] != 0,
            server.get(&path, &device.token).await.status == 200,
        ];
        assert!(rights == [rights[0]; 4], "{user}: {rights:?}");
        rights[0]
    };
    let rights = async || {
        let (soon, over) = (
            has_the_right("viewer").await,
            has_the_right("executive").await,
        );
        [soon, over, has_the_right("agency").await]
    };
    assert_eq!(rights().await, [false, false, true]);
    server.clock.advance(5 * 24 * 60 * 60 * 1000);
    assert_eq!(rights().await, [true, false, false]);
}
