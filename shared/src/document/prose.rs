//! Prose: a text object whose elements are words, each with the blanks before it.
//!
//! An element for each character would cost three times the operations on every road that a change
//! takes, and merge two people's corrections of one word into a word that neither wrote
//! (docs/decisions/0013). Elements that another client made otherwise are worked with as they are.

use std::ops::Range;

use automerge::transaction::Transactable;
use automerge::{AutomergeError, ObjId, ReadDoc, ScalarValue, Value};

use crate::limits::ELEMENT_CHARS_MAX;

/// Makes the text read `new`, leaving the words alone that stay.
pub(super) fn rewrite(
    document: &mut impl Transactable,
    text: &ObjId,
    new: &str,
) -> Result<(), AutomergeError> {
    let elements = elements(document, text)?;
    let old = elements.concat();
    if old == new {
        return Ok(());
    }
    // From the end, so that the positions of what is still to be replaced stay as they are.
    for Patch { range, with } in patches(&elements, &old, new).into_iter().rev() {
        let count = isize::try_from(range.len()).unwrap_or(isize::MAX);
        document.splice_text(text, range.start, count, "")?;
        let mut at = range.start;
        for word in words(&with) {
            document.insert(text, at, ScalarValue::Str(word.into()))?;
            at += word.chars().count();
        }
    }
    Ok(())
}

fn elements(document: &impl ReadDoc, text: &ObjId) -> Result<Vec<String>, AutomergeError> {
    let mut elements = Vec::new();
    let mut at = 0;
    while let Some((value, _)) = document.get(text, at)? {
        let element = match value {
            Value::Scalar(scalar) => scalar.as_str().unwrap_or_default().to_owned(),
            Value::Object(_) => String::new(),
        };
        at += element.chars().count().max(1);
        elements.push(element);
    }
    Ok(elements)
}

/// Whole elements, by the positions of their characters, and what is to stand in their place.
#[derive(Debug, PartialEq, Eq)]
struct Patch {
    range: Range<usize>,
    with: String,
}

/// What makes `old`, which is made of these elements, read `new`: apart and in their order.
fn patches(elements: &[String], old: &str, new: &str) -> Vec<Patch> {
    let (before, after) = (words(old), words(new));
    let starts = starts(&before);
    let bounds = self::starts(elements);
    let old: Vec<char> = old.chars().collect();
    let kept = |range: Range<usize>| old[range].iter().collect::<String>();
    let mut patches: Vec<Patch> = Vec::new();
    // Where the last patch's own words end, short of the element that it cuts.
    let mut cut = 0;
    for (from, to) in differences(&before, &after) {
        let from = starts[from.start]..starts[from.end];
        let first = bounds.partition_point(|bound| *bound <= from.start) - 1;
        let last = bounds.partition_point(|bound| *bound < from.end);
        let whole = bounds[first]..bounds[last].max(bounds[first]);
        match patches.last_mut() {
            Some(patch) if whole.start < patch.range.end => {
                patch.with += &kept(cut..from.start);
                patch.range.end = whole.end.max(patch.range.end);
            }
            before => {
                if let Some(patch) = before {
                    patch.with += &kept(cut..patch.range.end);
                }
                patches.push(Patch {
                    with: kept(whole.start..from.start),
                    range: whole,
                });
            }
        }
        if let Some(patch) = patches.last_mut() {
            patch.with += &after[to].concat();
        }
        cut = from.end;
    }
    if let Some(patch) = patches.last_mut() {
        patch.with += &kept(cut..patch.range.end);
    }
    patches
}

/// Cells of the table that words are compared in; longer stretches are replaced whole.
const CELLS_MAX: usize = 1 << 20;

/// The stretches of words that differ: those before, and those that come in their place. The longest
/// sequence of words that both have stays. (A library for this costs a phone 10 KB.)
fn differences(before: &[&str], after: &[&str]) -> Vec<(Range<usize>, Range<usize>)> {
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let head = before.iter().zip(after).take_while(same).count();
    let (old, new) = (&before[head..], &after[head..]);
    let ends = old.iter().rev().zip(new.iter().rev());
    let tail = ends.take_while(same).count();
    let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
    let width = new.len() + 1;
    if (old.len() + 1) * width > CELLS_MAX {
        return vec![(head..head + old.len(), head..head + new.len())];
    }
    // How many words the rests of both have in common.
    let mut common = vec![0u16; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let (down, right) = (common[(i + 1) * width + j], common[i * width + j + 1]);
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                down.max(right)
            };
        }
    }
    let meet = |i: usize, j: usize| i < old.len() && j < new.len() && old[i] == new[j];
    let mut found = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        let (from, to) = (i, j);
        while (i < old.len() || j < new.len()) && !meet(i, j) {
            let down = i < old.len()
                && (j == new.len() || common[(i + 1) * width + j] >= common[i * width + j + 1]);
            if down { i += 1 } else { j += 1 }
        }
        if (from, to) != (i, j) {
            found.push((head + from..head + i, head + to..head + j));
        }
        while meet(i, j) {
            (i, j) = (i + 1, j + 1);
        }
    }
    found
}

/// Where each part begins, in characters, and where the last one ends.
fn starts(parts: &[impl AsRef<str>]) -> Vec<usize> {
    let mut starts = vec![0];
    let mut at = 0;
    for part in parts {
        at += part.as_ref().chars().count();
        starts.push(at);
    }
    starts
}

/// The words of a text: each with the blanks before it, punctuation by itself, none longer than an
/// element may be.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut chars) = (0, 0);
    let mut before = None;
    for (at, c) in text.char_indices() {
        let class = Class::of(c);
        let ends = match (before, class) {
            (None | Some(Class::Blank), _) => false,
            (Some(Class::Letter), Class::Letter) => false,
            (Some(_), _) => true,
        };
        if ends || chars == ELEMENT_CHARS_MAX {
            words.push(&text[start..at]);
            (start, chars) = (at, 0);
        }
        chars += 1;
        before = Some(class);
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Blank,
    Mark,
    /// Letters, digits, and all that is not ASCII.
    Letter,
}

impl Class {
    fn of(c: char) -> Self {
        if c.is_whitespace() {
            Class::Blank
        } else if c.is_ascii_punctuation() {
            Class::Mark
        } else {
            Class::Letter
        }
    }
}

#[cfg(test)]
mod tests {
    use automerge::{Automerge, ObjType, ROOT, TextEncoding};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_have_their_blanks_before_them() {
        let text = "Đường liên thôn, xuống cấp.\n Mưa";
        let wanted = [
            "Đường",
            " liên",
            " thôn",
            ",",
            " xuống",
            " cấp",
            ".",
            "\n Mưa",
        ];
        assert_eq!(words(text), wanted);
        assert_eq!(words(""), Vec::<&str>::new());
        let long = "a".repeat(2 * ELEMENT_CHARS_MAX + 1);
        let lengths: Vec<usize> = words(&long).into_iter().map(str::len).collect();
        assert_eq!(lengths, [ELEMENT_CHARS_MAX, ELEMENT_CHARS_MAX, 1]);
    }

    #[test]
    fn words_that_stay_are_left_alone() {
        let old = ["Đường", " liên", " thôn", " hỏng"].map(str::to_owned);
        let patches = patches(&old, &old.concat(), "Đường bê tông liên thôn xấu");
        let wanted = [(5..5, " bê tông"), (15..20, " xấu")];
        let wanted = wanted.map(|(range, with)| Patch {
            range,
            with: with.to_owned(),
        });
        assert_eq!(patches, wanted);
    }

    #[test]
    fn what_differs_is_found_and_what_is_too_long_to_compare_is_replaced() {
        let found = differences(&["a", "b", "c", "d", "e"], &["a", "x", "c", "e", "e"]);
        assert_eq!(found, [(1..2, 1..2), (3..4, 3..4)]);
        assert_eq!(differences(&["a"], &["a", "b"]), [(1..1, 1..2)]);
        assert_eq!(differences(&["a"], &["a"]), []);
        let (old, new) = (vec!["a"; 2_000], vec!["b"; 1_000]);
        assert_eq!(differences(&old, &new), [(0..2_000, 0..1_000)]);
    }

    fn text() -> impl Strategy<Value = String> {
        "[aăđ .,\n]{0,40}"
    }

    proptest! {
        #[test]
        fn any_text_becomes_any_other(
            elements in prop::collection::vec("[aăđ .,\n]{1,6}", 0..12),
            new in prop::collection::vec(text(), 1..4),
        ) {
            let mut document = Automerge::new_with_encoding(TextEncoding::UnicodeCodePoint);
            let mut transaction = document.transaction();
            let object = transaction.put_object(ROOT, "content", ObjType::Text).expect("made");
            let mut at = 0;
            for element in &elements {
                transaction.insert(&object, at, element.as_str()).expect("put in");
                at += element.chars().count();
            }
            for new in new {
                rewrite(&mut transaction, &object, &new).expect("rewritten");
                prop_assert_eq!(transaction.text(&object).expect("text"), new.as_str());
                let before = transaction.pending_ops();
                rewrite(&mut transaction, &object, &new).expect("rewritten");
                prop_assert_eq!(transaction.pending_ops(), before);
            }
            transaction.commit();
            let again = Automerge::load(&document.save()).expect("loads");
            prop_assert_eq!(again.get_heads(), document.get_heads());
        }
    }
}
