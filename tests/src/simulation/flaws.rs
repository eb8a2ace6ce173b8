//! Bugs planted on purpose, outside the product: a simulation that does not find them is worth
//! nothing. Each changes what a sound server says.

use kiennghi_disk::{Disk, VFS};
use kiennghi_server::store::sqlite::FILE_NAME;
use kiennghi_server::sync::SyncError;
use kiennghi_shared::id::{ChangeHash, Epoch};
use kiennghi_shared::schema::Kind;
use kiennghi_shared::validate::ParsedChange;
use kiennghi_shared::wire::{
    ACKS, Acks, CURSOR, DocumentChanges, LEAVE, Leave, RECEIPT, Reply, Request, SCOPE, Verdict,
    WANT, WELCOME, Want, Welcome, Writer, push_digest, write_document,
};

use crate::harness::leave_cases_stale;

/// One in so many requests meets a bug that is rare.
const RARE: i64 = 16;
/// One in so many replies is without what must leave.
const LEAVES_LOST: i64 = 2;
/// One in so many requests is without its papers.
const PAPERS_LOST: i64 = 8;

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
    /// Where some cases stand is not derived anew when papers come.
    StaleCase,
    /// Now and then papers of cases are acknowledged and thrown away.
    LostPaper,
}

/// Plants a bug that is on the disk and not in what is said.
pub(super) fn plant(flaw: Option<Flaw>, disk: &Disk) -> Result<(), String> {
    if flaw != Some(Flaw::StaleCase) {
        return Ok(());
    }
    let planted = leave_cases_stale(&disk.folder().join(FILE_NAME), VFS);
    planted.map_err(|error| error.to_string())
}

/// Takes out of a request what a server with this flaw throws away.
pub(super) fn mislay(flaw: Flaw, request: &mut Request) {
    if flaw == Flaw::LostPaper && request.hello.clock % PAPERS_LOST == 0 {
        request.push.retain(|document| !is_paper(document));
    }
}

fn is_paper(document: &DocumentChanges) -> bool {
    !matches!(document.header.kind, Kind::Meeting | Kind::Petition)
}

/// Says of what was thrown away that it is stored.
fn pretend(request: &Request, reply: &mut Reply) {
    let stored = reply.acks.take().map(|acks| acks.verdicts);
    let mut stored = stored.unwrap_or_default().into_iter();
    let (mut hashes, mut verdicts) = (Vec::new(), Vec::new());
    for document in &request.push {
        for bytes in &document.changes {
            hashes.extend(ParsedChange::parse(bytes).map(|change| change.hash));
            let thrown_away = is_paper(document).then_some(Verdict::Ok);
            verdicts.extend(thrown_away.or_else(|| stored.next()));
        }
    }
    let digest = push_digest(hashes).to_vec();
    reply.acks = (!verdicts.is_empty()).then_some(Acks { digest, verdicts });
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
        (Flaw::LostPaper, Ok(body)) if request.hello.clock % PAPERS_LOST == 0 => {
            Ok(retold(&body, |reply| pretend(request, reply)).unwrap_or(body))
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
