//! Bugs planted on purpose, outside the product: a simulation that does not find them is worth
//! nothing. Each changes what a sound server says.

use kiennghi_server::sync::SyncError;
use kiennghi_shared::id::{ChangeHash, Epoch};
use kiennghi_shared::validate::ParsedChange;
use kiennghi_shared::wire::{
    ACKS, Acks, CURSOR, LEAVE, Leave, RECEIPT, Reply, Request, SCOPE, Verdict, WANT, WELCOME, Want,
    Welcome, Writer, push_digest, write_document,
};

/// One in so many requests meets a bug that is rare.
const RARE: i64 = 16;
/// One in so many replies is without what must leave.
const LEAVES_LOST: i64 = 2;

/// A bug to plant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Flaw {
    /// The server says that changes are stored before it knows: a failed commit is acknowledged.
    AckBeforeCommit,
    /// Now and then the cursor stands beyond what was sent: a reply's last document is left out.
    SkippingCursor,
    /// Now and then the server forgets to say what must leave a phone.
    LostLeave,
    /// The disk says that it has synced, and has not.
    LyingDisk,
}

/// What a server with this flaw says instead.
pub(super) fn spoil(
    flaw: Flaw,
    request: &Request,
    answered: Result<Vec<u8>, SyncError>,
    epoch: Epoch,
) -> Result<Vec<u8>, SyncError> {
    match (flaw, answered) {
        (Flaw::AckBeforeCommit, Err(SyncError::Store(_))) => Ok(acknowledge(request, epoch)),
        (Flaw::SkippingCursor, Ok(body)) if request.hello.clock % RARE == 0 => {
            Ok(retold(&body, skip).unwrap_or(body))
        }
        (Flaw::LostLeave, Ok(body)) if request.hello.clock % LEAVES_LOST == 0 => {
            // A phone without a cursor holds nothing that could leave.
            let knows = request.hello.cursor.is_some();
            Ok(retold(&body, |reply| keep_all(reply, knows)).unwrap_or(body))
        }
        (_, answered) => answered,
    }
}

fn acknowledge(request: &Request, epoch: Epoch) -> Vec<u8> {
    let pushed = request.push.iter().flat_map(|document| &document.changes);
    let hash = |bytes: &Vec<u8>| ParsedChange::parse(bytes).ok().map(|change| change.hash);
    let hashes: Vec<ChangeHash> = pushed.filter_map(hash).collect();
    let mut writer = Writer::default();
    let (clock, grant) = (request.hello.clock, 0);
    writer.control(
        WELCOME,
        &Welcome {
            epoch,
            clock,
            grant,
            offer: false,
            results: None,
        },
    );
    let verdicts = vec![Verdict::Ok; hashes.len()];
    let digest = push_digest(hashes).to_vec();
    writer.control(ACKS, &Acks { digest, verdicts });
    writer.finish()
}

/// Leaves out the last document; the cursors stay.
fn skip(reply: &mut Reply) {
    let chunks = reply.chunks.iter_mut().rev();
    let mut full = chunks.filter(|chunk| chunk.documents.len() > 1);
    if let Some(chunk) = full.next() {
        chunk.documents.pop();
    }
}

/// Leaves out what must leave: erased documents, and a scope that has changed.
fn keep_all(reply: &mut Reply, knows: bool) {
    for chunk in &mut reply.chunks {
        chunk.leave.clear();
        chunk.scope.take_if(|_| knows);
    }
}

/// A reply with something else in it.
fn retold(body: &[u8], change: impl FnOnce(&mut Reply)) -> Option<Vec<u8>> {
    let mut reply = Reply::decode(body).ok()?;
    change(&mut reply);
    let mut writer = Writer::default();
    writer.control(WELCOME, &reply.welcome);
    if let Some(acks) = &reply.acks {
        writer.control(ACKS, acks);
    }
    if let Some(documents) = reply.want.take() {
        writer.control(WANT, &Want { documents });
    }
    for chunk in reply.chunks {
        if let Some(scope) = &chunk.scope {
            writer.control(SCOPE, scope);
        }
        if !chunk.leave.is_empty() {
            let documents = chunk.leave;
            writer.control(LEAVE, &Leave { documents });
        }
        for document in &chunk.documents {
            write_document(&mut writer, document);
        }
        if let Some(cursor) = &chunk.cursor {
            writer.control(CURSOR, cursor);
        }
    }
    if let Some(receipt) = &reply.receipt {
        writer.bytes(RECEIPT, receipt);
    }
    Some(writer.finish())
}
