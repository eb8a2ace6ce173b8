//! Words for roles, times and changes.

use kiennghi_shared::access::Grant;
use kiennghi_shared::administration::{Change, HeldGrant, User};
use kiennghi_shared::calendar::Day;

use crate::loaded::Loaded;
use crate::time;

/// A role and its unit.
pub(crate) fn grant(loaded: &Loaded, grant: &Grant) -> String {
    format!("{}, {}", grant.role.title(), loaded.unit_name(&grant.unit))
}

/// From which day to which, if either is said.
pub(crate) fn days(starts: Option<&str>, ends: Option<&str>) -> String {
    let day = time::day_of_stored;
    match (starts, ends) {
        (None, None) => String::new(),
        (Some(starts), None) => format!("từ {}", day(starts)),
        (None, Some(ends)) => format!("đến hết {}", day(ends)),
        (Some(starts), Some(ends)) => format!("từ {} đến hết {}", day(starts), day(ends)),
    }
}

/// A day, `yyyy-mm-dd`, with its name in the week.
pub(crate) fn long_day(day: &str) -> String {
    const NAMES: [&str; 7] = [
        "Thứ Hai",
        "Thứ Ba",
        "Thứ Tư",
        "Thứ Năm",
        "Thứ Sáu",
        "Thứ Bảy",
        "Chủ nhật",
    ];
    let weekday = Day::parse(day).map_or(0, Day::weekday);
    let name = NAMES.get(usize::from(weekday.wrapping_sub(1)));
    format!("{}, {}", name.unwrap_or(&""), time::day_of_stored(day))
}

/// A role that somebody holds, with its days.
pub(crate) fn held(loaded: &Loaded, held: &HeldGrant) -> String {
    let days = days(held.starts.as_deref(), held.ends.as_deref());
    let mut words = grant(loaded, &held.grant);
    if !days.is_empty() {
        words = format!("{words} ({days})");
    }
    words
}

/// What a user holds today, in a line.
pub(crate) fn roles_of(loaded: &Loaded, user: &User) -> String {
    let held = user.grants.iter().filter(|held| held.holds);
    let held: Vec<String> = held.map(|held| grant(loaded, &held.grant)).collect();
    if held.is_empty() {
        "Chưa có vai trò".to_owned()
    } else {
        held.join("; ")
    }
}

/// What a change does.
pub(crate) fn change(loaded: &Loaded, change: &Change) -> String {
    match change {
        Change::PutUnit(unit) => format!("Ghi đơn vị {}", unit.name),
        Change::PutTerm(term) => format!("Ghi {}", term.name),
        Change::PutSession(session) => format!("Ghi {}", session.name),
        Change::AddUser { name, display } => {
            format!("Thêm người dùng {display}, tên đăng nhập {name}")
        }
        Change::RenameUser { display, .. } => format!("Đổi họ tên thành {display}"),
        Change::EnableUser { enabled: true, .. } => "Mở lại tài khoản".to_owned(),
        Change::EnableUser { enabled: false, .. } => "Ngừng tài khoản".to_owned(),
        Change::Give {
            grant: given,
            starts,
            ends,
            ..
        } => {
            let days = days(starts.as_deref(), ends.as_deref());
            format!("Giao vai trò {} {days}", grant(loaded, given))
        }
        Change::End(_) => "Kết thúc một vai trò".to_owned(),
        Change::PutField { field, .. } => format!("Ghi lĩnh vực {}", field.name),
    }
}

/// When a device was seen.
pub(crate) fn seen(at: Option<i64>) -> String {
    at.map_or_else(|| "chưa dùng lần nào".to_owned(), time::moment)
}
