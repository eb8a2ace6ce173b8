//! Keeping what is to be told on a phone: what changed is put over what is kept, case by case, without a look into
//! cases. The bytes are those of [`Results`](crate::desk::Results).

use minicbor::Decoder;
use minicbor::decode::Error;

/// An answer, or what is kept, taken apart.
struct Parts<'a> {
    /// Each case with the id that it begins with.
    cases: Vec<(&'a [u8], &'a [u8])>,
    cursor: &'a str,
    is_whole: bool,
    gone: Vec<&'a [u8]>,
}

impl<'a> Parts<'a> {
    /// Takes one CBOR item apart; bytes that break off, and others after it, are an error.
    fn of(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut decoder = Decoder::new(bytes);
        let fields = length(&mut decoder)?;
        let mut parts = Self {
            cases: Vec::new(),
            cursor: "",
            is_whole: true,
            gone: Vec::new(),
        };
        for field in 0..fields {
            match field {
                0 => {
                    for _ in 0..length(&mut decoder)? {
                        let start = decoder.position();
                        length(&mut decoder)?;
                        let id = decoder.bytes()?;
                        decoder.set_position(start);
                        decoder.skip()?;
                        parts.cases.push((id, &bytes[start..decoder.position()]));
                    }
                }
                1 => parts.cursor = decoder.str()?,
                2 => parts.is_whole = decoder.bool()?,
                3 => {
                    for _ in 0..length(&mut decoder)? {
                        parts.gone.push(decoder.bytes()?);
                    }
                }
                _ => decoder.skip()?,
            }
        }
        match decoder.position() == bytes.len() {
            true => Ok(parts),
            false => Err(Error::message("there is more")),
        }
    }

    /// The same as all there is.
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = minicbor::Encoder::new(&mut bytes);
        // Writing to memory does not fail.
        let _ = encoder.array(4).and_then(|encoder| {
            encoder.array(self.cases.len() as u64)?;
            for (_, case) in &self.cases {
                encoder.writer_mut().extend_from_slice(case);
            }
            encoder.str(self.cursor)?.bool(true)?.array(0)
        });
        bytes
    }
}

fn length(decoder: &mut Decoder<'_>) -> Result<u64, Error> {
    let length = decoder.array()?;
    length.ok_or_else(|| Error::message("no length"))
}

/// What to ask the server with, so that it tells only what changed since; empty when nothing is kept that it could be put
/// over.
#[must_use]
pub fn cursor(kept: &[u8]) -> &str {
    Parts::of(kept).map_or("", |parts| parts.cursor)
}

/// What is kept after an answer; `None` for an answer that broke off.
#[must_use]
pub fn after(kept: &[u8], answer: &[u8]) -> Option<Vec<u8>> {
    let mut news = Parts::of(answer).ok()?;
    if news.is_whole {
        return Some(answer.to_vec());
    }
    let kept = Parts::of(kept).ok()?;
    let stays = |id: &[u8]| {
        let is_new = news.cases.iter().all(|(other, _)| *other != id);
        is_new && !news.gone.contains(&id)
    };
    let rest: Vec<_> = kept.cases.into_iter().filter(|(id, _)| stays(id)).collect();
    news.cases.extend(rest);
    Some(news.to_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::casefile::State;
    use crate::desk::{Outcome, Results};
    use crate::id::DocumentId;

    fn outcome(id: u8, wording: &str) -> Outcome {
        Outcome {
            id: DocumentId([id; 16]),
            code: String::new(),
            wording: wording.to_owned(),
            state: State::Answered,
            addressee_name: String::new(),
            due: String::new(),
            answer: None,
            petitions: Vec::new(),
            awaits_check: false,
        }
    }

    fn results(cases: &[(u8, &str)], cursor: &str, gone: &[u8], is_whole: bool) -> Vec<u8> {
        let outcomes = cases.iter().map(|(id, wording)| outcome(*id, wording));
        let results = Results {
            results: outcomes.collect(),
            cursor: cursor.to_owned(),
            is_whole,
            gone: gone.iter().map(|id| DocumentId([*id; 16])).collect(),
        };
        minicbor::to_vec(results).expect("CBOR")
    }

    #[test]
    fn what_changed_takes_the_place_of_what_is_kept_and_the_rest_stays() {
        let kept = results(&[(1, "một"), (2, "hai"), (3, "ba")], "x", &[], true);
        let news = results(&[(4, "bốn"), (2, "hai, lần nữa")], "y", &[3, 9], false);
        let all = results(
            &[(4, "bốn"), (2, "hai, lần nữa"), (1, "một")],
            "y",
            &[],
            true,
        );
        assert_eq!(after(&kept, &news), Some(all.clone()));
        assert_eq!(cursor(&all), "y");
        assert_eq!(
            after(&all, &kept),
            Some(kept.clone()),
            "a whole answer is all"
        );
        let nothing = results(&[], "z", &[], false);
        let same = results(&[(1, "một"), (2, "hai"), (3, "ba")], "z", &[], true);
        assert_eq!(after(&kept, &nothing), Some(same));
        assert!(nothing.len() < 20, "{}", nothing.len());
    }

    #[test]
    fn an_answer_that_broke_off_is_none_and_what_an_earlier_app_kept_has_no_cursor() {
        let kept = results(&[(1, "một")], "x", &[], true);
        let news = results(&[(2, "hai")], "y", &[1], false);
        for end in 0..news.len() {
            assert_eq!(after(&kept, &news[..end]), None, "cut off at {end}");
        }
        assert_eq!(after(&kept, &[news.as_slice(), &[0]].concat()), None);
        assert_eq!(after(&[], &news), None, "nothing to put it over");
        // [[]]: as it was before there were cursors.
        assert_eq!(cursor(&[0x81, 0x80]), "");
        assert_eq!(cursor(&[]), "");
        assert_eq!(after(&kept, &[0x81, 0x80]), Some(vec![0x81, 0x80]));
    }
}
