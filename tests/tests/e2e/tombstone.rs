//! A document is erased while the server runs: it goes from every phone, and nobody's words with it.

use std::fs;
use std::path::Path;

use kiennghi_shared::code::Code;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::Edit;
use kiennghi_tests::harness::Server;
use kiennghi_tests::phone::Phone;
use tempfile::TempDir;

use crate::support::{
    COMMITTEE, assert_in_step, assert_settled, assert_verified, edit_voters, exported, heads,
    record, tell_address,
};

fn erase(server: &Server, id: DocumentId) {
    let id = id.to_string();
    let said = server.command("erase", &["--document", &id, "--reason", "theo đơn"]);
    assert!(said.contains(&id), "{said}");
}

fn holds(phone: &Phone, id: DocumentId) -> bool {
    phone.stored(id).expect("a shelf").is_some()
}

#[tokio::test]
async fn an_erased_petition_goes_from_every_phone_and_comes_to_no_new_one() {
    let mut server = Server::start();
    let mut author = server.phone("quang-lam-1").await;
    let mut office = server.phone(COMMITTEE).await;
    let ids = record(&mut author, 91, 4);
    author.sync().await.expect("in step");
    office.sync().await.expect("in step");
    assert!(holds(&office, ids[1]));

    erase(&server, ids[1]);
    for phone in [&mut author, &mut office] {
        phone.sync().await.expect("in step");
        assert!(!holds(phone, ids[1]), "{phone:?}");
        assert!(holds(phone, ids[0]) && holds(phone, ids[2]), "{phone:?}");
        assert_settled(phone);
        let quiet = phone.sync().await.expect("in step");
        assert_eq!((quiet.requests, quiet.pulled), (1, 0), "{phone:?}");
    }
    let wanted = heads(&author);
    // Also after a restart, and the others go on.
    server.stop();
    server.restart();
    tell_address(&server, &mut [&mut author]);
    edit_voters(&mut author, ids[0], 901);
    author.sync().await.expect("in step");
    let mut fresh = server.phone("quang-lam-2").await;
    fresh.sync().await.expect("in step");
    assert_eq!(heads(&fresh).len(), wanted.len());
    assert_in_step(&fresh, &heads(&author));
    // Asked for by name it is as if it had never been.
    fresh.want(ids[1]).expect("memory takes all");
    fresh.sync().await.expect("in step");
    assert!(!holds(&fresh, ids[1]));
    assert!(!exported(&server).contains(&ids[1]));
    assert_verified(&server);
}

#[tokio::test]
async fn words_that_were_not_sent_yet_stay_readable_when_their_petition_was_erased() {
    let server = Server::start();
    let mut author = server.phone("quang-lam-1").await;
    let mut other = server.phone("quang-lam-2").await;
    let ids = record(&mut author, 92, 2);
    author.sync().await.expect("in step");
    other.sync().await.expect("in step");
    let (header, _) = other.document(ids[0]).expect("held");
    let said = "Bà con đề nghị xét lại.";
    other
        .edit(ids[0], &[Edit::new("content", said)])
        .expect("edited");
    edit_voters(&mut other, ids[0], 902);
    let innocent = record(&mut other, 93, 1)[0];

    erase(&server, ids[0]);
    let report = other.sync().await.expect("in step");
    assert_eq!((report.acked, report.refused), (1, 2), "{report:?}");
    assert!(!holds(&other, ids[0]) && holds(&other, innocent));
    assert!(other.session().outbox().is_empty());
    let refused = other.refused().expect("a shelf");
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(
        (refused[0].header.id, refused[0].code),
        (ids[0], Code::Gone)
    );
    for edit in [Edit::new("content", said), Edit::new("voters", 902)] {
        assert!(refused[0].fields.contains(&edit), "{refused:?}");
    }

    // Pushed anew under the same id it is refused again, with its words kept again.
    other
        .write(&header, &[Edit::new("content", said)])
        .expect("written");
    let report = other.sync().await.expect("in step");
    assert_eq!((report.acked, report.refused), (0, 1), "{report:?}");
    let refused = other.refused().expect("a shelf");
    assert_eq!(refused.len(), 2);
    assert!(refused.iter().all(|work| work.code == Code::Gone));
    assert!(!holds(&other, ids[0]));
    let quiet = other.sync().await.expect("in step");
    assert_eq!((quiet.requests, quiet.pushed, quiet.pulled), (1, 0, 0));
    author.sync().await.expect("in step");
    assert_eq!(heads(&author), heads(&other));
    assert!(!exported(&server).contains(&ids[0]));
    assert_verified(&server);
}

#[tokio::test]
async fn a_restore_after_an_erasure_lets_nobody_bring_it_back() {
    let mut server = Server::start();
    let folder = tempfile::tempdir().expect("a folder");
    let mut author = server.phone("quang-lam-1").await;
    let mut away = server.phone("quang-lam-2").await;
    let ids = record(&mut author, 94, 2);
    author.sync().await.expect("in step");
    away.sync().await.expect("in step");
    erase(&server, ids[0]);
    let backup = folder.path().join("backup.sqlite");
    let backup = backup.to_str().expect("UTF-8");
    let _ = server.command("backup", &[backup]);
    let made = record(&mut author, 95, 1);
    author.sync().await.expect("in step");
    server.stop();
    let _ = server.command("restore", &[backup]);
    server.restart();
    tell_address(&server, &mut [&mut author, &mut away]);
    // Has not heard of the erasure, and offers what it holds.
    assert!(holds(&away, ids[0]));
    for _ in 0..2 {
        for phone in [&mut away, &mut author] {
            phone.sync().await.expect("in step");
            assert!(!holds(phone, ids[0]), "{phone:?}");
            assert_settled(phone);
        }
    }
    assert!(holds(&away, made[0]) && holds(&away, ids[1]));
    assert_eq!(heads(&away), heads(&author));
    assert!(!exported(&server).contains(&ids[0]));
    assert_verified(&server);
}

/// A petition of which two phones hold the words, backed up and then erased: the first phone has
/// dropped it, the second was away.
struct Erased {
    server: Server,
    folder: TempDir,
    author: Phone,
    away: Phone,
    /// Enrolled before the backup, first loaded after the erasure.
    late: Phone,
    id: DocumentId,
}

/// Words that nothing else says; one that search keeps whole.
const SECRET: &str = "bantinhkhongduocke";

impl Erased {
    async fn begin() -> Self {
        let server = Server::start();
        let folder = tempfile::tempdir().expect("a folder");
        let mut author = server.phone("quang-lam-1").await;
        let mut away = server.phone("quang-lam-2").await;
        let mut late = server.phone("quang-lam-1").await;
        let id = record(&mut author, 96, 3)[1];
        let said = [Edit::new("content", SECRET), Edit::new("place", SECRET)];
        author.edit(id, &said).expect("edited");
        author.sync().await.expect("in step");
        away.sync().await.expect("in step");
        let backup = folder.path().join("backup.sqlite");
        let _ = server.command("backup", &[backup.to_str().expect("UTF-8")]);
        record(&mut author, 97, 1);
        erase(&server, id);
        author.sync().await.expect("in step");
        late.sync().await.expect("in step");
        assert!(!holds(&author, id) && holds(&away, id) && !holds(&late, id));
        Self {
            server,
            folder,
            author,
            away,
            late,
            id,
        }
    }

    /// Puts the backup in the place of what `meanwhile` leaves of the data folder.
    fn restore(&mut self, meanwhile: impl FnOnce(&Path)) -> String {
        self.server.stop();
        meanwhile(&self.server.data());
        let backup = self.folder.path().join("backup.sqlite");
        let backup = backup.to_str().expect("UTF-8");
        let said = self.server.command("restore", &[backup]);
        assert_verified(&self.server);
        self.server.restart();
        let url = self.server.url();
        for phone in self.phones() {
            phone.set_url(&url).expect("memory takes all");
        }
        said
    }

    fn phones(&mut self) -> [&mut Phone; 3] {
        [&mut self.away, &mut self.author, &mut self.late]
    }

    /// All phones sync, and then nothing moves any more; says how many of them hold the petition.
    async fn settle(&mut self) -> usize {
        for _ in 0..2 {
            for phone in self.phones() {
                phone.sync().await.expect("in step");
            }
        }
        let (id, wanted) = (self.id, heads(&self.author));
        let mut holding = 0;
        for phone in self.phones() {
            let quiet = phone.sync().await.expect("in step");
            assert_eq!((quiet.requests, quiet.pushed, quiet.pulled), (1, 0, 0));
            assert_in_step(phone, &wanted);
            holding += usize::from(holds(phone, id));
        }
        assert_verified(&self.server);
        holding
    }

    /// Whether the words are anywhere in the database's files.
    fn server_has_words(&self) -> bool {
        let data = self.server.data();
        ["kiennghi.sqlite", "kiennghi.sqlite-wal"]
            .iter()
            .any(|name| {
                let bytes = fs::read(data.join(name)).unwrap_or_default();
                bytes
                    .windows(SECRET.len())
                    .any(|window| window == SECRET.as_bytes())
            })
    }
}

#[tokio::test]
async fn a_backup_from_before_an_erasure_leaves_all_in_step() {
    let mut erased = Erased::begin().await;
    let backup = fs::read(erased.folder.path().join("backup.sqlite")).expect("a file");
    let mut windows = backup.windows(SECRET.len());
    assert!(windows.any(|window| window == SECRET.as_bytes()));
    let said = erased.restore(|_| ());
    assert!(said.contains("1 documents that it had erased"), "{said}");
    assert!(!erased.server_has_words());
    assert_eq!(erased.settle().await, 0);
    assert!(!exported(&erased.server).contains(&erased.id));
    erased.server.stop();
    assert!(!erased.server_has_words());
}

#[tokio::test]
async fn an_erasure_that_nobody_knows_of_any_more_is_undone_on_every_phone() {
    let mut erased = Erased::begin().await;
    // The log may be left behind: it must not be taken for the backup's.
    let said = erased.restore(|data| {
        fs::remove_file(data.join("kiennghi.sqlite")).expect("removed");
    });
    assert!(said.contains("there was no old database"), "{said}");
    assert_eq!(erased.settle().await, 3);
    assert!(exported(&erased.server).contains(&erased.id));
}
