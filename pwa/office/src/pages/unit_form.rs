//! `/admin/units/new` and `/admin/units/:code`: a unit's name, tier, place, days and villages.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::administration::{Change, Changes, Unit};
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::profile::AGENCY_TIER;
use kiennghi_shared::text::normalise;
use leptos::prelude::*;

use super::new_user::make_of;
use crate::fields::{Field, Label};
use crate::frame::Frame;
use crate::loaded::{self, Loaded, nothing_here};
use crate::office::Office;
use crate::steps::Step;

/// The page; without a code, of a new unit.
pub(crate) fn page(office: Office, code: Option<String>) -> AnyView {
    let title = if code.is_some() {
        "Sửa đơn vị"
    } else {
        "Thêm đơn vị"
    };
    let right = Some((Verb::Write, Thing::Units));
    loaded::page(
        office,
        Frame::below(title, "/admin/units"),
        right,
        move |loaded| {
            let Some(code) = &code else {
                return form(office, &loaded, &fresh(&loaded), true);
            };
            match loaded.unit(code) {
                Some(unit) if loaded.may_in(Verb::Write, Thing::Units, &unit.code) => {
                    form(office, &loaded, unit, false)
                }
                _ => nothing_here(),
            }
        },
    )
}

/// The page of a new agency of a unit.
pub(crate) fn new_agency(office: Office, of: String) -> AnyView {
    let right = Some((Verb::Write, Thing::Units));
    let shown = Frame::below("Thêm cơ quan", "/admin/units");
    loaded::page(office, shown, right, move |loaded| match loaded.unit(&of) {
        Some(unit) if loaded.may_in(Verb::Write, Thing::Units, &unit.code) => {
            let agency = Unit {
                code: free_code(&loaded, &of),
                tier: AGENCY_TIER.to_owned(),
                parent: Some(unit.code.clone()),
                ..fresh(&loaded)
            };
            form(office, &loaded, &agency, true)
        }
        _ => nothing_here(),
    })
}

fn fresh(loaded: &Loaded) -> Unit {
    Unit {
        code: UnitCode(String::new()),
        name: String::new(),
        tier: String::new(),
        parent: None,
        successor: None,
        villages: Vec::new(),
        valid_from: loaded.all.today.clone(),
        valid_to: None,
    }
}

/// A code that no unit has: agencies have none of their own.
fn free_code(loaded: &Loaded, of: &str) -> UnitCode {
    let mut codes = (1..).map(|number| format!("{of}-CQ{number}"));
    let free = codes.find(|code| loaded.unit(code).is_none());
    UnitCode(free.unwrap_or_default())
}

/// Units, or agencies, that this one can be put below or give way to, and the one that it has.
fn places(
    loaded: &Loaded,
    unit: &Unit,
    had: Option<&UnitCode>,
    none: Option<&str>,
    agencies: bool,
) -> Vec<(String, String)> {
    let none = none.map(|words| (String::new(), words.to_owned()));
    let had_choice = had
        .filter(|code| loaded.unit(&code.0).is_none())
        .map(|code| {
            let words = loaded.unit_name(code).to_owned();
            (code.0.clone(), words)
        });
    let others = loaded.unit_choices(|other| {
        let had = had == Some(&other.code);
        let fits = other.code != unit.code && other.is_agency() == agencies;
        fits && (had || loaded.may_in(Verb::Write, Thing::Units, &other.code))
    });
    none.into_iter().chain(had_choice).chain(others).collect()
}

fn form(office: Office, loaded: &Loaded, unit: &Unit, is_new: bool) -> AnyView {
    let text = |code: &Option<UnitCode>| code.as_ref().map_or(String::new(), |code| code.0.clone());
    let code = Field::new("code", &unit.code.0);
    let name = Field::new("name", &unit.name);
    let tier = Field::new("tier", &unit.tier);
    let parent = Field::new("parent", &text(&unit.parent));
    let successor = Field::new("successor", &text(&unit.successor));
    let starts = Field::new("valid_from", &unit.valid_from);
    let ends = Field::new("valid_to", unit.valid_to.as_deref().unwrap_or_default());
    let villages = Field::new("villages", &unit.villages.join("\n"));
    let step = Step::new();
    let needs_parent = is_new || unit.parent.is_some();
    let is_agency = unit.is_agency();
    let was = (!is_new).then(|| unit.clone());
    let submit = move || {
        let filled = || {
            let code = code.required("Hãy nhập mã đơn vị.")?;
            let name = name.required("Hãy nhập tên đơn vị.")?;
            let tier = tier.required("Hãy nhập cấp.")?;
            let parent = if needs_parent {
                Some(parent.required("Hãy chọn đơn vị cấp trên.")?)
            } else {
                None
            };
            Some(Unit {
                code: UnitCode(code),
                name,
                tier,
                parent: parent.map(UnitCode),
                successor: successor.some().map(UnitCode),
                villages: lines(&villages.exact()),
                valid_from: starts.required("Hãy nhập ngày bắt đầu.")?,
                valid_to: ends.some(),
            })
        };
        let Some(unit) = filled() else {
            return;
        };
        let words = format!("Đã ghi {}.", unit.name);
        let was = was.clone();
        step.take(async move {
            let changes = vec![Change::PutUnit(unit)];
            make_of(Changes {
                changes,
                was,
                ..Changes::default()
            })
            .await?;
            office.done_at("/admin/units", words);
            Ok(())
        });
    };
    let code_view = if is_new {
        code.known(
            Label(
                "Mã đơn vị",
                if is_agency {
                    "Đã đặt sẵn. Không đổi được về sau."
                } else {
                    "Mã hành chính, không đổi được về sau. Ví dụ: 06895"
                },
            ),
            "off",
        )
    } else {
        view! { <p>"Mã đơn vị: " <strong>{unit.code.0.clone()}</strong></p> }.into_any()
    };
    // The page knows what an agency's tier is; and nobody lives in one.
    let example = match is_agency {
        true => "Ví dụ: Phòng Giáo dục và Đào tạo",
        false => "Ví dụ: xã Đầm Hà",
    };
    let tier_view =
        (!is_agency).then(|| tier.line(Label("Cấp", "Ví dụ: tỉnh, huyện, xã, phường, thị trấn")));
    let villages_view =
        (!is_agency).then(|| villages.area(Label("Thôn, bản, khu phố", "Mỗi dòng một tên.")));
    let parent_view = needs_parent.then(|| {
        let none = is_new.then_some("Chọn…");
        let choices = places(loaded, unit, unit.parent.as_ref(), none, false);
        parent.choice(Label("Thuộc", "Đơn vị cấp trên."), choices)
    });
    let successor_view = (!is_new).then(|| {
        let choices = places(loaded, unit, unit.successor.as_ref(), Some("Chưa, đơn vị vẫn còn"), is_agency);
        successor.choice(
            Label("Đã sáp nhập vào", "Khi sắp xếp lại: đơn vị nhận công việc của đơn vị này. Kiến nghị đang có sẽ theo sang."),
            choices,
        )
    });
    view! {
        {step.form(view! {
            {code_view}
            {name.line(Label("Tên", example))}
            {tier_view}
            {parent_view}
            {villages_view}
            {starts.day(Label("Có hiệu lực từ ngày", ""))}
            {ends.day(Label("Đến hết ngày", "Để trống khi đơn vị vẫn còn."))}
            {successor_view} }.into_any(), "Ghi", submit)}
    }
    .into_any()
}

/// The lines of a text that say something, each once.
fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines().map(normalise) {
        if !line.is_empty() && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn villages_are_lines_that_say_something() {
        assert_eq!(lines(" Thôn 1\r\n\n Bản 2 \nThôn 1"), ["Thôn 1", "Bản 2"]);
    }
}
