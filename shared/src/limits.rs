//! Every bound of the sync protocol in one place. A value past its bound is refused with
//! [`Code::TooLarge`](crate::code::Code::TooLarge) or the code named beside it.

/// The protocol version spoken here: 2 knows every kind of document, 1 only [`Kind::FIRST`](crate::schema::Kind::FIRST).
pub const PROTOCOL: u16 = 2;
/// The oldest protocol version still taken from a phone.
pub const PROTOCOL_OLDEST: u16 = 1;
/// Bytes of a request body as sent.
pub const REQUEST_BYTES_MAX: usize = 4 << 20;
/// Bytes of a request body once inflated.
pub const REQUEST_INFLATED_BYTES_MAX: usize = 16 << 20;
/// Bytes of one frame's payload.
pub const FRAME_BYTES_MAX: usize = 1 << 20;
/// Changes in one request.
pub const REQUEST_CHANGES_MAX: usize = 2_000;
/// Operations of the changes in one request that are judged at once, and of those that their documents
/// hold: more than any phone's push of [`PUSH_BYTES_TARGET`]. What goes past it is sent again.
pub const REQUEST_OPS_MAX: usize = 500_000;
/// Bytes of changes that a phone puts in one request before it starts another: packed, on a line of
/// ten kilobits a second, these take less than the two minutes after which a phone gives a request up.
pub const PUSH_BYTES_TARGET: usize = 384 << 10;
/// Documents that a request may ask for by name, or say it holds (`hold: asked`).
pub const ASKED_DOCUMENTS_MAX: usize = 500;
/// Documents that a request may offer after the server came back from a backup.
pub const OFFERED_DOCUMENTS_MAX: usize = 2_000;
/// Bytes of one change, inflated.
pub const CHANGE_BYTES_MAX: usize = 256 << 10;
/// Operations in one change.
pub const CHANGE_OPS_MAX: usize = 50_000;
/// Hashes that one change may depend on.
pub const CHANGE_DEPS_MAX: usize = 64;
/// Actors that one change may name beside its own.
pub const CHANGE_ACTORS_MAX: usize = 64;
/// Bytes of a change's message (the author's user name).
pub const MESSAGE_BYTES_MAX: usize = 64;
/// Operations in one document, all changes together.
pub const DOCUMENT_OPS_MAX: u64 = 300_000;
/// Bytes of one document's changes: with the bound on operations, what keeps its packed form within
/// [`SNAPSHOT_BYTES_MAX`], which a new phone must be able to take.
pub const DOCUMENT_BYTES_MAX: usize = 4 << 20;
/// Changes in one document.
pub const DOCUMENT_CHANGES_MAX: usize = 2_000;
/// Actors in one document; with the bound on changes this bounds the validator's memory.
pub const DOCUMENT_ACTORS_MAX: usize = 512;
/// Bytes of one scalar text in a document.
pub const SCALAR_BYTES_MAX: usize = 16 << 10;
/// Characters of one element of a prose text: a word with the blanks before it.
pub const ELEMENT_CHARS_MAX: usize = 32;
/// Bytes of one key of a document's map.
pub const KEY_BYTES_MAX: usize = 32;
/// Raw bytes of changes and snapshots in one page of a reply.
pub const PAGE_BYTES_TARGET: usize = 1 << 20;
/// Bytes of a reply once inflated: a page, its largest single document on top, and control frames.
pub const RESPONSE_INFLATED_BYTES_MAX: usize = 64 << 20;
/// Bytes of one automerge document in a reply.
pub const SNAPSHOT_BYTES_MAX: usize = 16 << 20;
/// Bytes of a spreadsheet of users or petitions.
pub const SPREADSHEET_BYTES_MAX: usize = 2 << 20;
/// Characters of one prose text (content, minutes).
pub const PROSE_CHARS_MAX: usize = 20_000;
/// Characters of one line of a form.
pub const LINE_CHARS_MAX: usize = 300;
/// Lines of a field that holds a list.
pub const LIST_ITEMS_MAX: usize = 50;
/// Cases that one dispatch carries: their ids fit [`SCALAR_BYTES_MAX`].
pub const CASES_OF_DISPATCH_MAX: usize = 400;
/// Working days that a deadline's rule may give.
pub const RULE_WORKING_DAYS_MAX: u32 = 400;
/// Working days before a deadline from which it may be told of.
pub const WARN_WORKING_DAYS_MAX: u32 = 60;
/// Fields of work of a district, ended ones too.
pub const FIELDS_OF_WORK_MAX: usize = 200;
