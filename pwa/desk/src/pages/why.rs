//! What whoever is to act on a case has to know first: why it was given back, why it came back, whom to help.

use kiennghi_frame::words;
use kiennghi_shared::casefile::{Content, Need};
use kiennghi_shared::catalogue::{CHECKS, REACTIONS, SENT_BACK, VERDICTS, name_of};
use kiennghi_shared::desk::{CaseFile, PaperRow};
use kiennghi_shared::id::DocumentId;

use crate::time;

/// A heading and what is said under it.
type Said = (&'static str, String);

/// What is to be known, in the order in which it is told.
pub(super) fn why(file: &CaseFile, need: Option<Need>) -> Vec<Said> {
    let standing = &file.row.standing;
    let mut known = Vec::new();
    match need {
        Some(Need::Reassign) => known.extend(given_back(file)),
        Some(Need::Contribute) => known.push(("Phối hợp với", file.row.lead_name.clone())),
        _ => {}
    }
    if standing.came_back() {
        known.extend(standing.finding.and_then(|id| found(paper(file, id)?)));
        known.extend(
            standing
                .disputed_by
                .and_then(|id| disputed(paper(file, id)?)),
        );
    }
    known
}

fn paper(file: &CaseFile, id: DocumentId) -> Option<&PaperRow> {
    file.papers.iter().find(|paper| paper.id == id)
}

fn given_back(file: &CaseFile) -> Option<Said> {
    let mut papers = file.papers.iter().rev();
    papers.find_map(|paper| match &paper.content {
        Content::Answer(answer) if answer.outcome == SENT_BACK => {
            let words = format!("{} ({})", answer.content, paper.unit_name);
            Some(("Lý do trả lại", words))
        }
        _ => None,
    })
}

/// What supervision concluded, when, and in which words.
fn found(paper: &PaperRow) -> Option<Said> {
    let Content::Finding(finding) = &paper.content else {
        return None;
    };
    let verdict = name_of(VERDICTS, &finding.verdict);
    let words = dated(verdict, &finding.date, &finding.content);
    Some(("Kết luận giám sát", words))
}

/// What voters or a check say that is not solved.
fn disputed(paper: &PaperRow) -> Option<Said> {
    match &paper.content {
        Content::Check(check) => {
            let words = dated(name_of(CHECKS, &check.holds), &check.date, &check.content);
            Some(("Kiểm tra tại chỗ", placed(&check.village, words)))
        }
        Content::Notice(notice) => {
            let reaction = name_of(REACTIONS, &notice.reaction);
            let words = dated(reaction, &notice.date, &notice.reaction_note);
            Some((
                "Ý kiến cử tri sau khi được thông tin",
                placed(&notice.village, words),
            ))
        }
        _ => None,
    }
}

fn dated(what: &str, date: &str, words: &str) -> String {
    let said = format!("{what}, ngày {}", time::day_of_stored(date));
    match words {
        "" => said,
        words => format!("{said}: {words}"),
    }
}

fn placed(village: &str, words: String) -> String {
    match village {
        "" => words,
        village => format!("{village}: {}", words::within(&words)),
    }
}
