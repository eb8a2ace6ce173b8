//! Pages that have another address than before: bookmarks and what was left half-written have the old one.

/// What stood where, and stands where now; `*` is any piece of an address, the same in both.
const MOVED: [(&str, &str); 16] = [
    ("/desk/inbox", "/consolidation"),
    ("/desk/inbox/*", "/consolidation/*"),
    ("/desk/cases/*/earlier", "/consolidation/cases/*/earlier"),
    (
        "/desk/cases/*/petitions/*/move",
        "/consolidation/cases/*/petitions/*/move",
    ),
    ("/desk/cases/*/assign", "/letters/cases/*/assign"),
    ("/desk/cases/*/answer", "/letters/cases/*/answer"),
    ("/desk/cases/*/send-back", "/letters/cases/*/send-back"),
    ("/desk/cases/*/answers/*", "/letters/cases/*/answers/*"),
    ("/desk/dispatches", "/letters"),
    ("/desk/dispatches/*", "/letters/*"),
    ("/desk/dispatches/*/edit", "/letters/*/edit"),
    ("/desk/cases/*/finding", "/review/cases/*/finding"),
    ("/desk/supervision", "/review/supervision"),
    ("/desk/supervision/*", "/review/supervision/*"),
    ("/desk/daily", "/review/daily"),
    ("/desk/briefing", "/review"),
];

/// The address of a page that stood at another one; `None` of one that did not move. What stands behind `?` and `#` stays.
#[must_use]
pub fn now_at(address: &str) -> Option<String> {
    let end = address.find(['?', '#']).unwrap_or(address.len());
    let (path, behind) = address.split_at(end);
    let path = path.trim_end_matches('/');
    let mut moved = MOVED.iter();
    let path = moved.find_map(|(old, new)| filled(path, old, new))?;
    Some(path + behind)
}

/// The new path with what an old one has in the place of each `*`; `None` for a path that is not so.
fn filled(path: &str, old: &str, new: &str) -> Option<String> {
    let (pieces, pattern) = (path.split('/'), old.split('/'));
    if pieces.clone().count() != pattern.clone().count() {
        return None;
    }
    let mut path = new.to_owned();
    for (piece, wanted) in pieces.zip(pattern) {
        match wanted {
            "*" => path = path.replacen('*', piece, 1),
            wanted if wanted != piece => return None,
            _ => {}
        }
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moved_is_found_with_all_that_its_address_says() {
        let (case, petition) = ("018f6d3a-1", "018f6d3a-2");
        for (old, new) in [
            ("/desk/inbox".to_owned(), "/consolidation".to_owned()),
            (
                "/desk/inbox/?unit=QN-DH".to_owned(),
                "/consolidation?unit=QN-DH".to_owned(),
            ),
            (
                format!("/desk/inbox/new-case?session=2026-1#{petition},{case}"),
                format!("/consolidation/new-case?session=2026-1#{petition},{case}"),
            ),
            (
                format!("/desk/cases/{case}/petitions/{petition}/move"),
                format!("/consolidation/cases/{case}/petitions/{petition}/move"),
            ),
            (
                format!("/desk/cases/{case}/answer?unit=QN-DH-KT"),
                format!("/letters/cases/{case}/answer?unit=QN-DH-KT"),
            ),
            (
                format!("/desk/cases/{case}/answers/{petition}"),
                format!("/letters/cases/{case}/answers/{petition}"),
            ),
            (
                "/desk/dispatches/new?kind=reminder".to_owned(),
                "/letters/new?kind=reminder".to_owned(),
            ),
        ] {
            assert_eq!(now_at(&old), Some(new), "{old}");
        }
    }

    #[test]
    fn what_did_not_move_stays_and_nothing_moves_twice() {
        for path in [
            "/desk",
            "/desk/cases",
            "/desk/cases/018f6d3a-1",
            "/desk/cases/018f6d3a-1/edit",
            "/desk/inbox/new-case/nowhere",
            "/desk/inboxes",
            "/letters/cases/018f6d3a-1/answer",
            "//evil.vn/desk/inbox",
        ] {
            assert_eq!(now_at(path), None, "{path}");
        }
        for (old, new) in MOVED {
            let stars = |path: &str| path.matches('*').count();
            assert_eq!(stars(old), stars(new), "{old}");
            assert_eq!(now_at(new), None, "{new}");
        }
    }
}
