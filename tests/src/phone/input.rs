//! The JSON lines that `phone record` and `phone edit` read. All lines are checked before the
//! first is used, so that a bad file leaves nothing behind.

use kiennghi_shared::id::DocumentId;
use kiennghi_shared::record::{Edit, Value};
use kiennghi_shared::schema::{Kind, Shape};
use kiennghi_shared::text::normalise;
use serde_json::{Map, Value as Json};

/// A line that cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct InputError {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// A petition to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPetition {
    /// The meeting that the line names.
    pub meeting: Option<DocumentId>,
    /// Its other fields.
    pub edits: Vec<Edit>,
}

/// A petition to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PetitionEdit {
    /// Which.
    pub id: DocumentId,
    /// The line's number, from 1.
    pub line: usize,
    /// The fields to set.
    pub edits: Vec<Edit>,
}

/// Reads the petitions to record.
///
/// # Errors
/// The first line that cannot be used.
pub fn read_petitions(text: &str) -> Result<Vec<NewPetition>, InputError> {
    let read = |(line, mut object): Line| {
        let at = |reason: String| InputError { line, reason };
        let meeting = take_id(&mut object, "meeting").map_err(at)?;
        let edits = edits(object).map_err(at)?;
        let content = edits.iter().find(|edit| edit.field == "content");
        let content = content.and_then(|edit| edit.value.as_text());
        if content.is_none_or(|content| normalise(content).is_empty()) {
            return Err(at("a petition needs \"content\"".to_owned()));
        }
        Ok(NewPetition { meeting, edits })
    };
    objects(text)?.into_iter().map(read).collect()
}

/// Reads the changes to petitions.
///
/// # Errors
/// The first line that cannot be used.
pub fn read_edits(text: &str) -> Result<Vec<PetitionEdit>, InputError> {
    let read = |(line, mut object): Line| {
        let at = |reason: String| InputError { line, reason };
        let id = take_id(&mut object, "id").map_err(at)?;
        let id = id.ok_or_else(|| at("\"id\" is missing".to_owned()))?;
        let edits = edits(object).map_err(at)?;
        if edits.is_empty() {
            return Err(at("no field to change".to_owned()));
        }
        Ok(PetitionEdit { id, line, edits })
    };
    objects(text)?.into_iter().map(read).collect()
}

/// A line's number and its keys.
type Line = (usize, Map<String, Json>);

fn objects(text: &str) -> Result<Vec<Line>, InputError> {
    let lines = text.lines().enumerate();
    lines
        .map(|(index, line)| (index + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty())
        .map(|(number, line)| {
            let error = |reason| InputError {
                line: number,
                reason,
            };
            match serde_json::from_str(line) {
                Ok(Json::Object(object)) => Ok((number, object)),
                Ok(_) => Err(error("not a JSON object".to_owned())),
                Err(json) => Err(error(format!("not JSON: {json}"))),
            }
        })
        .collect()
}

fn take_id(object: &mut Map<String, Json>, key: &str) -> Result<Option<DocumentId>, String> {
    match object.remove(key) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => text
            .parse()
            .map(Some)
            .map_err(|_| format!("\"{key}\": \"{text}\" is not a document's id")),
        Some(other) => Err(format!("\"{key}\": {other} is not a document's id")),
    }
}

fn edits(object: Map<String, Json>) -> Result<Vec<Edit>, String> {
    let mut edits = Vec::with_capacity(object.len());
    for (key, json) in object {
        let field = Kind::Petition.field(&key);
        let field = field.ok_or_else(|| format!("a petition has no field \"{key}\""))?;
        let value = match json {
            Json::Null if matches!(field.shape, Shape::Prose(_)) => Value::Text(String::new()),
            Json::Null => Value::Empty,
            Json::String(text) => match normalise(&text) {
                text if text.is_empty() && !matches!(field.shape, Shape::Prose(_)) => Value::Empty,
                text => Value::Text(text),
            },
            Json::Number(number) => {
                let whole = number.as_i64();
                Value::Number(whole.ok_or_else(|| format!("\"{key}\": {number} is not whole"))?)
            }
            Json::Array(items) if matches!(field.shape, Shape::Lines(_)) => {
                let lines: Option<Vec<&str>> = items.iter().map(Json::as_str).collect();
                let lines = lines.ok_or_else(|| format!("\"{key}\": items must be text"))?;
                Value::Text(normalise(&lines.join("\n")))
            }
            other => return Err(format!("\"{key}\": {other} is not a text or a number")),
        };
        field
            .accepts(&value)
            .map_err(|misfit| format!("\"{key}\": {}", misfit.reason))?;
        edits.push(Edit::new(&key, value));
    }
    Ok(edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_petition_is_read() {
        let text = "\n{\"content\":\"Đường hỏng\",\"village\":\"Thôn Bình Hồ\",\"field\":\"transport\",\"voters\":3}\n";
        let petitions = read_petitions(text).expect("good lines");
        assert_eq!(petitions.len(), 1);
        assert!(petitions[0].edits.contains(&Edit::new("voters", 3)));
        assert_eq!(petitions[0].meeting, None);
    }

    #[test]
    fn lists_may_be_arrays_and_null_empties() {
        let line = r#"{"content":"A","keywords":["đường","cầu"],"place":null}"#;
        let petitions = read_petitions(line).expect("good lines");
        let edits = &petitions[0].edits;
        assert!(edits.contains(&Edit::new("keywords", "đường\ncầu")));
        assert!(edits.contains(&Edit::new("place", Value::Empty)));
    }

    #[test]
    fn a_bad_line_is_named() {
        let bad = [
            (r#"{"content":"A"} x"#, "not JSON"),
            (r#"{"voters":1}"#, "needs \"content\""),
            (r#"{"content":"A","voters":-1}"#, "voters"),
            (r#"{"content":"A","voters":1.5}"#, "not whole"),
            (r#"{"content":"A","màu":"đỏ"}"#, "no field"),
            (r#"{"content":"A","meeting":"m"}"#, "not a document's id"),
            ("[]", "not a JSON object"),
        ];
        for (line, reason) in bad {
            let text = format!("{{\"content\":\"tốt\"}}\n{line}\n");
            let error = read_petitions(&text).expect_err(line);
            assert_eq!(error.line, 2, "{line}");
            assert!(error.reason.contains(reason), "{line}: {error}");
        }
        assert!(read_edits(r#"{"content":"A"}"#).is_err());
    }
}
