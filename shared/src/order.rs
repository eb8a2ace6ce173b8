//! Decoding of structs whose fields stand in the order of their numbers: each type of field is compiled once, and not
//! once for each field, which keeps the apps small.

use minicbor::decode::{Decode, Decoder, Error};

/// What is left of the fields of a struct that is being decoded.
#[derive(Debug)]
pub struct Left(u64);

impl Left {
    /// Begins a struct.
    ///
    /// # Errors
    /// When there is none, or one without a length.
    pub fn of(decoder: &mut Decoder<'_>) -> Result<Self, Error> {
        let length = decoder.array()?;
        length.map(Self).ok_or_else(|| Error::message("no length"))
    }

    /// The next field; where the struct ends before it, what its type has for nothing.
    ///
    /// # Errors
    /// When the field is something else, or is missing.
    #[inline(never)]
    pub fn next<'b, C, T: Decode<'b, C>>(
        &mut self,
        decoder: &mut Decoder<'b>,
        context: &mut C,
    ) -> Result<T, Error> {
        match self.0.checked_sub(1) {
            Some(left) => {
                self.0 = left;
                T::decode(decoder, context)
            }
            None => T::nil().ok_or_else(|| Error::message("a field is missing")),
        }
    }

    /// The next field; where the struct ends before it, what stands for nothing.
    ///
    /// # Errors
    /// When the field is something else.
    #[inline(never)]
    pub fn next_or_default<'b, C, T: Decode<'b, C> + Default>(
        &mut self,
        decoder: &mut Decoder<'b>,
        context: &mut C,
    ) -> Result<T, Error> {
        if self.0 == 0 {
            return Ok(T::default());
        }
        self.next(decoder, context)
    }

    /// Passes over fields that are not known here.
    ///
    /// # Errors
    /// When there are fewer than were said to be.
    #[inline(never)]
    pub fn end(self, decoder: &mut Decoder<'_>) -> Result<(), Error> {
        (0..self.0).try_for_each(|_| decoder.skip())
    }
}

/// Implements [`Decode`] for structs by the names of their fields, in the order of their numbers from 0 on without a
/// gap.
macro_rules! decode_in_order {
    ($($name:ident { $($field:ident),* $(,)? })*) => {$(
        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(
                decoder: &mut minicbor::Decoder<'b>,
                context: &mut C,
            ) -> Result<Self, minicbor::decode::Error> {
                let mut left = $crate::order::Left::of(decoder)?;
                let decoded = Self { $($field: left.next(decoder, context)?,)* };
                left.end(decoder)?;
                Ok(decoded)
            }
        }
    )*};
}
pub(crate) use decode_in_order;

#[cfg(test)]
mod tests {
    use minicbor::{Decode as Derived, Encode};

    #[derive(Debug, PartialEq, Encode, Derived)]
    struct Longer(#[n(0)] String, #[n(1)] Option<u8>, #[n(2)] bool);

    #[derive(Debug, PartialEq, Encode)]
    struct Two {
        #[n(0)]
        name: String,
        #[n(1)]
        number: Option<u8>,
    }

    decode_in_order!(Two { name, number });

    fn read(bytes: &[u8]) -> Option<Two> {
        minicbor::decode(bytes).ok()
    }

    fn two(number: Option<u8>) -> Option<Two> {
        Some(Two {
            name: "a".to_owned(),
            number,
        })
    }

    #[test]
    fn a_struct_reads_back_with_fields_that_came_later_and_without_those_that_may_be_missing() {
        let bytes = |value: &Two| minicbor::to_vec(value).expect("encodes");
        for value in [two(Some(7)), two(None)] {
            assert_eq!(read(&bytes(value.as_ref().expect("one"))), value);
        }
        let longer = minicbor::to_vec(Longer("a".to_owned(), Some(7), true)).expect("encodes");
        assert_eq!(read(&longer), two(Some(7)));
        assert_eq!(read(&[0x81, 0x61, b'a']), two(None));
        assert_eq!(read(&[0x80]), None, "a name is not left out");
        assert_eq!(read(&[0x83, 0x61, b'a', 0x07]), None, "cut off");
        assert_eq!(read(&[0x61, b'a']), None);
    }
}
