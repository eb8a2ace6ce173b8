//! People who write papers without a network and hand them in by sync, each from a device of their own.

use std::collections::HashMap;

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::papers::consolidation_of;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::{DocumentChanges, Verdict};
use serde_json::Value;

use crate::district::Draft;
use crate::http::{Device, Server};

/// Something that somebody wrote, and that nobody else knows of.
pub(crate) struct Written {
    user: &'static str,
    pub(crate) id: DocumentId,
    changes: DocumentChanges,
}

/// The devices of those who write.
pub(crate) struct Devices<'a> {
    server: &'a Server,
    devices: HashMap<&'static str, Device>,
}

impl<'a> Devices<'a> {
    pub(crate) fn at(server: &'a Server) -> Self {
        Self {
            server,
            devices: HashMap::new(),
        }
    }

    fn of(&mut self, user: &'static str) -> &mut Device {
        let device = || self.server.device(user);
        self.devices.entry(user).or_insert_with(device)
    }

    /// Has somebody write a document.
    pub(crate) fn write(
        &mut self,
        user: &'static str,
        kind: Kind,
        unit: &str,
        fields: &[(&str, &str)],
    ) -> Written {
        let mut draft = Draft::new(&self.of(user).phone, kind, unit, &edits(fields));
        Written {
            user,
            id: draft.header.id,
            changes: draft.take(),
        }
    }

    /// Has somebody put a petition into a case.
    pub(crate) fn put_into(
        &mut self,
        user: &'static str,
        (petition, unit): (DocumentId, &str),
        case: DocumentId,
    ) -> Written {
        let (petition, case) = (petition.to_string(), case.to_string());
        let fields = [("petition", &*petition), ("case", &*case)];
        let mut written = self.write(user, Kind::Consolidation, unit, &fields);
        written.id = consolidation_of(petition.parse().expect("an id"));
        written.changes.header.id = written.id;
        written
    }

    /// Has somebody who has opened a document put it right.
    pub(crate) fn rewrite(
        &mut self,
        user: &'static str,
        id: DocumentId,
        fields: &[(&str, &str)],
    ) -> Written {
        let stored = self.server.bench.store.documents(&[id]).expect("read");
        let stored = stored.first().expect("a document");
        let mut draft = Draft {
            header: stored.header.clone(),
            document: stored.document().expect("sound"),
            changes: Vec::new(),
        };
        draft.edit(&self.of(user).phone, &edits(fields));
        Written {
            user,
            id,
            changes: draft.take(),
        }
    }

    /// Hands something in, which the server stores.
    pub(crate) async fn hand_in(&mut self, written: Written) {
        let server = self.server;
        let Written { user, id, changes } = written;
        let verdicts = server.verdicts(self.of(user), vec![changes]).await;
        assert_eq!(verdicts, [Verdict::Ok], "{user}: {id}");
    }

    /// Has somebody write a document and hand it in.
    pub(crate) async fn say(
        &mut self,
        user: &'static str,
        kind: Kind,
        unit: &str,
        fields: &[(&str, &str)],
    ) -> DocumentId {
        let written = self.write(user, kind, unit, fields);
        let id = written.id;
        self.hand_in(written).await;
        id
    }

    /// What somebody is told at a path; `None` of what is not theirs to know.
    pub(crate) async fn told(&mut self, user: &'static str, path: &str) -> Option<Value> {
        let server = self.server;
        let answer = server.get(path, &self.of(user).token).await;
        match answer.status.as_u16() {
            200 => Some(answer.json()),
            404 => None,
            status => panic!("{user} {path}: {status}"),
        }
    }

    /// What a list holds: the ids of its rows.
    pub(crate) async fn listed(&mut self, user: &'static str, path: &str) -> Vec<String> {
        let list = self.told(user, path).await.expect("a list");
        let rows = list["cases"].as_array().or(list["petitions"].as_array());
        let rows = rows.expect("rows").iter();
        rows.map(|row| row["id"].as_str().expect("an id").to_owned())
            .collect()
    }

    /// Which needs a desk tells of, with their counts.
    pub(crate) async fn needs(&mut self, user: &'static str, desk: &str) -> Vec<(String, u64)> {
        let path = format!("/api/v1/needs?desk={desk}");
        let needs = self.told(user, &path).await.expect("needs");
        let needs = needs["needs"].as_array().expect("needs").iter();
        let need = |counted: &Value| {
            let need = counted["need"].as_str().expect("a need").to_owned();
            (need, counted["count"].as_u64().expect("a count"))
        };
        needs.map(need).collect()
    }
}

fn edits(fields: &[(&str, &str)]) -> Vec<Edit> {
    let fields = fields.iter();
    fields.map(|(key, text)| Edit::new(key, *text)).collect()
}
