//! Documents of kinds for which the phone has no page of its own: the worker keeps, lists and sends them by
//! their fields, and makes one under an id that whoever asks has worked out.

use kiennghi_messages::{Answer, Cause, Command, Failure, Row, Save};
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::session::Delivery;
use kiennghi_shared::wire::DocumentHeader;
use kiennghi_tests::harness::{Mode, Proxy, Server};

use super::chrome::{Device, PHONE};

const CASE: DocumentId = DocumentId([7; 16]);

/// What was told voters of a case.
fn notice(id: DocumentId, unit: UnitCode, edits: &[(&str, &str)]) -> Save {
    Save {
        unit,
        edits: edits
            .iter()
            .map(|(key, text)| Edit::new(key, *text))
            .collect(),
        ..Save::field(id, Kind::Notice, Edit::new("case", ""))
    }
}

fn told(day: &'static str) -> [(&'static str, &'static str); 3] {
    [
        ("case", "07070707-0707-0707-0707-070707070707"),
        ("date", day),
        ("how", "read-out"),
    ]
}

async fn notices(phone: &Device) -> Vec<Row> {
    match phone.command(Command::Records(Kind::Notice)).await {
        Ok(Answer::Records(rows)) => rows,
        other => panic!("rows, not {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_of_any_kind_are_kept_listed_and_sent() {
    let server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let url = proxy.url();
    let mut other = server.phone("quang-lam-2").await;
    let unit = other.unit();
    let mut phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.ready_offline().await;

    // A network that takes everything and says nothing keeps no work from being saved.
    proxy.set(Mode::Blackhole);
    phone.kill_and_restart().await;
    phone.reopen(&url).await;
    phone.find("[data-test=meeting-row]").await;
    let (older, newer) = (DocumentId([1; 16]), DocumentId([2; 16]));
    for (id, day, fresh) in [(newer, "2026-03-02", false), (older, "2026-03-01", true)] {
        let new = Save {
            fresh,
            ..notice(id, unit.clone(), &told(day))
        };
        let saved = phone.command(Command::Save(new)).await;
        assert_eq!(saved, Ok(Answer::Saved(id)));
    }
    let again = notice(newer, unit.clone(), &[("reaction", "agreed")]);
    let saved = phone.command(Command::Save(again)).await;
    assert_eq!(saved, Ok(Answer::Saved(newer)));
    let rows = notices(&phone).await;
    let ids: Vec<_> = rows.iter().map(|row| row.header.id).collect();
    assert_eq!(ids, [newer, older], "the newest day first, each once");
    let fields = &rows[0].fields;
    assert_eq!(fields.document("case"), Some(CASE));
    assert_eq!(fields.text("reaction"), "agreed");
    assert_eq!(fields.text("recorder"), "quang-lam-1");
    assert_ne!(rows[0].delivery, Delivery::Received);

    // What names no unit is no new document.
    let unknown = Save::field(
        DocumentId([9; 16]),
        Kind::Notice,
        Edit::new("how", "posted"),
    );
    let refused = phone.command(Command::Save(unknown)).await;
    let is_not_found = matches!(
        refused,
        Err(Failure {
            cause: Cause::NotFound,
            ..
        })
    );
    assert!(is_not_found, "{refused:?}");

    proxy.set(Mode::Pass);
    phone.reopen(&url).await;
    phone
        .until("all sent", async |d| {
            let rows = notices(d).await;
            rows.len() == 2 && rows.iter().all(|row| row.delivery == Delivery::Received)
        })
        .await;
    other.sync().await.expect("syncs");
    let received = other.fields(newer).expect("it is there");
    assert_eq!(received.text("reaction"), "agreed");
    assert!(received.conflicts().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_not_here_is_asked_for_before_it_is_made() {
    let server = Server::start();
    let proxy = Proxy::start(server.address()).await;
    let url = proxy.url();
    let mut phone = Device::new(PHONE).await;
    phone.enrol(&url, &server.enrol("quang-lam-1")).await;
    phone.ready_offline().await;
    proxy.set(Mode::Refuse);
    phone.kill_and_restart().await;
    phone.reopen(&url).await;
    phone.find("[data-test=meeting-row]").await;
    let mut other = server.phone("quang-lam-2").await;
    let header = DocumentHeader {
        id: DocumentId([3; 16]),
        kind: Kind::Notice,
        unit: other.unit(),
    };
    let edits = told("2026-03-01").map(|(key, text)| Edit::new(key, text));
    other.write(&header, &edits).expect("a notice");
    other
        .write(&header, &[Edit::new("recorder", "quang-lam-2")])
        .expect("its recorder");
    other.sync().await.expect("syncs");

    proxy.set(Mode::Pass);
    let mine = notice(header.id, header.unit, &[("reaction", "agreed")]);
    let saved = phone.command(Command::Save(mine)).await;
    assert_eq!(saved, Ok(Answer::Saved(header.id)));
    let detail = match phone.command(Command::Detail(header.id)).await {
        Ok(Answer::Detail(detail)) => detail,
        other => panic!("a document, not {other:?}"),
    };
    let authors: Vec<_> = detail.history.iter().map(|entry| &*entry.author).collect();
    assert_eq!(authors, ["quang-lam-2", "quang-lam-2", "quang-lam-1"]);
    assert_eq!(detail.fields.text("how"), "read-out");
    assert_eq!(detail.fields.text("recorder"), "quang-lam-2");
    assert_eq!(detail.fields.text("reaction"), "agreed");
    assert!(detail.conflicts.is_empty());
}
