//! Normal forms from tables of our own.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

pub(super) fn nfc(text: &str) -> Cow<'_, str> {
    if is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

pub(super) fn nfd(text: &str) -> String {
    text.nfd().collect()
}
