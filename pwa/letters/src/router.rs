//! From addresses under `/letters` to pages.

use kiennghi_frame::ways;
use kiennghi_shared::id::DocumentId;

/// Where these pages stand.
pub(crate) const TOP: &str = "/letters";

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// All letters.
    Letters,
    /// Those that came.
    Received,
    /// The cases of a new one.
    ChooseCases,
    /// A new one.
    NewLetter,
    /// A report that came.
    NewReport,
    /// One of them.
    Letter(DocumentId),
    /// What it says.
    EditLetter(DocumentId),
    /// Who is to answer a case.
    Assign(DocumentId),
    /// An answer to a case.
    Answer(DocumentId),
    /// Giving a case back.
    SendBack(DocumentId),
    /// An answer put right.
    EditAnswer {
        case: DocumentId,
        answer: DocumentId,
    },
    /// Petitions out of a spreadsheet.
    Import,
    /// None of these.
    Unknown,
}

impl Route {
    /// The page at a path.
    pub(crate) fn of(path: &str) -> Route {
        let Some(below) = ways::below(TOP, path) else {
            return Route::Unknown;
        };
        let with_id = |id: &str, route: fn(DocumentId) -> Route| {
            id.parse().map(route).unwrap_or(Route::Unknown)
        };
        match below[..] {
            [] => Route::Letters,
            ["received"] => Route::Received,
            ["choose"] => Route::ChooseCases,
            ["new"] => Route::NewLetter,
            ["report"] => Route::NewReport,
            ["import"] => Route::Import,
            [id] => with_id(id, Route::Letter),
            ["cases", id, "assign"] => with_id(id, Route::Assign),
            ["cases", id, "answer"] => with_id(id, Route::Answer),
            ["cases", id, "send-back"] => with_id(id, Route::SendBack),
            ["cases", case, "answers", answer] => match (case.parse(), answer.parse()) {
                (Ok(case), Ok(answer)) => Route::EditAnswer { case, answer },
                _ => Route::Unknown,
            },
            [id, "edit"] => with_id(id, Route::EditLetter),
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
        for (path, route) in [
            ("/letters".to_owned(), Route::Letters),
            ("/letters?desk=executive".to_owned(), Route::Letters),
            ("/letters/received".to_owned(), Route::Received),
            ("/letters/choose?need=remind".to_owned(), Route::ChooseCases),
            (format!("/letters/new?case={text}"), Route::NewLetter),
            (format!("/letters/new#{text}"), Route::NewLetter),
            ("/letters/report".to_owned(), Route::NewReport),
            (format!("/letters/{text}"), Route::Letter(id)),
            (format!("/letters/{text}/edit"), Route::EditLetter(id)),
            (format!("/letters/cases/{text}/assign"), Route::Assign(id)),
            (format!("/letters/cases/{text}/answer"), Route::Answer(id)),
            (
                format!("/letters/cases/{text}/answer?unit=QN"),
                Route::Answer(id),
            ),
            (
                format!("/letters/cases/{text}/send-back"),
                Route::SendBack(id),
            ),
            (
                format!("/letters/cases/{text}/answers/{text}"),
                Route::EditAnswer {
                    case: id,
                    answer: id,
                },
            ),
            ("/letters/papers".to_owned(), Route::Unknown),
            ("/letters/import".to_owned(), Route::Import),
            ("/letters/1".to_owned(), Route::Unknown),
            (format!("/letters/{text}/nowhere"), Route::Unknown),
            (format!("/desk/dispatches/{text}"), Route::Unknown),
        ] {
            assert_eq!(Route::of(&path), route, "{path}");
        }
    }
}
