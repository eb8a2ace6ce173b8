//! The poke: tells those who listen that there is something new, and nothing about what it is.

use tokio::sync::watch;

/// What listeners see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Poke {
    /// The last sequence number that is on the disk.
    pub seq: u64,
    /// Whether the server is going down.
    pub closed: bool,
}

/// The last sequence number, for whoever wants to be woken when it grows, and for the office also when
/// what waits for its decision has changed. Listeners that are slow see only the latest.
#[derive(Debug)]
pub struct Feed {
    sender: watch::Sender<Poke>,
}

impl Feed {
    /// A feed that stands at this sequence number.
    #[must_use]
    pub fn new(seq: u64) -> Self {
        Self {
            sender: watch::Sender::new(Poke { seq, closed: false }),
        }
    }

    /// Tells that all up to `seq` is on the disk. Commits that are told out of order do no harm.
    pub fn publish(&self, seq: u64) {
        self.sender.send_if_modified(|poke| {
            let grew = seq > poke.seq;
            poke.seq = poke.seq.max(seq);
            grew
        });
    }

    /// Tells that what waits for the office's decision has changed; the sequence number stays.
    pub fn publish_reviews(&self) {
        self.sender.send_modify(|_| {});
    }

    /// Ends all listening.
    pub fn close(&self) {
        self.sender.send_modify(|poke| poke.closed = true);
    }

    /// Listens; the present state is the first that is heard.
    #[must_use]
    pub fn listen(&self) -> watch::Receiver<Poke> {
        self.sender.subscribe()
    }
}
