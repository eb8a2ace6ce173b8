//! Decoding of structs whose fields stand in the order of their numbers: each type of field is compiled once, and not
//! once for each field, which keeps the apps small.

use minicbor::bytes::ByteVec;
use minicbor::decode::{Decode, Decoder, Error};

use crate::access::Role;
use crate::casefile::{Content, Need, Part, State};
use crate::code::Code;
use crate::deadline::Step;
use crate::field_of_work::FieldsOfWork;
use crate::fields::Fields;
use crate::id::{DocumentId, UnitCode, UserName};
use crate::import::RowStatus;
use crate::papers::Dispatch;
use crate::record::Value;
use crate::schema::Kind;
use crate::session::Delivery;

/// What is left of the fields of a struct that is being decoded. What goes wrong is told at its end: code that leaves
/// in the middle, and drops what it has, would be many times as long.
#[derive(Debug)]
pub struct Left {
    fields: u64,
    failed: Option<Error>,
}

/// What a field holds that could not be read, until its struct is thrown away.
pub trait Blank {
    /// Anything.
    fn blank() -> Self;
}

impl Left {
    /// Begins a struct.
    ///
    /// # Errors
    /// When there is none, or one without a length.
    pub fn of(decoder: &mut Decoder<'_>) -> Result<Self, Error> {
        let fields = decoder.array()?;
        let fields = fields.ok_or_else(|| Error::message("no length"))?;
        let failed = None;
        Ok(Self { fields, failed })
    }

    /// The next field; where the struct ends before it, what its type has for nothing.
    #[inline(never)]
    pub fn next<'b, C, T: Decode<'b, C> + Blank>(
        &mut self,
        decoder: &mut Decoder<'b>,
        context: &mut C,
    ) -> T {
        let found = match self.take() {
            true => T::decode(decoder, context),
            false => T::nil().ok_or_else(|| Error::message("a field is missing")),
        };
        found.unwrap_or_else(|error| {
            self.fail(error);
            T::blank()
        })
    }

    /// The next field; where the struct ends before it, what stands for nothing.
    #[inline(never)]
    pub fn next_or_default<'b, C, T: Decode<'b, C> + Default>(
        &mut self,
        decoder: &mut Decoder<'b>,
        context: &mut C,
    ) -> T {
        if !self.take() {
            return T::default();
        }
        T::decode(decoder, context).unwrap_or_else(|error| {
            self.fail(error);
            T::default()
        })
    }

    /// Passes over a field that is not read any more.
    #[inline(never)]
    pub fn pass(&mut self, decoder: &mut Decoder<'_>) {
        if self.take()
            && let Err(error) = decoder.skip()
        {
            self.fail(error);
        }
    }

    /// Whether there is another field.
    fn take(&mut self) -> bool {
        let left = self.fields.checked_sub(1);
        self.fields = left.unwrap_or_default();
        left.is_some()
    }

    /// What comes after this cannot be told from it.
    fn fail(&mut self, error: Error) {
        self.fields = 0;
        self.failed.get_or_insert(error);
    }

    /// Passes over fields that are not known here.
    ///
    /// # Errors
    /// When a field was something else or missing, or when there are fewer than were said to be.
    #[inline(never)]
    pub fn end(self, decoder: &mut Decoder<'_>) -> Result<(), Error> {
        match self.failed {
            Some(error) => Err(error),
            None => (0..self.fields).try_for_each(|_| decoder.skip()),
        }
    }
}

/// Implements [`Decode`] for structs by the names of their fields, in the order of their numbers from 0 on without a
/// gap; fields behind `;` came later, and may be missing, and those behind `|` are not encoded at all.
#[macro_export]
macro_rules! decode_in_order {
    ($($name:ident { $($field:ident),* $(,)? $(; $($late:ident),*)? $(| $($own:ident),*)? })*) => {$(
        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(
                decoder: &mut minicbor::Decoder<'b>,
                context: &mut C,
            ) -> Result<Self, minicbor::decode::Error> {
                let mut left = $crate::order::Left::of(decoder)?;
                let decoded = Self {
                    $($field: left.next(decoder, context),)*
                    $($($late: left.next_or_default(decoder, context),)*)?
                    $($($own: Default::default(),)*)?
                };
                left.end(decoder)?;
                Ok(decoded)
            }
        }

        impl $crate::order::Blank for $name {
            fn blank() -> Self {
                Self {
                    $($field: $crate::order::Blank::blank(),)*
                    $($($late: $crate::order::Blank::blank(),)*)?
                    $($($own: Default::default(),)*)?
                }
            }
        }
    )*};
}
pub use decode_in_order;

impl<T> Blank for Option<T> {
    fn blank() -> Self {
        None
    }
}

impl<T> Blank for Vec<T> {
    fn blank() -> Self {
        Vec::new()
    }
}

impl<T: Blank> Blank for Box<T> {
    fn blank() -> Self {
        Box::new(T::blank())
    }
}

/// Implements [`Blank`] for other types.
#[macro_export]
macro_rules! blank {
    ($($name:ty => $value:expr,)*) => {$(
        impl $crate::order::Blank for $name {
            fn blank() -> Self {
                $value
            }
        }
    )*};
}
pub use blank;

blank! {
    String => String::new(),
    bool => false,
    i64 => 0,
    u64 => 0,
    u32 => 0,
    u8 => 0,
    ByteVec => Vec::new().into(),
    DocumentId => DocumentId([0; 16]),
    UnitCode => Self(String::new()),
    UserName => Self(String::new()),
    Fields => Self::default(),
    Value => Self::Empty,
    Code => Self::Internal,
    Kind => Self::Meeting,
    Delivery => Self::Received,
    State => Self::Consolidated,
    Need => Self::Await,
    Part => Self::GaveBack,
    Role => Self::Viewer,
    Step => Self::Dispatch,
    RowStatus => Self::Wrong,
    FieldsOfWork => Self::default(),
    Content => Self::Dispatch(Dispatch::default()),
}

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

    #[derive(Debug, PartialEq)]
    struct Grown {
        name: String,
        since: u8,
    }

    decode_in_order!(Grown { name; since });

    fn read(bytes: &[u8]) -> Option<Two> {
        minicbor::decode(bytes).ok()
    }

    #[test]
    fn a_field_that_came_later_may_be_missing() {
        let read = |bytes: &[u8]| minicbor::decode::<Grown>(bytes).ok().map(|read| read.since);
        assert_eq!(read(&[0x82, 0x61, b'a', 7]), Some(7));
        assert_eq!(read(&[0x81, 0x61, b'a']), Some(0));
        assert_eq!(read(&[0x80]), None);
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
