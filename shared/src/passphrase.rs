//! What a passphrase that locks a phone must be: long enough that guessing it, at the price of one
//! argon2id a guess, does not pay. Knows nothing of keys.

use crate::text::normalise;

/// Characters at least.
pub const CHARS_MIN: usize = 8;
/// Characters at least of one that has only digits in it.
pub const DIGITS_MIN: usize = 12;

/// The form that a passphrase is used in, however it was typed: NFC, no blanks at either end.
///
/// # Errors
/// When it is too short; the words are for the person who chose it.
pub fn accept(typed: &str) -> Result<String, &'static str> {
    let passphrase = normalise(typed);
    let chars = passphrase.chars().count();
    if chars < CHARS_MIN {
        return Err("Cụm mật khẩu cần ít nhất 8 ký tự, ví dụ ba từ dễ nhớ.");
    }
    if chars < DIGITS_MIN && passphrase.chars().all(|c| c.is_ascii_digit()) {
        return Err("Chỉ toàn chữ số thì cần ít nhất 12 số. Nên thêm vài chữ.");
    }
    Ok(passphrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_typed_another_way_are_the_same() {
        let composed = accept("ruộng bậc thang");
        assert_eq!(composed, Ok("ruộng bậc thang".to_owned()));
        assert_eq!(accept(" ruo\u{323}\u{302}ng bậc thang "), composed);
        assert_ne!(accept("Ruộng bậc thang"), composed, "case counts");
    }

    #[test]
    fn short_ones_and_short_numbers_are_not_taken() {
        for short in ["", "đườngđi", "       a       ", "12345678", "19851030123"] {
            assert!(accept(short).is_err(), "{short}");
        }
        for good in ["đường đi", "198510301234", "1985103a"] {
            assert!(accept(good).is_ok(), "{good}");
        }
    }
}
