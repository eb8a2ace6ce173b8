//! Users out of a spreadsheet: what each row would change, or what is wrong with it, in words. Nothing is
//! changed here; a second import of the same file asks for nothing.

use std::collections::HashMap;

use kiennghi_shared::access::{Grant, Role};
use kiennghi_shared::administration::{Change, ImportRow, suggested_name};
use kiennghi_shared::code::Code;
use kiennghi_shared::id::{UnitCode, UserName};
use kiennghi_shared::text::fold;

use crate::clock::day_of;
use crate::spreadsheet::{Bounds, first_sheet, one_line};
use crate::store::{District, DistrictChange, UserRow};

/// Turns the changes of a row into the store's, or refuses them.
type Permit<'a> = &'a dyn Fn(Vec<Change>) -> Result<Vec<DistrictChange>, Code>;

/// Rows that are read; a district's users are some hundreds.
const ROWS_MAX: usize = 2_000;
const BOUNDS: Bounds = Bounds {
    cell_chars: 1_000,
    bytes: 8 << 20,
};

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

/// What the rows of a spreadsheet, an .xlsx, would change at `at`, of what `permit` lets be changed.
///
/// # Errors
/// [`Code::Malformed`] when it is no spreadsheet that can be read or has no row of heads,
/// [`Code::TooLarge`] past the bounds.
pub fn preview(
    district: &District,
    permit: Permit<'_>,
    bytes: &[u8],
    at: i64,
) -> Result<Vec<ImportRow>, Code> {
    first_sheet(bytes, BOUNDS, |rows, _| {
        let columns = loop {
            let (_, row) = rows.next_row()?.ok_or(Code::Malformed)?;
            if let Some(columns) = columns(&row) {
                break columns;
            }
        };
        let mut planned = district.clone();
        let mut found = Vec::new();
        while let Some((number, row)) = rows.next_row()? {
            if found.len() >= ROWS_MAX {
                return Err(Code::TooLarge);
            }
            let cell = |column| {
                let at = columns.get(&column);
                let text = at.and_then(|at| row.get(at));
                text.map(|text| one_line(text)).unwrap_or_default()
            };
            found.push(read_row(permit, &mut planned, number, at, &cell));
        }
        Ok(found)
    })
}

/// The columns, if this is the row of their heads.
fn columns(row: &HashMap<u32, String>) -> Option<HashMap<Column, u32>> {
    let mut columns = HashMap::new();
    for (at, text) in row {
        let head = fold(&one_line(text));
        if let Some((_, column)) = HEADS.iter().find(|(words, _)| *words == head) {
            columns.insert(*column, *at);
        }
    }
    let needed = [Column::Display, Column::Role, Column::Unit];
    needed
        .iter()
        .all(|column| columns.contains_key(column))
        .then_some(columns)
}

fn read_row(
    permit: Permit<'_>,
    planned: &mut District,
    number: u32,
    at: i64,
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
    match changes_of(permit, planned, &mut row, at, cell) {
        Err(problem) => row.problem = problem,
        Ok(changes) => match make(permit, planned, changes.clone(), at) {
            Ok(()) => row.changes = changes,
            Err(code) => row.problem = code.message().to_owned(),
        },
    }
    row
}

/// Makes the changes of a row in what the rows before it made of the district.
fn make(
    permit: Permit<'_>,
    planned: &mut District,
    changes: Vec<Change>,
    at: i64,
) -> Result<(), Code> {
    let changes = permit(changes)?;
    let mut next = planned.clone();
    next.make(&changes, at)?;
    *planned = next;
    Ok(())
}

fn changes_of(
    permit: Permit<'_>,
    planned: &District,
    row: &mut ImportRow,
    at: i64,
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
        None => namesake(permit, planned, &row.display, &unit)?,
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
    let day = day_of(at);
    let held = planned
        .standing_grants(&user, &day)
        .any(|held| held.grant == grant);
    if !held {
        changes.push(Change::Give {
            user,
            grant,
            starts,
            ends,
        });
    }
    Ok(changes)
}

/// Whom a row without a sign-in name means: the one of this name who has a role in this unit. Somebody of the
/// same name elsewhere may be another person: who looks after both is asked, anybody else adds a new one.
fn namesake<'a>(
    permit: Permit<'_>,
    planned: &'a District,
    display: &str,
    unit: &UnitCode,
) -> Result<Option<&'a UserRow>, String> {
    let same = planned.users.iter().filter(|user| user.display == display);
    let (here, elsewhere): (Vec<_>, Vec<_>) = same.partition(|user| {
        let mut held = planned.open_grants(&user.name);
        held.any(|held| held.grant.unit == *unit)
    });
    let within_reach = |user: &&UserRow| {
        let rename = Change::RenameUser {
            name: user.name.clone(),
            display: display.to_owned(),
        };
        permit(vec![rename]).is_ok()
    };
    match here.as_slice() {
        [user] => Ok(Some(user)),
        [] if elsewhere.iter().any(within_reach) => Err(format!(
            "Đã có người tên “{display}” ở đơn vị khác: hãy ghi tên đăng nhập của người ấy, hoặc một tên mới."
        )),
        [] => Ok(None),
        _ => Err(format!(
            "Có nhiều người tên “{display}” ở đơn vị này: hãy ghi tên đăng nhập."
        )),
    }
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
    let base = suggested_name(display);
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    let mut names = std::iter::once(base.clone()).chain(numbered).map(UserName);
    names
        .find(|name| planned.user(name).is_none())
        .unwrap_or_else(|| UserName(base.clone()))
}
