//! `/results`: by village, what waits to be told or checked, what was told, and what others still have; prints what is
//! to be read out in one village.

use kiennghi_shared::casefile::Voice;
use kiennghi_shared::desk::{Outcome, Results};
use leptos::prelude::*;

use crate::browser;
use crate::components::answer;
use crate::components::fields;
use crate::components::frame::{Frame, frame};
use crate::components::notices;
use crate::state::App;
use crate::telling::{Telling, Told, by_village};
use crate::words;

/// The page.
pub(crate) fn page(app: App) -> AnyView {
    let telling = Telling::new(app);
    let content = move || match telling.results() {
        _ if !telling.is_known() => notices::waiting(),
        Some(results) if !results.results.is_empty() => listed(app, &results, telling),
        _ => view! { <p>"Chưa có kết quả nào cho các thôn của bạn trên máy này."</p> }.into_any(),
    };
    let body = view! {
        {notices::failure_notice(telling.failure())}
        {content}
    };
    frame(
        app,
        Frame::below("Kết quả để thông tin", "/".to_owned()),
        body.into_any(),
    )
}

fn listed(app: App, results: &Results, telling: Telling) -> AnyView {
    let told = telling.notices();
    let villages = by_village(results, &told);
    let chosen = app.village.get();
    let chosen = villages
        .iter()
        .find(|told| Some(&told.voice) == chosen.as_ref());
    let choice = (villages.len() > 1).then(|| choice(app, &villages, chosen));
    let alone = chosen.or_else(|| villages.first().filter(|_| villages.len() == 1));
    let sheet = alone.map(|told| sheet(app, told));
    let (waiting, other): (Vec<&Told<'_>>, Vec<&Told<'_>>) = villages
        .iter()
        .filter(|told| alone.is_none_or(|alone| alone.voice == told.voice))
        .partition(|told| !told.waiting.is_empty() || !told.unchecked.is_empty());
    let shown: Vec<AnyView> = waiting
        .into_iter()
        .chain(other)
        .map(|told| village(app, told))
        .collect();
    view! {
        {choice}
        {sheet}
        <div class="no-print">{shown}</div>
    }
    .into_any()
}

/// A choice of one village, by its place in the list.
fn choice(app: App, all: &[Told<'_>], chosen: Option<&Told<'_>>) -> AnyView {
    let voices: Vec<Voice> = all.iter().map(|told| told.voice.clone()).collect();
    let place = |told: &Told<'_>| voices.iter().position(|voice| *voice == told.voice);
    let place = chosen.and_then(place);
    let place = place.map(|place| place.to_string()).unwrap_or_default();
    let names = voices.iter().map(|voice| village_name(app, voice));
    let choices = names
        .enumerate()
        .map(|(place, name)| (place.to_string(), name));
    let options = fields::options(choices.collect(), &place);
    let pick = move |event| {
        let place = event_target_value(&event).parse::<usize>().ok();
        app.village
            .set(place.and_then(|place| voices.get(place).cloned()));
    };
    view! {
        <div class="field no-print">
            <label for="filter-village">"Thôn, bản, khu phố"</label>
            <select id="filter-village" name="village" on:change=pick>
                <option value="">"Tất cả"</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// What a village is called; with its unit, where there are several.
pub(super) fn village_name(app: App, voice: &Voice) -> String {
    let unit = app.unit_name(&voice.unit);
    match (voice.village.as_str(), app.units().len() > 1) {
        ("", _) => format!("{unit} (chưa ghi thôn)"),
        (village, true) => format!("{village}, {unit}"),
        (village, false) => village.to_owned(),
    }
}

/// What a village is called on paper: with its unit.
pub(super) fn place(app: App, voice: &Voice) -> String {
    let unit = app.unit_name(&voice.unit);
    match voice.village.as_str() {
        "" => unit,
        village => format!("{village}, {unit}"),
    }
}

fn village(app: App, told: &Told<'_>) -> AnyView {
    let voice = &told.voice;
    view! {
        <section data-test="village" data-village=voice.village.clone()>
            <h2>{village_name(app, voice)}</h2>
            {group("Chờ thông tin tới cử tri", "waiting", &told.waiting)}
            {group("Chờ kiểm tra tại chỗ", "unchecked", &told.unchecked)}
            {group("Đã thông tin", "told", &told.told)}
            {group("Chưa có trả lời", "pending", &told.pending)}
        </section>
    }
    .into_any()
}

fn group(title: &'static str, name: &'static str, outcomes: &[&Outcome]) -> AnyView {
    if outcomes.is_empty() {
        return ().into_any();
    }
    let rows: Vec<AnyView> = outcomes.iter().map(|outcome| row(name, outcome)).collect();
    view! {
        <h3>{format!("{title} ({})", outcomes.len())}</h3>
        <ul class="list">{rows}</ul>
    }
    .into_any()
}

fn row(group: &'static str, outcome: &Outcome) -> AnyView {
    view! {
        <li data-test="result-row" data-id=outcome.id.to_string() data-group=group>
            <a class="card" href=format!("/results/{}", outcome.id)>
                <span class="clamp">{outcome.wording.clone()}</span>
                <span class="card-meta">{words::standing(outcome)}</span>
            </a>
        </li>
    }
    .into_any()
}

/// What is read out in one village, on paper: what waits, or once all is told, all that was answered.
fn sheet(app: App, told: &Told<'_>) -> AnyView {
    let outcomes = if told.waiting.is_empty() {
        &told.told
    } else {
        &told.waiting
    };
    if outcomes.is_empty() {
        return ().into_any();
    }
    view! {
        <p class="actions no-print">
            <button type="button" class="button" data-test="print" on:click=move |_| browser::print()>"In tờ thông tin tới cử tri"</button>
        </p>
        {answer::sheet(place(app, &told.voice), outcomes)}
    }
    .into_any()
}
