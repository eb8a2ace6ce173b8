//! Normal forms from tables of our own.

use std::borrow::Cow;

use unicode_normalization::char::decompose_canonical;
use unicode_normalization::{UnicodeNormalization, is_nfc};

pub(super) fn nfc(text: &str) -> Cow<'_, str> {
    if text.chars().all(super::is_composed) || is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// The characters that the text comes apart into; marks on one letter in no certain order.
pub(super) fn decompose(text: &str, mut each: impl FnMut(char)) {
    for c in text.chars() {
        if c.is_ascii() {
            each(c);
        } else {
            decompose_canonical(c, &mut each);
        }
    }
}
