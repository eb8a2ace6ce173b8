//! From addresses under `/review` to pages.

use kiennghi_frame::ways;
use kiennghi_shared::id::DocumentId;

/// Where these pages stand.
pub(crate) const TOP: &str = "/review";

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// All units side by side.
    Briefing,
    /// The meetings behind one of its numbers.
    Meetings,
    /// The petitions behind one.
    Petitions,
    /// The cases behind one.
    Counted,
    /// What supervision picks from.
    Supervision,
    /// What it finds of a case.
    Finding(DocumentId),
    /// What it finds of those that were chosen.
    ChosenFinding,
    /// The findings of a programme.
    Programme,
    /// The daily round.
    Daily,
    /// What goes out on paper.
    Papers,
    /// None of these.
    Unknown,
}

impl Route {
    /// The page at a path.
    pub(crate) fn of(path: &str) -> Route {
        let Some(below) = ways::below(TOP, path) else {
            return Route::Unknown;
        };
        match below[..] {
            [] => Route::Briefing,
            ["meetings"] => Route::Meetings,
            ["petitions"] => Route::Petitions,
            ["cases"] => Route::Counted,
            ["cases", id, "finding"] => id.parse().map_or(Route::Unknown, Route::Finding),
            ["supervision"] => Route::Supervision,
            ["supervision", "finding"] => Route::ChosenFinding,
            ["supervision", "programme"] => Route::Programme,
            ["daily"] => Route::Daily,
            ["papers"] => Route::Papers,
            _ => Route::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_leads_to_its_page() {
        let text = "018f6d3a-0000-7000-8000-000000000001";
        let id: DocumentId = text.parse().expect("an id");
        let finding = format!("/review/cases/{text}/finding");
        for (path, route) in [
            (&*finding, Route::Finding(id)),
            ("/review/cases/1/finding", Route::Unknown),
            ("/review", Route::Briefing),
            ("/review?kind=year", Route::Briefing),
            ("/review/meetings?reception=true", Route::Meetings),
            ("/review/petitions", Route::Petitions),
            ("/review/cases?told=true", Route::Counted),
            ("/review/supervision?view=late", Route::Supervision),
            ("/review/supervision/finding", Route::ChosenFinding),
            (
                "/review/supervision/programme?programme=A",
                Route::Programme,
            ),
            ("/review/daily?desk=agency", Route::Daily),
            ("/review/papers?kind=year", Route::Papers),
            ("/review/nowhere", Route::Unknown),
            ("/desk/supervision", Route::Unknown),
        ] {
            assert_eq!(Route::of(path), route, "{path}");
        }
    }
}
