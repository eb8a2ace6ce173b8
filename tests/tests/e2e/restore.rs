//! A backup is put back while phones are ahead of it: they bring back what the server had.

use kiennghi_shared::code::Code;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::wire::{DocumentChanges, Hello, Hold, Reply, Request, Seal, Verdict};
use kiennghi_tests::harness::{Mode, Proxy, Server};
use kiennghi_tests::phone::{Phone, now_ms};

use crate::ahead::Ahead;
use crate::support::{
    assert_in_step, assert_settled, assert_verified, edit_voters, emptied, exported, get_json,
    heads, record_long, tell_address,
};

fn voters(phone: &Phone, id: DocumentId) -> i64 {
    let fields = phone.fields(id).expect("a document");
    let value = fields.value("voters").expect("a number").clone();
    let value = serde_json::to_value(value).expect("JSON");
    value.as_i64().expect("a number")
}

#[tokio::test]
async fn a_witness_brings_back_the_acknowledged_work_of_a_phone_that_is_lost() {
    let mut ahead = Ahead::begin().await;
    ahead.restore();
    let mut witness = ahead.witness;
    let report = witness.sync().await.expect("in step");
    assert_eq!(report.refused, 0, "{report:?}");
    assert_in_step(&witness, &ahead.wanted);
    let quiet = witness.sync().await.expect("in step");
    assert_eq!((quiet.requests, quiet.pushed, quiet.pulled), (1, 0, 0));

    // Its author is still the author, in the table and in the export.
    let export = ahead.server.command("export", &[]);
    let new = ahead.new.to_string();
    let line = export.lines().find(|line| line.contains(&new));
    let line: serde_json::Value =
        serde_json::from_str(line.expect("it is exported")).expect("JSON");
    assert_eq!(line["author"], "quang-lam-1");
    assert_eq!(line["voters"], 503);
    let document = get_json(&witness, &format!("/api/v1/documents/{new}")).await;
    let history = document["history"].as_array().expect("a list");
    let users: Vec<&str> = history
        .iter()
        .filter_map(|entry| entry["author"].as_str())
        .collect();
    assert_eq!(users, ["quang-lam-1", "quang-lam-1", "quang-lam-2"]);

    let mut behind = ahead.behind;
    behind.sync().await.expect("in step");
    assert_settled(&behind);
    let all = heads(&behind);
    assert!(ahead.wanted.iter().all(|(id, h)| all.get(id) == Some(h)));
    (ahead.behind, ahead.witness) = (behind, witness);
    ahead.assert_whole(&ahead.wanted).await;
}

#[tokio::test]
async fn an_author_whose_work_others_brought_back_goes_on_with_it() {
    let mut ahead = Ahead::begin().await;
    // Made while the server was away, by the same page session.
    edit_voters(&mut ahead.author, ahead.old, 601);
    ahead.restore();
    ahead.witness.sync().await.expect("in step");

    let report = ahead.author.sync().await.expect("in step");
    assert_eq!(report.refused, 0, "{report:?}");
    edit_voters(&mut ahead.author, ahead.new, 602);
    let report = ahead.author.sync().await.expect("in step");
    assert_eq!((report.acked, report.refused), (1, 0), "{report:?}");
    ahead.witness.sync().await.expect("in step");
    assert_eq!(voters(&ahead.witness, ahead.old), 601);
    assert_eq!(voters(&ahead.witness, ahead.new), 602);
    let wanted = heads(&ahead.author);
    assert_in_step(&ahead.author, &wanted);
    assert_in_step(&ahead.witness, &wanted);
    ahead.assert_whole(&wanted).await;
}

#[tokio::test]
async fn all_phones_come_back_in_any_order_and_write_meanwhile() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let mut ahead = Ahead::begin().await;
        edit_voters(&mut ahead.author, ahead.new, 701);
        edit_voters(&mut ahead.witness, ahead.old, 702);
        ahead.restore();
        let mut phones = [ahead.author, ahead.witness, ahead.behind];
        for _ in 0..2 {
            for index in order {
                phones[index].sync().await.expect("in step");
                assert_settled(&phones[index]);
            }
        }
        [ahead.author, ahead.witness, ahead.behind] = phones;
        let wanted = heads(&ahead.author);
        assert_eq!(wanted.len(), ahead.wanted.len(), "{order:?}");
        assert_in_step(&ahead.witness, &wanted);
        let all = heads(&ahead.behind);
        assert!(wanted.iter().all(|(id, h)| all.get(id) == Some(h)));
        ahead.assert_whole(&wanted).await;
    }
}

#[tokio::test]
async fn a_first_load_that_a_restore_interrupts_comes_to_its_end() {
    let server = Server::start();
    let folder = tempfile::tempdir().expect("a folder");
    let mut author = server.phone("quang-lam-1").await;
    let unit = author.unit();
    let newcomer = server.phone("quang-lam-2").await;
    let kept = record_long(&mut author, &unit, "Thôn Bình Hồ", 64, 40);
    author.sync().await.expect("in step");
    let backup = folder.path().join("old.sqlite");
    let backup = backup.to_str().expect("UTF-8");
    let _ = server.command("backup", &[backup]);
    let lost = record_long(&mut author, &unit, "Thôn Bình Hồ", 65, 40);
    author.sync().await.expect("in step");

    let proxy = Proxy::start(server.address()).await;
    let whole = emptied(&newcomer, &proxy.url()).sync().await;
    let whole = whole.expect("in step").bytes_down;
    let mut newcomer = emptied(&newcomer, &proxy.url());
    proxy.set(Mode::CutDown(whole * 3 / 4));
    newcomer.sync().await.expect_err("cut off");
    let came = newcomer.ids().expect("a shelf");
    let wanted = heads(&author);
    // The newest come first: what the backup lacks.
    assert!(lost.iter().all(|id| came.contains(id)), "{}", came.len());
    assert!(kept.iter().any(|id| !came.contains(id)), "{}", came.len());

    let mut server = server;
    server.stop();
    let _ = server.command("restore", &[backup]);
    server.restart();
    // The author's phone is lost: the newcomer is the only one who has those.
    drop(author);
    tell_address(&server, &mut [&mut newcomer]);
    newcomer.sync().await.expect("in step");
    assert_in_step(&newcomer, &wanted);
    let mut fresh = server.phone("quang-lam-1").await;
    fresh.sync().await.expect("in step");
    assert_in_step(&fresh, &wanted);
    assert_verified(&server);
}

/// Pushes all of a document under a seal of the caller's choice.
async fn push_under(phone: &Phone, id: DocumentId, seal: Option<Seal>) -> Vec<Verdict> {
    let (header, document) = phone.document(id).expect("held");
    let request = Request {
        hello: Hello {
            cursor: phone.session().progress().cursor.clone(),
            epoch: phone.session().progress().epoch,
            ..Hello::new(Hold::Scope, now_ms())
        },
        offer: Vec::new(),
        push: vec![DocumentChanges {
            seal,
            changes: document.raw_changes(),
            ..DocumentChanges::of(header)
        }],
    };
    let client = phone.account().connect(phone.meter()).await;
    let mut client = client.expect("a connection");
    let replied = client.sync(&request.encode()).await.expect("a reply");
    let replied = replied.ok().expect("an answer");
    let reply = Reply::decode(&replied.body).expect("a reply");
    reply.acks.expect("verdicts").verdicts
}

#[tokio::test]
async fn a_seal_that_was_altered_or_is_of_another_document_vouches_for_nothing() {
    let mut ahead = Ahead::begin().await;
    ahead.restore();
    let witness = &mut ahead.witness;
    let seal = |phone: &Phone, id| phone.stored(id).expect("a shelf").and_then(|s| s.seal);
    let honest = seal(witness, ahead.new).expect("it was given one");
    let mut bit = honest.clone();
    bit.tag[7] ^= 1;
    let (_, document) = witness.document(ahead.new).expect("held");
    let beyond = Seal {
        heads: document.heads(),
        ..honest.clone()
    };
    let other = seal(witness, ahead.old).expect("it was given one");
    let grafted = Seal {
        heads: honest.heads.clone(),
        ..other.clone()
    };
    for forged in [None, Some(bit), Some(beyond), Some(other), Some(grafted)] {
        let verdicts = push_under(witness, ahead.new, forged.clone()).await;
        assert_eq!(
            verdicts[0],
            Verdict::Refused(Code::ForeignActor),
            "{forged:?}"
        );
        let stored = verdicts.iter().any(Verdict::is_stored);
        assert!(!stored, "{forged:?}: {verdicts:?}");
        assert!(!exported(&ahead.server).contains(&ahead.new), "{forged:?}");
    }
    // The same changes under the server's own seal.
    let verdicts = push_under(witness, ahead.new, Some(honest)).await;
    assert!(verdicts.iter().all(Verdict::is_stored), "{verdicts:?}");
    witness.sync().await.expect("in step");
    assert_in_step(witness, &ahead.wanted);
    ahead.assert_whole(&ahead.wanted).await;
}
