//! `kiennghi export`.

use std::io::{BufWriter, Write};

use kiennghi_shared::id::{DocumentId, UnitCode, UserName};
use kiennghi_shared::record::Petition;
use serde::Serialize;

use super::Data;

/// One line of the export.
#[derive(Serialize)]
struct Line {
    id: DocumentId,
    unit: UnitCode,
    author: UserName,
    #[serde(flatten)]
    petition: Petition,
    /// When the petition first came to this server, milliseconds since 1970.
    saved_by_server_at: i64,
    /// When its last change came.
    updated_at: i64,
}

pub(super) fn run(data: &Data) -> anyhow::Result<()> {
    let store = data.open()?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut written = Ok(());
    store.each_petition(&mut |exported| {
        if written.is_ok() {
            written = write_line(
                &mut out,
                &Line {
                    id: exported.id,
                    unit: exported.unit,
                    author: exported.author,
                    petition: exported.petition,
                    saved_by_server_at: exported.created_at,
                    updated_at: exported.updated_at,
                },
            );
        }
    })?;
    written.and_then(|()| out.flush())?;
    Ok(())
}

fn write_line(out: &mut impl Write, line: &Line) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
