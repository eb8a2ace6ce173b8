//! What apps at desks and the worker say to each other: of [`Command`](crate::Command) and [`Answer`](crate::Answer) the
//! kinds that they use, encoded in the same way, so that they need not know the others.

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::{Detail, Draft, Request, Row, Save, Status};

/// What a desk asks of the worker, as the same kind of [`Command`](crate::Command) does.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
pub enum DeskCommand {
    /// Opens the local store; the first of all. Whether this browser's session may unlock it.
    #[n(0)]
    Open(#[n(0)] bool),
    /// One document held here, or brought here.
    #[n(4)]
    Detail(#[n(0)] DocumentId),
    /// Makes or changes a document, durably.
    #[n(5)]
    Save(#[n(0)] Save),
    /// Keeps a half-written form, durably.
    #[n(7)]
    PutDraft(#[n(0)] Draft),
    /// Throws a half-written form away.
    #[n(8)]
    DropDraft(#[n(0)] String),
    /// All half-written forms.
    #[n(9)]
    Drafts,
    /// Syncs now (Gửi ngay).
    #[n(10)]
    Sync,
    /// Asks the server.
    #[n(14)]
    Ask(#[n(0)] Request),
    /// The page became visible or the network seems back.
    #[n(17)]
    Wake,
    /// Documents of this kind held here.
    #[n(26)]
    Records(#[n(0)] Kind),
    /// Fetches a file.
    #[n(28)]
    Download(#[n(0)] String),
}

/// A good answer at a desk, encoded as the same kind of [`Answer`](crate::Answer) is.
#[derive(Debug, Clone, PartialEq, Eq, Decode)]
pub enum DeskAnswer {
    /// Nothing more to say.
    #[n(0)]
    Done,
    /// Where sync stands and who is signed in.
    #[n(1)]
    Status(#[n(0)] Box<Status>),
    /// One document.
    #[n(4)]
    Detail(#[n(0)] Box<Detail>),
    /// The document that was made or changed.
    #[n(5)]
    Saved(#[n(0)] DocumentId),
    /// Half-written forms.
    #[n(6)]
    Drafts(#[n(0)] Vec<Draft>),
    /// What the server said, as it was encoded there.
    #[n(9)]
    Office(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>),
    /// Documents of one kind.
    #[n(10)]
    Records(#[n(0)] Vec<Row>),
    /// A file as the server made it.
    #[n(11)]
    File {
        /// What the server calls it; empty when it does not say.
        #[n(0)]
        name: String,
        /// Its bytes.
        #[n(1)]
        bytes: ByteVec,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Answer, Command};

    #[test]
    fn what_desks_ask_is_understood() {
        let id = DocumentId([7; 16]);
        let request = Request {
            method: "GET".to_owned(),
            path: "/api/v1/cases".to_owned(),
            body: Some(("a/b".to_owned(), vec![1, 2].into())),
        };
        let draft = Draft {
            key: "a".to_owned(),
            route: "/desk/a".to_owned(),
            fields: Vec::new(),
            kept_at: 1,
            heads: Vec::new(),
            id: Some(id),
        };
        let name = || "a".to_owned();
        for (asked, wanted) in [
            (DeskCommand::Open(true), Command::Open(true)),
            (DeskCommand::Detail(id), Command::Detail(id)),
            (
                DeskCommand::PutDraft(draft.clone()),
                Command::PutDraft(draft),
            ),
            (DeskCommand::DropDraft(name()), Command::DropDraft(name())),
            (DeskCommand::Drafts, Command::Drafts),
            (DeskCommand::Download(name()), Command::Download(name())),
            (DeskCommand::Sync, Command::Sync),
            (DeskCommand::Ask(request.clone()), Command::Ask(request)),
            (DeskCommand::Wake, Command::Wake),
            (
                DeskCommand::Records(Kind::Case),
                Command::Records(Kind::Case),
            ),
        ] {
            let bytes = minicbor::to_vec((7_u32, asked)).expect("encodes");
            let call: crate::Call = minicbor::decode(&bytes).expect("a call");
            assert_eq!((call.number, call.command), (7, wanted));
        }
    }

    #[test]
    fn the_kinds_that_desks_know_read_back_and_others_do_not() {
        let read = |answer: &Answer| {
            let bytes = minicbor::to_vec(answer).expect("encodes");
            minicbor::decode::<DeskAnswer>(&bytes).ok()
        };
        let id = DocumentId([7; 16]);
        for (answer, wanted) in [
            (Answer::Saved(id), DeskAnswer::Saved(id)),
            (Answer::Office(vec![1, 2]), DeskAnswer::Office(vec![1, 2])),
            (Answer::Records(Vec::new()), DeskAnswer::Records(Vec::new())),
            (Answer::Drafts(Vec::new()), DeskAnswer::Drafts(Vec::new())),
            (Answer::Done, DeskAnswer::Done),
            (
                Answer::File {
                    name: "a".to_owned(),
                    bytes: vec![1].into(),
                },
                DeskAnswer::File {
                    name: "a".to_owned(),
                    bytes: vec![1].into(),
                },
            ),
        ] {
            assert_eq!(read(&answer), Some(wanted));
        }
        assert_eq!(read(&Answer::Meetings(Vec::new())), None);
        assert_eq!(read(&Answer::Unsent(Vec::new())), None);
    }
}
