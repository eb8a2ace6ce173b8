//! What an entry does to automerge 0.12.0 without a gate, done in earnest: to be run in a process
//! of its own, since some of it ends the process.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use automerge::sync::{Message, State, SyncDoc};
use automerge::transaction::Transactable;
use automerge::{Automerge, Change, ROOT, ReadDoc};
use kiennghi_shared::wire::Request;
use serde::{Deserialize, Serialize};

use super::{Entry, Sent};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Harm {
    /// Applied and saved without a word; what was saved does not load.
    Unloadable,
    /// Applying it panics.
    Panic,
    /// It is applied; the next local edit panics.
    Poison,
    /// Reading it asks for more memory than a gibibyte.
    Memory,
    /// Receiving it as a sync message panics.
    SyncPanic,
    /// Answering it as a sync message asks for more memory than a gibibyte.
    SyncMemory,
    /// An innocent change in the same batch is refused with it.
    RefusesInnocent,
    /// The victim's own next change is refused.
    Squats,
    /// Loading says yes and leaves the last change out.
    SilentLoss,
    /// It is kept in memory and in what is saved, for ever.
    Orphans,
    /// It is inflated whole before anything in it is checked.
    Inflates,
    /// Reading the document overflows the stack and aborts the process.
    Abort,
    /// It is taken like any other.
    Taken,
    /// Not automerge's matter: the body never gets there.
    Body,
}

/// How a process ended in which the harm was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By itself, having seen the harm.
    Seen,
    /// By a panic.
    Panicked,
    /// By the signal SIGABRT.
    Aborted,
}

impl End {
    /// How a process ended; none for any other way.
    #[must_use]
    pub fn of(status: ExitStatus) -> Option<Self> {
        const RUST_PANIC: i32 = 101;
        const SIGABRT: i32 = 6;
        match (status.code(), status.signal()) {
            (Some(0), _) => Some(End::Seen),
            (Some(RUST_PANIC), _) => Some(End::Panicked),
            (_, Some(SIGABRT)) => Some(End::Aborted),
            _ => None,
        }
    }
}

impl Harm {
    /// How a process ends that takes the harm.
    #[must_use]
    pub fn end(self) -> Option<End> {
        match self {
            Harm::Panic | Harm::Poison | Harm::SyncPanic => Some(End::Panicked),
            Harm::Memory | Harm::SyncMemory | Harm::Abort => Some(End::Aborted),
            Harm::Body => None,
            _ => Some(End::Seen),
        }
    }

    /// The address space, in KiB, to give a process that takes a harm.
    #[must_use]
    pub const fn address_space_kib() -> u64 {
        1 << 20
    }
}

/// The stack of a thread where Rust or tokio makes one.
const STACK_BYTES: usize = 2 << 20;
/// What inflating a bomb must at least cost to be one.
const INFLATED_BYTES: u64 = 48 << 20;

impl Entry {
    /// Takes the harm; returns when it was seen.
    ///
    /// # Panics
    /// When automerge does, or when the harm cannot be seen.
    pub fn take_harm(&self) {
        match self.harm {
            Harm::Unloadable => {
                let document = self.applied();
                let saved = document.save();
                let loaded = std::panic::catch_unwind(|| Automerge::load(&saved).is_ok());
                assert!(!loaded.unwrap_or(false), "it loads");
            }
            Harm::Panic => drop(self.applied()),
            Harm::Poison => {
                let mut document = self.applied();
                let mut edit = document.transaction();
                edit.put(ROOT, "village", "next").expect("an edit");
                edit.put(ROOT, "village", "and next").expect("an edit");
                edit.put(ROOT, "village", "and again").expect("an edit");
                edit.commit();
            }
            Harm::Memory => {
                let _ = change(&self.hostile()[0]).map(|change| change.len());
                drop(self.applied());
            }
            Harm::SyncPanic | Harm::SyncMemory => self.sync(),
            Harm::RefusesInnocent => {
                let changes = self.changes();
                let mut document = Automerge::new();
                apply(&mut document, &changes[..2]).expect("the first of the two");
                let innocent = change(&changes[3]).expect("a change").hash();
                assert!(apply(&mut document, &changes[2..]).is_err());
                assert!(document.get_change_by_hash(&innocent).is_none());
            }
            Harm::Squats => {
                let mut document = Automerge::new();
                let before = changes_of(&self.requests[0]);
                let taken = changes_of(&self.requests[1]);
                apply(&mut document, &before).expect("the victim's");
                apply(&mut document, &taken[..1]).expect("automerge knows no devices");
                let next = changes_of(&self.requests[2]);
                assert!(apply(&mut document, &next).is_err());
            }
            Harm::SilentLoss => {
                let mut document = Automerge::new();
                apply(&mut document, &self.changes()[..1]).expect("the ground");
                let together = &self.hostile()[0];
                let loaded = document.load_incremental(together);
                loaded.expect("it says yes");
                let count = document.get_changes(&[]).len();
                assert_eq!(count, 2, "the ground and the first of three");
            }
            Harm::Orphans => {
                let mut document = Automerge::new();
                apply(&mut document, &self.changes()[..1]).expect("the ground");
                let before = document.save().len();
                apply(&mut document, &self.hostile()).expect("it says yes");
                assert_eq!(document.get_changes(&[]).len(), 1, "none was applied");
                assert!(document.save().len() > 10 * before, "all are kept");
            }
            Harm::Inflates => {
                let before = memory_peak();
                assert!(Change::from_bytes(self.hostile()[0].clone()).is_err());
                assert!(memory_peak() - before > INFLATED_BYTES);
            }
            Harm::Abort => {
                let document = self.applied();
                let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
                let read = thread.spawn(move || drop(document.hydrate(None)));
                read.expect("a thread").join().expect("read");
            }
            Harm::Taken => self.is_taken(),
            Harm::Body => {}
        }
    }

    /// The changes of the first request's first document.
    fn changes(&self) -> Vec<Vec<u8>> {
        changes_of(&self.requests[0])
    }

    /// Those of them that are refused.
    fn hostile(&self) -> Vec<Vec<u8>> {
        let verdicts = &self.requests[0].verdicts;
        let all = self.changes().into_iter().zip(verdicts);
        all.filter(|(_, verdict)| *verdict != "ok")
            .map(|(change, _)| change)
            .collect()
    }

    /// A document with the ground and the hostile change.
    fn applied(&self) -> Automerge {
        let mut document = Automerge::new();
        apply(&mut document, &self.changes()[..1]).expect("the ground");
        apply(&mut document, &self.hostile()[..1]).expect("automerge says yes");
        document
    }

    fn sync(&self) {
        let mut document = Automerge::new();
        apply(&mut document, &self.changes()[..1]).expect("the ground");
        let message = Message::decode(&self.hostile()[0]).expect("a message");
        let mut state = State::new();
        let received = document.receive_sync_message(&mut state, message);
        received.expect("it says yes");
        let _ = document.generate_sync_message(&mut state);
    }

    fn is_taken(&self) {
        let changes = if self.requests[0].packed {
            let mut body = Vec::new();
            let mut reader = flate2::read::GzDecoder::new(self.requests[0].body.as_slice());
            std::io::Read::read_to_end(&mut reader, &mut body).expect("gzip");
            // Past the bound of a frame, so read by hand: the last frame but the end.
            let start = body
                .windows(4)
                .rposition(|at| at == [0x85, 0x6f, 0x4a, 0x83]);
            let chunk = body[start.expect("a chunk")..body.len() - 2].to_vec();
            vec![chunk]
        } else {
            self.hostile()
        };
        let mut document = Automerge::new();
        if let Ok(ground) = Request::decode(&self.requests[0].body) {
            apply(&mut document, &ground.push[0].changes[..1]).expect("the ground");
        }
        let loaded = document.load_incremental(&changes[0]);
        loaded.expect("it says yes");
        Automerge::load(&document.save()).expect("it loads");
    }
}

fn changes_of(sent: &Sent) -> Vec<Vec<u8>> {
    let mut request = Request::decode(&sent.body).expect("a request");
    request.push.remove(0).changes
}

fn change(raw: &[u8]) -> Result<Change, String> {
    Change::from_bytes(raw.to_vec()).map_err(|error| error.to_string())
}

fn apply(document: &mut Automerge, raw: &[Vec<u8>]) -> Result<(), String> {
    let changes: Result<Vec<_>, _> = raw.iter().map(|raw| change(raw)).collect();
    let applied = document.apply_changes(changes?);
    applied.map_err(|error| error.to_string())
}

/// The most memory that this process ever had, in bytes.
fn memory_peak() -> u64 {
    crate::harness::memory_peak(std::process::id())
}
