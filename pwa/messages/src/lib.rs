//! What the app's page and its worker say to each other, as CBOR in `Uint8Array`s.
//!
//! The page sends a [`Call`]; the worker answers each with one [`Signal::Answer`] of the same
//! number, and on its own accord sends [`Signal::Status`] and [`Signal::Changed`]. The worker
//! alone holds the device's token, the local store and the documents.

use kiennghi_shared::code::Code;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::order::{blank, decode_in_order};
use kiennghi_shared::profile::Profile;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::session::Delivery;
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

mod desk;
mod lock;
mod rows;
mod work;

pub use desk::{DeskAnswer, DeskCommand};
pub use lock::{DeviceWay, Lock, LockState, NewWay, Secret, Way};
pub use rows::{Detail, MeetingRow, PetitionPage, RefusedRow, Row, Unsent};
pub use work::{Draft, Save, WaitingPetitioner, again_key};

/// A numbered command.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Call {
    /// The number that the answer repeats.
    #[n(0)]
    pub number: u32,
    /// What to do.
    #[n(1)]
    pub command: Command,
}

/// What the page asks of the worker.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Command {
    /// Opens the local store; the first of all. Whether this browser's session may unlock it, if it has one.
    /// Answer: [`Answer::Status`].
    #[n(0)]
    Open(#[n(0)] bool),
    /// Enrols this device by a one-time code. Answer: [`Answer::Status`].
    #[n(1)]
    Enrol {
        /// The code.
        #[n(0)]
        code: String,
        /// What to call the device.
        #[n(1)]
        device: String,
    },
    /// Meetings held here, newest first. Answer: [`Answer::Meetings`].
    #[n(2)]
    Meetings,
    /// Petitions held here. Answer: [`Answer::Petitions`].
    #[n(3)]
    Petitions(#[n(0)] Filter),
    /// One document held here. Answer: [`Answer::Detail`].
    #[n(4)]
    Detail(#[n(0)] DocumentId),
    /// Makes or changes a document, durably; the draft of this key goes with it, in one step.
    /// Answer: [`Answer::Saved`].
    #[n(5)]
    Save(#[n(0)] Save),
    /// Keeps a half-written form, durably. Answer: [`Answer::Done`].
    #[n(7)]
    PutDraft(#[n(0)] Draft),
    /// Throws a half-written form away. Answer: [`Answer::Done`].
    #[n(8)]
    DropDraft(#[n(0)] String),
    /// All half-written forms, newest first. Answer: [`Answer::Drafts`].
    #[n(9)]
    Drafts,
    /// Syncs now (Gửi ngay). Answer: [`Answer::Done`] at its end, or a failure.
    #[n(10)]
    Sync,
    /// Work that the server refused. Answer: [`Answer::Refused`].
    #[n(11)]
    Refused,
    /// Takes refused work off the list. Answer: [`Answer::Done`].
    #[n(12)]
    DropRefused(#[n(0)] u64),
    /// Everything not yet received by the office, but for petitioners. Answer: [`Answer::Unsent`].
    #[n(13)]
    Unsent,
    /// Throws away a petitioner that waits on this device. Answer: [`Answer::Done`].
    #[n(16)]
    DropPetitioner(#[n(0)] DocumentId),
    /// Asks the server in this device's name: [`Answer::Office`]. After a `POST` lists are asked for again.
    #[n(14)]
    Ask(#[n(0)] Request),
    /// The page became visible or the network seems back: sync when there is a reason to.
    /// Answer: [`Answer::Done`].
    #[n(17)]
    Wake,
    /// Locks the data on this device for the first time, together with what was kept in the clear by an
    /// earlier version of the app. Answer: [`Answer::Status`].
    #[n(21)]
    SetLock(#[n(0)] NewWay),
    /// Unlocks it. Answer: [`Answer::Status`].
    #[n(22)]
    Unlock(#[n(0)] Secret),
    /// Takes a way to unlock away and adds one, or replaces the one of its kind; one at least stays. Answer:
    /// [`Answer::Status`].
    #[n(23)]
    ChangeWays {
        /// One that is there already, once more.
        #[n(0)]
        proof: Secret,
        /// The one to take away.
        #[n(1)]
        old: Option<Way>,
        /// The new one.
        #[n(2)]
        new: Option<NewWay>,
    },
    /// Erases everything on this device, locked or not. Answer: [`Answer::Done`].
    #[n(25)]
    Erase,
    /// Documents of this kind held here, newest first. Answer: [`Answer::Records`].
    #[n(26)]
    Records(#[n(0)] Kind),
    /// What the server had to tell about the caller's units. Answer: [`Answer::Office`], of no bytes when there
    /// is nothing.
    #[n(27)]
    Results,
    /// Fetches a file from a path under `/api/v1/` in this device's name. Answer: [`Answer::File`].
    #[n(28)]
    Download(#[n(0)] String),
}

/// What to look for among the petitions held here; empty fields do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode)]
pub struct Filter {
    /// Words.
    #[n(0)]
    pub text: String,
    /// Village, by name.
    #[n(1)]
    pub village: String,
    /// Field of work, by code.
    #[n(2)]
    pub field: String,
    /// Where it stands.
    #[n(3)]
    pub state: Option<Delivery>,
    /// The meeting it was raised at.
    #[n(4)]
    pub meeting: Option<DocumentId>,
    /// How many to skip.
    #[n(5)]
    pub offset: u32,
    /// How many to give at most.
    #[n(6)]
    pub limit: u32,
}

/// A question for the server.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
pub struct Request {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    #[n(0)]
    pub method: String,
    /// Path and query, under `/api/v1/`.
    #[n(1)]
    pub path: String,
    /// What goes along: its media type and its bytes.
    #[n(2)]
    pub body: Option<(String, ByteVec)>,
}

/// What the worker says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Signal {
    /// The answer to a call.
    #[n(0)]
    Answer {
        /// The call's number.
        #[n(0)]
        number: u32,
        /// What came of it.
        #[n(1)]
        outcome: Outcome,
    },
    /// The state of sync changed.
    #[n(1)]
    Status(#[n(0)] Box<Status>),
    /// Documents changed, here or at the server: lists should be asked for again.
    #[n(2)]
    Changed,
    /// The device was revoked and everything on it is erased.
    #[n(3)]
    Erased,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Outcome {
    /// Well: an [`Answer`] as it is encoded, which whoever called knows how to read.
    #[n(0)]
    Done(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>),
    /// Not at all.
    #[n(1)]
    Failed(#[n(0)] Failure),
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
pub struct Failure {
    /// What kind of failure.
    #[n(0)]
    pub cause: Cause,
    /// What a person is told, in Vietnamese.
    #[n(1)]
    pub message: String,
}

/// Kinds of failure that the page tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Cause {
    /// The server cannot be reached.
    #[n(0)]
    Network,
    /// The server said no.
    #[n(1)]
    Server(#[n(0)] Code),
    /// The local store failed: the work is not saved.
    #[n(2)]
    Storage,
    /// What was asked for is not here.
    #[n(3)]
    NotFound,
    /// A value does not fit its field.
    #[n(4)]
    Invalid,
    /// Another tab of this app is the one that writes.
    #[n(5)]
    OtherTab,
    /// The data on this device is not unlocked, or has no lock yet.
    #[n(6)]
    Locked,
    /// What should unlock it does not.
    #[n(7)]
    WrongSecret,
}

/// A good answer.
#[expect(
    clippy::large_enum_variant,
    reason = "made once a call and encoded at once"
)]
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Answer {
    /// Nothing more to say.
    #[n(0)]
    Done,
    /// Where sync stands and who is signed in.
    #[n(1)]
    Status(#[n(0)] Status),
    /// Meetings.
    #[n(2)]
    Meetings(#[n(0)] Vec<MeetingRow>),
    /// Petitions.
    #[n(3)]
    Petitions(#[n(0)] PetitionPage),
    /// Documents of one kind.
    #[n(10)]
    Records(#[n(0)] Vec<Row>),
    /// One document.
    #[n(4)]
    Detail(#[n(0)] Box<Detail>),
    /// The document that was made or changed.
    #[n(5)]
    Saved(#[n(0)] DocumentId),
    /// Half-written forms.
    #[n(6)]
    Drafts(#[n(0)] Vec<Draft>),
    /// Refused work.
    #[n(7)]
    Refused {
        /// Documents, the newest first.
        #[n(0)]
        rows: Vec<RefusedRow>,
        /// Petitioners.
        #[n(1)]
        petitioners: Vec<WaitingPetitioner>,
    },
    /// What the office has not received.
    #[n(8)]
    Unsent(#[n(0)] Vec<Unsent>),
    /// What the server said: one of [`kiennghi_shared::office`] or [`kiennghi_shared::review`], as it was
    /// encoded there.
    #[n(9)]
    Office(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>),
    /// A file as the server made it.
    #[n(11)]
    File {
        /// What the server calls it; empty when it does not say.
        #[n(0)]
        name: String,
        /// Its bytes, all of them.
        #[n(1)]
        bytes: ByteVec,
    },
}

/// Where the device and its sync stand. Unknown is `None`, never zero.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
pub struct Status {
    /// Who is signed in; none before enrolment.
    #[n(0)]
    pub profile: Option<Profile>,
    /// Documents with changes that the office has not received; while locked, such changes.
    #[n(1)]
    pub unsent: u32,
    /// Of a running sync: documents sent and documents to send.
    #[n(2)]
    pub sending: Option<Sending>,
    /// When the last sync came to its end, by the phone's clock.
    #[n(3)]
    pub synced_at: Option<i64>,
    /// Why the last sync failed; none when it did not.
    #[n(4)]
    pub failure: Option<Failure>,
    /// Items in the list of refused work, with petitioners who were refused.
    #[n(5)]
    pub refused: u32,
    /// When the oldest unsent change was made.
    #[n(6)]
    pub unsent_since: Option<i64>,
    /// Whether this tab is the one that writes.
    #[n(7)]
    pub writer: bool,
    /// Documents held on this device.
    #[n(8)]
    pub held: u32,
    /// Documents that a new device is still to be given.
    #[n(9)]
    pub left: u32,
    /// How the data is locked.
    #[n(10)]
    pub lock: Lock,
}

/// How far a running sync has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode)]
pub struct Sending {
    /// Documents received by the office.
    #[n(0)]
    pub sent: u32,
    /// Documents in all.
    #[n(1)]
    pub total: u32,
}

decode_in_order! {
    Filter { text, village, field, state, meeting, offset, limit }
    Request { method, path, body }
    Failure { cause, message }
    Status { profile, unsent, sending, synced_at, failure, refused, unsent_since, writer, held, left, lock }
    Sending { sent, total }
}

blank! { Cause => Self::Storage, }
