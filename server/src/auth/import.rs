//! Users out of a spreadsheet: what each row would change, or what is wrong with it, in words. Nothing is
//! changed here; a second import of the same file asks for nothing.

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{Data, Reader, open_workbook_auto_from_rs};
use kiennghi_shared::access::{Grant, Role};
use kiennghi_shared::administration::{Change, ImportRow};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::{UnitCode, UserName};
use kiennghi_shared::text::{fold, normalise};

use crate::store::{District, DistrictChange};

/// Turns the changes of a row into the store's, or refuses them.
type Permit<'a> = &'a dyn Fn(Vec<Change>) -> Result<Vec<DistrictChange>, Code>;

/// Rows that are read; a district's users are some hundreds.
const ROWS_MAX: usize = 2_000;
/// Bytes of a spreadsheet once it is inflated.
const INFLATED_BYTES_MAX: u64 = 64 << 20;

/// The columns, by the words at their head without accents.
const HEADS: &[(&str, Column)] = &[
    ("ho ten", Column::Display),
    ("ho va ten", Column::Display),
    ("ten dang nhap", Column::Name),
    ("tai khoan", Column::Name),
    ("vai tro", Column::Role),
    ("don vi", Column::Unit),
    ("tu ngay", Column::Starts),
    ("den ngay", Column::Ends),
];

/// Short words for roles, without accents, beside their names and titles.
const ROLES: &[(&str, Role)] = &[
    ("dai bieu", Role::Delegate),
    ("dai bieu hdnd", Role::Delegate),
    ("thuong truc", Role::StandingCommittee),
    ("thuong truc hdnd", Role::StandingCommittee),
    ("ban hdnd", Role::Board),
    ("ubnd", Role::Executive),
    ("phong, ban", Role::Agency),
    ("co quan", Role::Agency),
    ("ubmttq", Role::Front),
    ("mat tran", Role::Front),
    ("nguoi xem", Role::Viewer),
    ("quan tri vien", Role::Admin),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Column {
    Display,
    Name,
    Role,
    Unit,
    Starts,
    Ends,
}

/// What the rows of a spreadsheet would change, of what `permit` lets be changed.
///
/// # Errors
/// [`Code::Malformed`] when it is no spreadsheet that can be read or has no row of heads,
/// [`Code::TooLarge`] past the bounds.
pub fn preview(
    district: &District,
    permit: Permit<'_>,
    bytes: &[u8],
) -> Result<Vec<ImportRow>, Code> {
    check_inflated(bytes)?;
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|_| Code::Malformed)?;
    let sheet = book.worksheet_range_at(0).ok_or(Code::Malformed)?;
    let sheet = sheet.map_err(|_| Code::Malformed)?;
    let first = sheet.start().map_or(0, |(row, _)| row);
    let mut rows = (first + 1..).zip(sheet.rows());
    let columns = rows
        .find_map(|(_, row)| columns(row))
        .ok_or(Code::Malformed)?;
    let mut planned = district.clone();
    let mut found = Vec::new();
    for (number, row) in rows {
        let cell = |column| {
            let at = columns.get(&column);
            let text = at.and_then(|at| row.get(*at)).map(text_of);
            text.unwrap_or_default()
        };
        if row.iter().all(|cell| text_of(cell).is_empty()) {
            continue;
        }
        if found.len() >= ROWS_MAX {
            return Err(Code::TooLarge);
        }
        found.push(read_row(permit, &mut planned, number, &cell));
    }
    Ok(found)
}

/// A spreadsheet is a zip file, which can be far larger inside.
fn check_inflated(bytes: &[u8]) -> Result<(), Code> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        // An older kind of spreadsheet is no archive.
        return Ok(());
    };
    let mut inflated = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|_| Code::Malformed)?;
        inflated += entry.size();
    }
    if inflated > INFLATED_BYTES_MAX {
        return Err(Code::TooLarge);
    }
    Ok(())
}

/// The columns, if this is the row of their heads.
fn columns(row: &[Data]) -> Option<HashMap<Column, usize>> {
    let mut columns = HashMap::new();
    for (at, cell) in row.iter().enumerate() {
        let head = fold(&text_of(cell));
        if let Some((_, column)) = HEADS.iter().find(|(words, _)| *words == head) {
            columns.insert(*column, at);
        }
    }
    let needed = [Column::Display, Column::Role, Column::Unit];
    needed
        .iter()
        .all(|column| columns.contains_key(column))
        .then_some(columns)
}

fn text_of(cell: &Data) -> String {
    if let Data::DateTime(at) = cell {
        let (year, month, day, ..) = at.to_ymd_hms_milli();
        return format!("{year:04}-{month:02}-{day:02}");
    }
    let text = match cell {
        // A code such as 06895 that the spreadsheet took for a number.
        Data::Float(number) if number.fract() == 0.0 => format!("{number:.0}"),
        cell => cell.to_string(),
    };
    normalise(&text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn read_row(
    permit: Permit<'_>,
    planned: &mut District,
    number: u32,
    cell: &dyn Fn(Column) -> String,
) -> ImportRow {
    let display = cell(Column::Display);
    let mut row = ImportRow {
        row: number,
        name: cell(Column::Name),
        display,
        changes: Vec::new(),
        problem: String::new(),
    };
    match changes_of(planned, &mut row, cell) {
        Err(problem) => row.problem = problem,
        Ok(changes) => match make(permit, planned, changes.clone()) {
            Ok(()) => row.changes = changes,
            Err(code) => row.problem = code.message().to_owned(),
        },
    }
    row
}

/// Makes the changes of a row in what the rows before it made of the district.
fn make(permit: Permit<'_>, planned: &mut District, changes: Vec<Change>) -> Result<(), Code> {
    let changes = permit(changes)?;
    let mut next = planned.clone();
    next.make(&changes, 0)?;
    *planned = next;
    Ok(())
}

fn changes_of(
    planned: &District,
    row: &mut ImportRow,
    cell: &dyn Fn(Column) -> String,
) -> Result<Vec<Change>, String> {
    if row.display.is_empty() {
        return Err("Thiếu họ tên.".to_owned());
    }
    let role = role(&cell(Column::Role))?;
    let unit = unit(planned, &cell(Column::Unit))?;
    let (starts, ends) = (day(&cell(Column::Starts))?, day(&cell(Column::Ends))?);
    let named = (!row.name.is_empty()).then(|| UserName(row.name.clone()));
    let known = match &named {
        Some(name) => planned.user(name),
        // Without a sign-in name a person is known by the name to show, if that is nobody else's.
        None => {
            let mut same = planned
                .users
                .iter()
                .filter(|user| user.display == row.display);
            same.next().filter(|_| same.next().is_none())
        }
    };
    let mut changes = Vec::new();
    let user = match (known, named) {
        (Some(user), _) => {
            if user.display != row.display {
                changes.push(Change::RenameUser {
                    name: user.name.clone(),
                    display: row.display.clone(),
                });
            }
            user.name.clone()
        }
        (None, named) => {
            let name = named.unwrap_or_else(|| free_name(planned, &row.display));
            changes.push(Change::AddUser {
                name: name.clone(),
                display: row.display.clone(),
            });
            name
        }
    };
    row.name.clone_from(&user.0);
    let grant = Grant { role, unit };
    if !planned.open_grants(&user).any(|held| held.grant == grant) {
        changes.push(Change::Give {
            user,
            grant,
            starts,
            ends,
        });
    }
    Ok(changes)
}

fn role(text: &str) -> Result<Role, String> {
    let folded = fold(text);
    let named = Role::ALL.iter().copied();
    let mut named = named.filter(|role| role.name() == text || fold(role.title()) == folded);
    let short = ROLES.iter().find(|(words, _)| *words == folded);
    named
        .next()
        .or(short.map(|(_, role)| *role))
        .ok_or_else(|| format!("Không có vai trò “{text}”."))
}

/// The unit of this code, or the only one of this name that nothing took the place of.
fn unit(planned: &District, text: &str) -> Result<UnitCode, String> {
    let padded = format!("{text:0>5}");
    let by_code = |code: &str| planned.unit(&UnitCode::from(code));
    if let Some(unit) = by_code(text).or_else(|| by_code(&padded)) {
        return Ok(unit.code.clone());
    }
    let folded = fold(text);
    let mut same = planned
        .units
        .iter()
        .filter(|unit| unit.successor.is_none() && fold(&unit.name) == folded);
    match (same.next(), same.next()) {
        (Some(unit), None) => Ok(unit.code.clone()),
        (None, _) => Err(format!("Không có đơn vị “{text}”.")),
        (Some(_), Some(_)) => Err(format!("Có nhiều đơn vị tên “{text}”: hãy ghi mã đơn vị.")),
    }
}

/// `dd/mm/yyyy` or `yyyy-mm-dd`; none for nothing.
fn day(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let parts: Vec<&str> = text.split('/').collect();
    let day = match parts.as_slice() {
        [day, month, year] => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => text.to_owned(),
    };
    if kiennghi_shared::schema::is_date(&day) {
        Ok(Some(day))
    } else {
        Err(format!("Ngày “{text}” không đúng."))
    }
}

/// A sign-in name made of a person's name, which nobody has.
fn free_name(planned: &District, display: &str) -> UserName {
    let plain: String = fold(display)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    let mut base = parts.join("-");
    base.truncate(32);
    let base = if base.is_empty() {
        "nguoi-dung".to_owned()
    } else {
        base
    };
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    let mut names = std::iter::once(base.clone()).chain(numbered).map(UserName);
    names
        .find(|name| planned.user(name).is_none())
        .unwrap_or_else(|| UserName(base.clone()))
}
