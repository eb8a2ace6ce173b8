//! `/admin/units`: the tree of units.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::administration::Unit;
use leptos::prelude::*;

use crate::frame::Frame;
use crate::loaded::{self, Loaded};
use crate::office::Office;
use crate::rows;
use crate::steps::{actions, link_button};
use crate::words;

/// A tree that is deeper has a ring in it.
const DEPTH_MAX: usize = 16;

/// The page.
pub(crate) fn page(office: Office) -> AnyView {
    let right = Some((Verb::Read, Thing::Units));
    loaded::page(
        office,
        Frame::below("Đơn vị", "/admin"),
        right,
        move |loaded| {
            let add = loaded.may(Verb::Write, Thing::Units).then(|| {
                actions(vec![link_button(
                    "add",
                    "primary",
                    "/admin/units/new",
                    "Thêm đơn vị",
                )])
            });
            let units = loaded.all.units.iter();
            let tops = units.filter(|unit| {
                let above = unit.parent.as_ref();
                above.is_none_or(|above| loaded.unit(&above.0).is_none())
            });
            let tops: Vec<AnyView> = tops.map(|unit| branch(&loaded, unit, 0)).collect();
            view! { {add}<ul class="tree">{tops}</ul> }.into_any()
        },
    )
}

fn branch(loaded: &Loaded, unit: &Unit, depth: usize) -> AnyView {
    let below = loaded.all.units.iter();
    let below = below.filter(|other| other.parent.as_ref() == Some(&unit.code));
    let (agencies, units): (Vec<&Unit>, Vec<&Unit>) = below.partition(|unit| unit.is_agency());
    let branches = |units: Vec<&Unit>| {
        let units = units.into_iter().filter(|_| depth < DEPTH_MAX);
        let units: Vec<AnyView> = units.map(|unit| branch(loaded, unit, depth + 1)).collect();
        (!units.is_empty()).then(|| view! { <ul class="tree">{units}</ul> }.into_any())
    };
    let count = agencies.len();
    let agencies = branches(agencies).map(|agencies| {
        let words = format!("Cơ quan: {count}");
        view! { <details open data-test="agencies"><summary>{words}</summary>{agencies}</details> }
    });
    let may_add = !unit.is_agency()
        && unit.successor.is_none()
        && loaded.may_in(Verb::Write, Thing::Units, &unit.code);
    let add = may_add.then(|| {
        let path = format!("/admin/units/{}/agencies/new", unit.code);
        actions(vec![link_button(
            "add-agency",
            "plain",
            &path,
            "Thêm cơ quan",
        )])
    });
    let inner = view! { {card_of(loaded, unit)}{agencies}{add}{branches(units)} };
    rows::row("unit-row", &unit.code.0, inner.into_any())
}

fn card_of(loaded: &Loaded, unit: &Unit) -> AnyView {
    let days = words::days(Some(&unit.valid_from), unit.valid_to.as_deref());
    let villages = match unit.villages.len() {
        0 => String::new(),
        count => format!(" · {count} thôn, bản, khu phố"),
    };
    let meta = format!("{} · mã {} · {days}{villages}", unit.tier, unit.code);
    let ended = unit.successor.as_ref();
    let ended = ended.map(|code| format!("Đã sáp nhập vào {}", loaded.unit_name(code)));
    let writes = loaded.may_in(Verb::Write, Thing::Units, &unit.code);
    let path = writes.then(|| format!("/admin/units/{}", unit.code));
    rows::card(path, unit.name.clone(), meta, ended)
}
