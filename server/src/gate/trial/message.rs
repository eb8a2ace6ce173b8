//! What goes over the line between the server and a trial worker: frames of a length (four bytes,
//! the smallest first) and CBOR. A round trip is one frame of documents there, one of findings back.

use std::io::{self, Read, Write};

/// The first frame that a worker sends: it has started, and its limits are in force.
pub(super) const GREETING: &[u8] = b"ready";

/// Bytes of a frame: far above any push with its documents.
const FRAME_BYTES_MAX: usize = 256 << 20;

/// Writes one frame.
pub(super) fn write_frame(line: &mut impl Write, payload: &[u8]) -> io::Result<()> {
    let length = u32::try_from(payload.len()).ok();
    let length = length.filter(|length| *length as usize <= FRAME_BYTES_MAX);
    let length = length.ok_or(io::ErrorKind::InvalidInput)?;
    line.write_all(&[&length.to_le_bytes(), payload].concat())
}

/// Reads one frame; `None` when the line was closed before it.
pub(super) fn read_frame(line: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    let mut filled = 0;
    while filled < length.len() {
        match line.read(&mut length[filled..])? {
            0 if filled == 0 => return Ok(None),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => filled += count,
        }
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > FRAME_BYTES_MAX {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // Memory is taken as bytes come, whatever length they were said to have.
    let mut payload = Vec::with_capacity(length.min(1 << 20));
    line.take(length as u64).read_to_end(&mut payload)?;
    if payload.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(payload))
}

/// Fields as `[kind, schema, {key: versions}]`.
pub(super) mod record {
    use std::collections::BTreeMap;

    use kiennghi_shared::record::{Record, Version};
    use kiennghi_shared::schema::Kind;
    use minicbor::decode::Error;
    use minicbor::encode::{self, Write};
    use minicbor::{Decoder, Encoder};

    pub(in super::super) fn encode<C, W: Write>(
        record: &Record,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.array(3)?.encode(record.kind)?.i64(record.schema)?;
        e.encode(&record.fields)?;
        Ok(())
    }

    pub(in super::super) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Record, Error> {
        if d.array()? != Some(3) {
            return Err(Error::message("not a record"));
        }
        let kind: Kind = d.decode()?;
        let schema = d.i64()?;
        let mut fields = BTreeMap::new();
        let by_key: BTreeMap<&str, Vec<Version>> = d.decode()?;
        for (key, versions) in by_key {
            let field = kind.field(key).ok_or_else(|| Error::message("no field"))?;
            fields.insert(field.key, versions);
        }
        Ok(Record {
            kind,
            schema,
            fields,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_and_broken_ones_are_errors() {
        let mut line = Vec::new();
        write_frame(&mut line, b"one").expect("written");
        write_frame(&mut line, b"").expect("written");
        let mut reader = line.as_slice();
        assert_eq!(
            read_frame(&mut reader).expect("read"),
            Some(b"one".to_vec())
        );
        assert_eq!(read_frame(&mut reader).expect("read"), Some(Vec::new()));
        assert_eq!(read_frame(&mut reader).expect("read"), None);
        assert!(read_frame(&mut &line[..6]).is_err());
        assert!(read_frame(&mut &line[..2]).is_err());
        assert!(read_frame(&mut [0xff; 9].as_slice()).is_err());
    }
}
