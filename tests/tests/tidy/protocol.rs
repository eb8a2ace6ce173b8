//! docs/protocol.md says what the code does: every frame, every code, and a worked example that
//! reads and writes to the very bytes.

use std::fs;

use kiennghi_shared::code::Code;
use kiennghi_shared::document::Document;
use kiennghi_shared::limits::PROTOCOL;
use kiennghi_shared::validate::ParsedChange;
use kiennghi_shared::wire::{
    ACKS, CURSOR, LEAVE, Leave, MAGIC, MEDIA_TYPE, RECEIPT, Reply, Request, SCOPE, SYNC_PATH,
    Verdict, WANT, WELCOME, Want, Writer, push_digest, write_document,
};

use crate::{complain, root};

fn document() -> String {
    fs::read_to_string(root().join("docs/protocol.md")).expect("docs/protocol.md")
}

/// The bytes of the block that begins with this line.
fn block(fence: &str) -> Vec<u8> {
    let document = document();
    let after = document.split(&format!("```{fence}\n")).nth(1);
    let after = after.unwrap_or_else(|| panic!("docs/protocol.md has no block ```{fence}"));
    let block = after.split("```").next().expect("a closed block");
    let digits: String = block.split_whitespace().collect();
    hex::decode(digits).unwrap_or_else(|error| panic!("```{fence}: {error}"))
}

#[test]
fn every_frame_and_every_code_is_documented_with_its_number() {
    let document = document();
    let rows: Vec<String> = document
        .lines()
        .filter(|line| line.starts_with('|'))
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let mut complaints = Vec::new();
    let code = fs::read_to_string(root().join("shared/src/wire.rs")).expect("wire.rs");
    let mut frames = 0;
    for line in code.lines() {
        let constant = line.strip_prefix("pub const ");
        let constant = constant.and_then(|rest| rest.strip_suffix(';')?.split_once(": u8 = "));
        let Some((name, number)) = constant else {
            continue;
        };
        frames += 1;
        let row = format!("| {name} | {number} |");
        if !rows.iter().any(|line| line.starts_with(&row)) {
            complaints.push(format!("no row {row}"));
        }
    }
    assert!(frames >= 9, "wire.rs names its frames in another way now");
    for code in Code::ALL {
        let row = format!("| {} | `{}` |", *code as u16, code.name());
        if !rows.iter().any(|line| line.starts_with(&row)) {
            complaints.push(format!("no row {row}"));
        }
    }
    for word in [MEDIA_TYPE, SYNC_PATH, "KNv1"] {
        if !document.contains(word) {
            complaints.push(format!("{word} is not mentioned"));
        }
    }
    complain("docs/protocol.md", &complaints);
}

#[test]
fn the_worked_request_is_what_the_document_says() {
    let bytes = block("hex request");
    assert!(bytes.starts_with(MAGIC));
    let request = Request::decode(&bytes).expect("the example is a request");
    assert_eq!(request.encode(), bytes, "encoded again it is the same");
    assert_eq!(request.hello.protocol, PROTOCOL);
    assert_eq!(request.hello.cursor, None, "a new device");

    let document = document();
    assert!(!request.push.is_empty());
    for pushed in &request.push {
        let header = &pushed.header;
        assert!(document.contains(&header.id.to_string()), "{}", header.id);
        assert!(document.contains(&header.unit.0), "{}", header.unit);
        for change in &pushed.changes {
            let hash = ParsedChange::parse(change).expect("a change").hash;
            assert!(document.contains(&hash.to_string()), "{hash}");
            assert!(document.contains(&format!("{} bytes", change.len())));
        }
        let changes = pushed.changes.iter().map(Vec::as_slice);
        let made = Document::from_changes(changes).expect("sound changes");
        made.check(header.kind).expect("it fits its kind");
        let record = made.record(header.kind);
        for version in record.fields.values().flatten() {
            let shown = match &version.value {
                kiennghi_shared::record::Value::Text(text) => text.clone(),
                other => other.as_number().unwrap_or_default().to_string(),
            };
            assert!(document.contains(&shown), "{shown} is not in the document");
        }
    }
}

#[test]
fn the_worked_reply_answers_the_worked_request() {
    let bytes = block("hex reply");
    let reply = Reply::decode(&bytes).expect("the example is a reply");
    assert!(reply.complete, "it comes to its end");
    assert_eq!(encode(&reply), bytes, "encoded again it is the same");

    let request = Request::decode(&block("hex request")).expect("the example is a request");
    let changes = request.push.iter().flat_map(|document| &document.changes);
    let hashes: Vec<_> = changes
        .map(|change| ParsedChange::parse(change).expect("a change").hash)
        .collect();
    let acks = reply.acks.expect("verdicts on what was pushed");
    assert_eq!(acks.digest, push_digest(hashes.iter().copied()));
    assert_eq!(acks.verdicts, vec![Verdict::Ok; hashes.len()]);
    let cursor = reply.chunks.last().and_then(|chunk| chunk.cursor.as_ref());
    let cursor = cursor.expect("a cursor at the end");
    assert!(!cursor.more);
    let document = document();
    assert!(document.contains(&format!("a cursor of {} bytes", cursor.cursor.len())));
    assert!(document.contains(&format!("grant {}", reply.welcome.grant)));
}

/// A reply frame by frame, in the order that the document gives.
fn encode(reply: &Reply) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.control(WELCOME, &reply.welcome);
    if let Some(acks) = &reply.acks {
        writer.control(ACKS, acks);
    }
    if let Some(documents) = reply.want.clone() {
        writer.control(WANT, &Want { documents });
    }
    for chunk in &reply.chunks {
        if let Some(scope) = &chunk.scope {
            writer.control(SCOPE, scope);
        }
        for document in &chunk.documents {
            write_document(&mut writer, document);
        }
        if !chunk.leave.is_empty() {
            let documents = chunk.leave.clone();
            writer.control(LEAVE, &Leave { documents });
        }
        if let Some(cursor) = &chunk.cursor {
            writer.control(CURSOR, cursor);
        }
    }
    if let Some(receipt) = &reply.receipt {
        writer.bytes(RECEIPT, receipt);
    }
    writer.finish()
}
