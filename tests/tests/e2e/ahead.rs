//! A server whose phones have gone on since a backup was made: where several stories begin.

use std::fs;
use std::path::PathBuf;

use kiennghi_shared::id::DocumentId;
use kiennghi_tests::harness::Server;
use kiennghi_tests::phone::Phone;
use tempfile::TempDir;

use crate::support::{
    COMMITTEE, Heads, assert_in_step, assert_settled, assert_verified, edit_voters, exported,
    heads, record, tell_address,
};

/// A server whose phones have gone on since the backup.
pub(crate) struct Ahead {
    pub(crate) server: Server,
    folder: TempDir,
    /// `quang-lam-1`: what it made since the backup was acknowledged, and it has not synced since.
    pub(crate) author: Phone,
    /// `quang-lam-2`: has pulled that, and made more.
    pub(crate) witness: Phone,
    /// The committee, in step with the backup.
    pub(crate) behind: Phone,
    /// In the backup; changed since by the author.
    pub(crate) old: DocumentId,
    /// Made since by the author; changed by the witness.
    pub(crate) new: DocumentId,
    /// What all have to come to.
    pub(crate) wanted: Heads,
}

impl Ahead {
    pub(crate) async fn begin() -> Self {
        let server = Server::start();
        let folder = tempfile::tempdir().expect("a folder");
        let mut author = server.phone("quang-lam-1").await;
        let mut witness = server.phone("quang-lam-2").await;
        let mut behind = server.phone(COMMITTEE).await;
        let old = record(&mut author, 61, 4)[0];
        for phone in [&mut author, &mut witness, &mut behind] {
            phone.sync().await.expect("in step");
        }
        let backup = folder.path().join("old.sqlite");
        let _ = server.command("backup", &[backup.to_str().expect("UTF-8")]);

        edit_voters(&mut author, old, 501);
        let new = record(&mut author, 62, 3)[0];
        author.sync().await.expect("in step");
        edit_voters(&mut author, new, 502);
        author.sync().await.expect("in step");
        witness.sync().await.expect("in step");
        edit_voters(&mut witness, new, 503);
        record(&mut witness, 63, 2);
        witness.sync().await.expect("in step");
        assert_settled(&witness);
        let wanted = heads(&witness);
        Self {
            server,
            folder,
            author,
            witness,
            behind,
            old,
            new,
            wanted,
        }
    }

    fn backup(&self) -> PathBuf {
        self.folder.path().join("old.sqlite")
    }

    /// Puts the backup back; phones learn the server's new address.
    pub(crate) fn restore(&mut self) {
        self.server.stop();
        let backup = self.backup();
        let said = self
            .server
            .command("restore", &[backup.to_str().expect("UTF-8")]);
        assert!(said.contains("epoch"), "{said}");
        self.come_back();
    }

    /// Copies the old file over the database behind the server's back.
    pub(crate) fn lose_rows(&mut self) {
        self.server.stop();
        let database = self.server.data().join("kiennghi.sqlite");
        for beside in ["-wal", "-shm"] {
            let mut path = database.clone().into_os_string();
            path.push(beside);
            // They are there only after a crash.
            let _ = fs::remove_file(path);
        }
        fs::copy(self.backup(), database).expect("copied");
        self.come_back();
    }

    fn come_back(&mut self) {
        self.server.restart();
        let phones = &mut [&mut self.author, &mut self.witness, &mut self.behind];
        tell_address(&self.server, phones);
        let left = exported(&self.server);
        assert!(!left.contains(&self.new), "the file is older");
        assert_verified(&self.server);
    }

    /// What a new phone of the commune gets is what everybody should have; nothing twice.
    pub(crate) async fn assert_whole(&self, wanted: &Heads) {
        let mut fresh = self.server.phone("quang-lam-1").await;
        fresh.sync().await.expect("in step");
        assert_in_step(&fresh, wanted);
        let exported = exported(&self.server);
        for petition in fresh.petitions().expect("readable") {
            let times = exported.iter().filter(|id| **id == petition.id).count();
            assert_eq!(times, 1, "{}", petition.id);
        }
        assert_verified(&self.server);
    }
}
