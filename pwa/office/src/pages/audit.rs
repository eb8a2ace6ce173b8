//! `/admin/audit`: who did what, the newest first.

use std::sync::Arc;

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::administration::{AuditEntry, AuditPage, Unit};
use leptos::prelude::*;

use crate::fields::{Field, Label};
use crate::frame::Frame;
use crate::loaded::{self, Loaded};
use crate::office::Office;
use crate::server::{self, Failure};
use crate::steps::Step;
use crate::time;

/// Rows that are asked for at once.
const ROWS: usize = 50;

#[derive(Clone, Copy)]
struct List {
    rows: RwSignal<Vec<AuditEntry>>,
    actions: RwSignal<Vec<(String, String)>>,
    more: RwSignal<bool>,
    user: Field,
    action: Field,
    step: Step,
}

impl List {
    /// Asks for the rows after those that are shown, or for the first.
    fn ask(self, from_start: bool) {
        self.step.take(async move { self.fetch(from_start).await });
    }

    async fn fetch(self, from_start: bool) -> Result<(), Failure> {
        let last = self
            .rows
            .with_untracked(|rows| rows.last().map(|row| row.seq));
        let before = last.filter(|_| !from_start);
        let before = before.map_or(String::new(), |seq| format!("&before={seq}"));
        let (user, action) = (self.user.exact(), self.action.exact());
        let path = format!("/api/v1/audit?limit={ROWS}&user={user}&action={action}{before}");
        let page: AuditPage = server::get(&path).await?;
        self.more.set(page.rows.len() == ROWS);
        if self.actions.with_untracked(Vec::is_empty) {
            self.actions.set(page.actions);
        }
        self.rows.update(|rows| {
            if from_start {
                rows.clear();
            }
            rows.extend(page.rows);
        });
        Ok(())
    }
}

/// The page.
pub(crate) fn page(office: Office) -> AnyView {
    let right = Some((Verb::Read, Thing::Audit));
    let frame = Frame::below("Nhật ký", "/admin").wide();
    loaded::page(office, frame, right, move |loaded| {
        let list = List {
            rows: RwSignal::new(Vec::new()),
            actions: RwSignal::new(Vec::new()),
            more: RwSignal::new(false),
            user: Field::new("user", ""),
            action: Field::new("action", ""),
            step: Step::new(),
        };
        Effect::new(move || {
            list.user.watched();
            list.action.watched();
            list.ask(true);
        });
        content(&loaded, list)
    })
}

fn content(loaded: &Arc<Loaded>, list: List) -> AnyView {
    let all = |words: &str| std::iter::once((String::new(), words.to_owned()));
    let users = loaded.all.users.iter();
    let users = users.map(|user| (user.name.0.clone(), user.display.clone()));
    let users = all("Tất cả mọi người").chain(users).collect();
    let actions = move || {
        let actions = all("Mọi việc").chain(list.actions.get()).collect();
        list.action.choice(Label("Việc", ""), actions)
    };
    // Who reads of a unit that none stands above reads of all.
    let mut units = loaded.all.units.iter();
    let is_top = |unit: &Unit| unit.parent.is_none() && unit.successor.is_none();
    let export = units.any(is_top).then(|| {
        view! { <p><a href="/api/v1/audit/export" download="nhat-ky.jsonl" class="button" data-test="export">"Tải toàn bộ nhật ký"</a></p> }
    });
    let people = Arc::clone(loaded);
    let rows = move || {
        let rows = list.rows.get();
        rows.iter()
            .map(|row| shown(&people, row))
            .collect::<Vec<_>>()
    };
    let more = move || {
        list.more.get().then(|| {
            view! { <p>{list.step.button("more", "", "Xem thêm", move || list.ask(false))}</p> }
        })
    };
    view! {
        <div class="filters">{list.user.choice(Label("Người", ""), users)}{actions}</div>
        {list.step.failure()}
        <div class="table-scroll" tabindex="0" role="region" aria-label="Nhật ký">
            <table class="table cards">
                <thead><tr><th>"Lúc"</th><th>"Ai"</th><th>"Việc"</th><th>"Đối với"</th><th>"Đơn vị"</th><th>"Chi tiết"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {more}
        {export}
    }
    .into_any()
}

fn shown(loaded: &Loaded, row: &AuditEntry) -> AnyView {
    let subject = loaded.user(&row.subject);
    let subject = subject.map_or(row.subject.clone(), |user| user.display.clone());
    view! {
        <tr data-test="audit-row">
            <td data-label="Lúc">{time::moment(row.at)}</td>
            <td data-label="Ai">{row.who.clone()}</td>
            <td data-label="Việc">{row.what.clone()}</td>
            <td data-label="Đối với">{subject}</td>
            <td data-label="Đơn vị">{row.unit.clone()}</td>
            <td data-label="Chi tiết">{row.detail.clone()}</td>
        </tr>
    }
    .into_any()
}
