//! Words that one app hands to a page of another one, which the browser loads next: shown there once.
//!
//! They lie in the browser's storage in the clear on their way, and so name nobody.

use web_sys::Storage;

use crate::browser;

const KEY: &str = "kiennghi-handed";

fn storage() -> Option<Storage> {
    browser::page()?.session_storage().ok()?
}

/// Hands words to the page at this path.
pub fn hand_over(path: &str, words: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(KEY, &format!("{path}\n{words}"));
    }
}

/// The words for this page, if there are any. Whatever was handed over is gone then, whichever page it was meant for.
#[must_use]
pub fn take() -> Option<String> {
    let storage = storage()?;
    let handed = storage.get_item(KEY).ok()??;
    let _ = storage.remove_item(KEY);
    words_for(&browser::path(), &handed)
}

fn words_for(here: &str, handed: &str) -> Option<String> {
    let (path, words) = handed.split_once('\n')?;
    (path == here).then(|| words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_for_one_page() {
        let handed = "/desk/cases/1\nĐã phân công.";
        assert_eq!(
            words_for("/desk/cases/1", handed).as_deref(),
            Some("Đã phân công.")
        );
        assert_eq!(words_for("/desk/cases/2", handed), None);
        assert_eq!(words_for("/desk/cases/1", "/desk/cases/1"), None);
    }
}
