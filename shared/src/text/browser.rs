//! Normal forms from the browser, whose tables a phone need not fetch a second time.

use std::borrow::Cow;

use js_sys::JsString;

pub(super) fn nfc(text: &str) -> Cow<'_, str> {
    if text.chars().all(super::is_composed) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(String::from(JsString::from(text).normalize("NFC")))
}

/// The characters that the text comes apart into.
pub(super) fn decompose(text: &str, each: impl FnMut(char)) {
    let apart = String::from(JsString::from(text).normalize("NFD"));
    apart.chars().for_each(each);
}
