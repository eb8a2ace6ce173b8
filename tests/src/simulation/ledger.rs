//! What phones were promised and what people made, kept outside of all that can fail.

use std::collections::BTreeSet;

use kiennghi_shared::id::ChangeHash;
use kiennghi_shared::wire::Verdict;

use super::phone::SimulatedPhone;

/// The changes that must be on the server in the end.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// A phone was told that they are stored.
    pub(super) acknowledged: BTreeSet<ChangeHash>,
    /// A phone said that they are saved, and was not wiped before it sent them.
    pub(super) made: BTreeSet<ChangeHash>,
}

impl Ledger {
    /// Takes the verdicts that a phone has heard.
    ///
    /// # Errors
    /// When an honest change was refused.
    pub(super) fn take_receipts(&mut self, phone: &mut SimulatedPhone) -> Result<(), String> {
        let receipts = phone.device.receipts();
        for receipt in &receipts[phone.receipts_taken..] {
            match receipt.verdict {
                Verdict::Ok | Verdict::Duplicate => {
                    self.acknowledged.insert(receipt.hash);
                }
                Verdict::Missing(_) => {}
                Verdict::Refused(code) => {
                    let (hash, code) = (receipt.hash, code.name());
                    return Err(format!("an honest change was refused as {code}: {hash}"));
                }
            }
        }
        phone.receipts_taken = receipts.len();
        Ok(())
    }

    /// Forgets what is lost with a phone that is wiped.
    pub(super) fn excuse(&mut self, phone: &SimulatedPhone) {
        for outgoing in phone.device.session().outbox().values() {
            self.made.remove(&outgoing.hash);
        }
    }
}
