//! Takes the custom sections (names, producers, target features) out of a wasm module.
//!
//! The compiler must not do it: wasm-bindgen reads the target features.

use anyhow::{Context, Result, bail};

const HEADER: &[u8] = b"\0asm\x01\0\0\0";

/// Returns the module with its standard sections only.
pub(crate) fn without_custom_sections(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut rest = wasm.strip_prefix(HEADER).context("not a wasm module")?;
    let mut kept = HEADER.to_vec();
    while let Some((&id, after_id)) = rest.split_first() {
        let (length, body) = read_length(after_id)?;
        let Some(after) = body.get(length..) else {
            bail!("a wasm section is longer than its file");
        };
        if id != 0 {
            kept.extend_from_slice(&rest[..rest.len() - after.len()]);
        }
        rest = after;
    }
    Ok(kept)
}

/// Reads an unsigned LEB128 number of at most 32 bits; returns it and what follows.
fn read_length(bytes: &[u8]) -> Result<(usize, &[u8])> {
    let mut value = 0_u64;
    for (place, &byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok((usize::try_from(value)?, &bytes[place + 1..]));
        }
    }
    bail!("a wasm section has no readable length")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_standard_sections_and_drops_custom_ones() {
        let mut wasm = HEADER.to_vec();
        wasm.extend([0, 2, 1, b'n']);
        wasm.extend([1, 1, 0]);
        wasm.extend([0, 1, 0]);
        let mut expected = HEADER.to_vec();
        expected.extend([1, 1, 0]);
        assert_eq!(without_custom_sections(&wasm).unwrap(), expected);
    }

    #[test]
    fn refuses_what_is_cut_off() {
        assert!(without_custom_sections(b"\0asm").is_err());
        let mut wasm = HEADER.to_vec();
        wasm.extend([1, 9, 0]);
        assert!(without_custom_sections(&wasm).is_err());
        let mut wasm = HEADER.to_vec();
        wasm.extend([1, 0x80]);
        assert!(without_custom_sections(&wasm).is_err());
    }
}
