//! Work of those who may no longer write where it belongs: it waits for the office to decide.

use kiennghi_shared::id::{ChangeHash, UserName};
use kiennghi_shared::record::Edit;
pub use kiennghi_shared::review::Reason;
use kiennghi_shared::wire::DocumentHeader;

use super::{DeviceId, Refusal, Scope};

/// A review's number in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReviewId(pub i64);

/// What one request brings to be reviewed.
#[derive(Debug)]
pub struct ForReview {
    /// The device that sent it.
    pub device: DeviceId,
    /// Its user.
    pub user: UserName,
    /// Why it is not stored at once.
    pub reason: Reason,
    /// The server's time, milliseconds since 1970.
    pub received_at: i64,
    /// Sound changes by document.
    pub documents: Vec<DocumentForReview>,
    /// What was unsound.
    pub refusals: Vec<Refusal>,
}

/// The changes of one document that are to be reviewed.
#[derive(Debug)]
pub struct DocumentForReview {
    /// Id, kind and unit.
    pub header: DocumentHeader,
    /// The changes, each after those it depends on.
    pub changes: Vec<(ChangeHash, Vec<u8>)>,
    /// The fields as they would stand with the changes, in the order of the form.
    pub fields: Vec<Edit>,
}

/// Work that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRow {
    /// Its number.
    pub id: ReviewId,
    /// The device that sent it.
    pub device: DeviceId,
    /// The user of the device.
    pub user: UserName,
    /// Why it was not stored at once.
    pub reason: Reason,
    /// Id, kind and unit of the document.
    pub header: DocumentHeader,
    /// When it came last, milliseconds since 1970.
    pub received_at: i64,
    /// The fields as they would stand.
    pub fields: Vec<Edit>,
}

/// An open review with its changes, each after those it depends on.
pub type OpenReview = (ReviewRow, Vec<Vec<u8>>);

/// Which open reviews are wanted.
#[derive(Debug)]
pub struct ReviewFilter<'a> {
    /// Of these kinds and units.
    pub scope: &'a Scope,
    /// Older than this one.
    pub before: Option<ReviewId>,
    /// How many at most.
    pub limit: u64,
}

/// One page of open reviews, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReviewPage {
    /// How many are open on all pages.
    pub total: u64,
    /// Those of this page.
    pub reviews: Vec<ReviewRow>,
}

/// What the office decides of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The review.
    pub review: ReviewId,
    /// Who decides.
    pub by: UserName,
    /// When, milliseconds since 1970.
    pub at: i64,
}
