//! Pages that have another address than before, all of them under `/desk`: bookmarks and what was left half-written have
//! the old one.

use leptos::prelude::*;

use crate::app::App;
use crate::{browser, stopped, ways};

/// Where pages about a case stand that stood below its file: the first piece behind the case's id, and the app.
const OF_CASES: [(&str, &str); 7] = [
    ("earlier", "/consolidation"),
    ("petitions", "/consolidation"),
    ("assign", "/letters"),
    ("answer", "/letters"),
    ("answers", "/letters"),
    ("send-back", "/letters"),
    ("finding", "/review"),
];

/// Pages that stood by themselves, and what stands below them.
const TOPS: [(&str, &str); 4] = [
    ("/desk/inbox", "/consolidation"),
    ("/desk/dispatches", "/letters"),
    ("/desk/supervision", "/review/supervision"),
    ("/desk/daily", "/review/daily"),
];

/// The address of a page that stood at another one; `None` of one that did not move. What stands behind it, also behind `?`
/// and `#`, stays.
#[must_use]
pub fn now_at(address: &str) -> Option<String> {
    let first = |text: &str| text.split(['/', '?', '#']).next().map(str::len);
    for (old, new) in TOPS {
        if let Some(behind) = address.strip_prefix(old) {
            return (first(behind) == Some(0)).then(|| format!("{new}{behind}"));
        }
    }
    let below = address.strip_prefix("/desk/cases/")?;
    let (_, page) = below.split_once('/')?;
    let page = &page[..first(page)?];
    let (_, top) = OF_CASES.iter().find(|(known, _)| *known == page)?;
    Some(format!("{top}/cases/{below}"))
}

/// Goes to the page that stood at the address that is open; says that there is none where none did.
pub fn lead(app: App) -> AnyView {
    let Some(path) = now_at(&browser::address()) else {
        return stopped::unknown(app);
    };
    ways::go_instead(app, &path);
    ().into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moved_is_found_with_all_that_its_address_says() {
        for (old, new) in [
            ("/desk/inbox", "/consolidation"),
            ("/desk/inbox?unit=QN-DH", "/consolidation?unit=QN-DH"),
            ("/desk/dispatches", "/letters"),
            (
                "/desk/dispatches/new?case=018f-1",
                "/letters/new?case=018f-1",
            ),
            ("/desk/dispatches/018f-1/edit", "/letters/018f-1/edit"),
            (
                "/desk/supervision/finding#018f-1",
                "/review/supervision/finding#018f-1",
            ),
            ("/desk/daily?desk=executive", "/review/daily?desk=executive"),
            (
                "/desk/inbox/new-case?session=2026-1#018f-2,018f-3",
                "/consolidation/new-case?session=2026-1#018f-2,018f-3",
            ),
            (
                "/desk/cases/018f-1/earlier",
                "/consolidation/cases/018f-1/earlier",
            ),
            (
                "/desk/cases/018f-1/petitions/018f-2/move",
                "/consolidation/cases/018f-1/petitions/018f-2/move",
            ),
            (
                "/desk/cases/018f-1/answer?unit=QN-DH-KT",
                "/letters/cases/018f-1/answer?unit=QN-DH-KT",
            ),
            (
                "/desk/cases/018f-1/answers/018f-2",
                "/letters/cases/018f-1/answers/018f-2",
            ),
            (
                "/desk/cases/018f-1/send-back",
                "/letters/cases/018f-1/send-back",
            ),
        ] {
            assert_eq!(now_at(old).as_deref(), Some(new), "{old}");
            assert_eq!(now_at(new), None, "{new}");
        }
    }

    #[test]
    fn what_did_not_move_stays() {
        for path in [
            "/desk",
            "/desk/cases",
            "/desk/cases/018f-1",
            "/desk/cases/018f-1/edit",
            "/desk/cases/018f-1/answered",
            "/desk/inboxes",
            "//evil.vn/desk/inbox",
        ] {
            assert_eq!(now_at(path), None, "{path}");
        }
    }
}
