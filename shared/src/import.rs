//! What a spreadsheet of petitions would make, row by row, or has made.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::{DocumentId, UnitCode};
use crate::order::decode_in_order;

/// What the rows of a spreadsheet would make.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct PetitionImport {
    /// What is wrong with all of it, in words for people; empty when nothing is.
    #[n(0)]
    pub problem: String,
    /// The rows, in their order.
    #[n(1)]
    pub rows: Vec<PetitionImportRow>,
    /// Names of the workbook's other sheets, which are not read.
    #[n(2)]
    pub other_sheets: Vec<String>,
    /// How many petitions were stored now; none by a preview, nor while anything is wrong.
    #[n(3)]
    pub made: u64,
}

impl PetitionImport {
    /// Whether something has to be put right before anything can be made.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        !self.problem.is_empty() || self.rows.iter().any(|row| row.status == RowStatus::Wrong)
    }
}

/// What a row would make.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct PetitionImportRow {
    /// The row's number in the spreadsheet, from 1.
    #[n(0)]
    pub row: u32,
    /// What becomes of it.
    #[n(1)]
    pub status: RowStatus,
    /// What is wrong with it, or to be looked at where its status says that nothing is.
    #[n(2)]
    pub problems: Vec<ImportProblem>,
    /// The petition that it is, or would be; none where something is wrong.
    #[n(3)]
    pub id: Option<DocumentId>,
    /// The petition's unit.
    #[n(4)]
    pub unit: Option<UnitCode>,
    /// The unit's name; empty where none was found.
    #[n(5)]
    pub unit_name: String,
    /// Its village, as it was found or written.
    #[n(6)]
    pub village: String,
    /// Its content.
    #[n(7)]
    pub content: String,
    /// Its field of work: a code of the district's [`FieldsOfWork`](crate::field_of_work::FieldsOfWork); empty when none is told.
    #[n(8)]
    pub field: String,
    /// The council session's code.
    #[n(9)]
    pub session: String,
    /// A code of [`PHASES`](crate::catalogue::PHASES).
    #[n(10)]
    pub phase: String,
    /// What the row says besides, kept among the petition's keywords.
    #[n(11)]
    pub keywords: Vec<String>,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum RowStatus {
    /// A petition is, or would be, made of it.
    #[n(1)]
    New,
    /// The petition is there already.
    #[n(2)]
    There,
    /// It says the same as a row before it, and makes one petition with that.
    #[n(3)]
    Repeated,
    /// The petition was erased, and does not come back.
    #[n(4)]
    Erased,
    /// Something is wrong with it.
    #[n(5)]
    Wrong,
}

/// What is wrong with a row, or to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Serialize, Deserialize)]
pub struct ImportProblem {
    /// The column's letter in the spreadsheet, such as `C`; empty where the spreadsheet has no such column.
    #[n(0)]
    pub column: String,
    /// What that is, in words for people.
    #[n(1)]
    pub problem: String,
}

decode_in_order! {
    PetitionImport { problem, rows, other_sheets, made }
    PetitionImportRow { row, status, problems, id, unit, unit_name, village, content, field, session, phase, keywords }
    ImportProblem { column, problem }
}

/// The id of the petition that a row makes, whoever imports it and how often. `village` is folded and without
/// the words before its name, `content` on one line.
#[must_use]
pub fn imported_petition(
    unit: &UnitCode,
    session: &str,
    phase: &str,
    village: &str,
    content: &str,
) -> DocumentId {
    made_of(
        "imported petition",
        &[&unit.0, session, phase, village, content],
    )
}

/// The id of the meeting at which the petitions of a unit were raised, as far as spreadsheets tell.
#[must_use]
pub fn imported_meeting(unit: &UnitCode, session: &str, phase: &str) -> DocumentId {
    made_of("imported meeting", &[&unit.0, session, phase])
}

/// Version 7 with the time 0: it must not depend on when.
fn made_of(label: &str, parts: &[&str]) -> DocumentId {
    let mut digest = Sha256::new_with_prefix(label);
    for part in parts {
        digest.update([0]);
        digest.update(part);
    }
    let digest = digest.finalize();
    let mut random = [0; 10];
    random.copy_from_slice(&digest[..10]);
    DocumentId::new(0, random)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_from_all_that_tells_petitions_apart() {
        let of = |unit: &str, session, phase, village, content| {
            imported_petition(&unit.into(), session, phase, village, content)
        };
        let id = of("A", "6", "before", "na cang", "Sửa cầu");
        assert_eq!(id, of("A", "6", "before", "na cang", "Sửa cầu"));
        for other in [
            of("B", "6", "before", "na cang", "Sửa cầu"),
            of("A", "7", "before", "na cang", "Sửa cầu"),
            of("A", "6", "after", "na cang", "Sửa cầu"),
            of("A", "6", "before", "", "na cangSửa cầu"),
            of("A", "6", "before", "na cang", "Sửa đường"),
            imported_meeting(&"A".into(), "6", "before"),
        ] {
            assert_ne!(id, other);
        }
    }
}
