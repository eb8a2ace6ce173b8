//! `/consolidation`: petitions that no case carries, by council session, to be chosen by keyboard and put into cases.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::{Asked, ask};
use kiennghi_frame::filters::{filters, search, select};
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::keys;
use kiennghi_frame::query::{Query, followed};
use kiennghi_frame::ways;
use kiennghi_frame::words;
use kiennghi_parts::live::{Keyed, button, button_of, live, rows};
use kiennghi_shared::access::Verb;
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::office::{PetitionList, PetitionRow};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use super::{inbox_beside, inbox_cases};
use crate::browser;
use crate::router::{INTO_CASE, NEW_CASE, TOP};

const ROWS: u64 = 50;
/// As many as the server gives at once.
const ROWS_MAX: u64 = 200;

/// Whether somebody puts petitions into cases at all.
pub(super) fn is_for(app: App) -> bool {
    app.writes(Kind::Consolidation)
}

/// The list, and the petition that is looked at.
#[derive(Clone, Copy)]
pub(super) struct Inbox {
    pub(super) app: App,
    asked: Asked<PetitionList>,
    pub(super) at: RwSignal<Option<DocumentId>>,
}

impl Inbox {
    /// Those that are listed, without those that were put into a case here while the server does not know it.
    fn rows(self) -> Vec<PetitionRow> {
        let list = self.asked.get();
        let rows = list.iter().flat_map(|list| &list.petitions);
        self.app.pending.with(|pending| {
            rows.filter(|row| !pending.carries(row.id))
                .cloned()
                .collect()
        })
    }

    /// The petition that is looked at.
    pub(super) fn looked_at(self) -> Option<PetitionRow> {
        let at = self.at.get()?;
        self.rows().into_iter().find(|row| row.id == at)
    }

    /// Looks at the petition so many rows below; the first where none was looked at.
    fn step(self, by: isize) -> bool {
        let (at, rows) = (self.at.get_untracked(), untrack(|| self.rows()));
        let here = at.and_then(|at| rows.iter().position(|row| row.id == at));
        let next = here.map_or(0, |here| {
            here.saturating_add_signed(by)
                .min(rows.len().saturating_sub(1))
        });
        let Some(row) = rows.get(next) else {
            return false;
        };
        self.at.set(Some(row.id));
        browser::focus(&row_id(row.id));
        true
    }

    /// What is chosen; where nothing is, this petition.
    pub(super) fn chosen_or(self, at: Option<DocumentId>) -> Vec<PetitionRow> {
        match self.app.picked.get() {
            picked if picked.is_empty() => {
                let mut rows = self.rows();
                rows.retain(|row| at == Some(row.id));
                rows
            }
            picked => picked,
        }
    }

    /// Goes to a page with what is chosen; where nothing is, with this petition.
    pub(super) fn take(self, at: Option<DocumentId>, path: &str) -> bool {
        let rows = untrack(|| self.chosen_or(at));
        let is_any = !rows.is_empty();
        if is_any {
            self.app.picked.set(rows);
            ways::go(self.app, path);
        }
        is_any
    }

    /// The same with the petition that is looked at. A case is made for the council session that the list is narrowed by.
    fn take_to(self, path: &str) -> bool {
        let session = Query::current(&["session"]);
        self.take(self.at.get_untracked(), &session.behind(path))
    }

    fn pressed(self, key: &str) -> bool {
        match key {
            "j" | "ArrowDown" => self.step(1),
            "k" | "ArrowUp" => self.step(-1),
            "x" => {
                let looked_at = untrack(|| self.looked_at());
                looked_at.is_some_and(|row| {
                    turn(self.app, &row);
                    true
                })
            }
            "g" => self.take_to(NEW_CASE),
            "v" => self.take_to(INTO_CASE),
            "s" => {
                browser::focus(inbox_cases::HEADING);
                true
            }
            _ => false,
        }
    }
}

fn row_id(id: DocumentId) -> String {
    format!("row-{id}")
}

/// Chooses a petition, or no longer.
pub(super) fn turn(app: App, row: &PetitionRow) {
    app.picked.update(
        |picked| match picked.iter().position(|other| other.id == row.id) {
            Some(place) => drop(picked.remove(place)),
            None => picked.push(row.clone()),
        },
    );
}

/// A box that chooses a petition.
pub(super) fn pick_box(app: App, row: &PetitionRow, prefix: &str) -> AnyView {
    let (id, row) = (row.id, row.clone());
    let label = format!("Chọn kiến nghị {}", row.petition.code);
    let checked = move || {
        app.picked
            .with(|picked| picked.iter().any(|other| other.id == id))
    };
    view! {
        <label class="check">
            <input type="checkbox" id=format!("{prefix}-{id}") aria-label=label prop:checked=checked on:change=move |_| turn(app, &row) />
        </label>
    }
    .into_any()
}

/// The page.
pub(super) fn page(app: App) -> AnyView {
    let query = followed(TOP, &["session", "unit", "field", "text"]);
    let limit = RwSignal::new(ROWS);
    let asked = ask::<PetitionList>(app, move || {
        let path = query.get().with("waiting", "true");
        path.with("limit", limit.get().to_string())
            .behind("petitions")
    });
    let inbox = Inbox {
        app,
        asked,
        at: RwSignal::new(None),
    };
    keys::on(move |key| inbox.pressed(key));
    // What was put into a case here and waits to be sent is still on the server's list.
    let left = move || {
        let list = asked.get()?;
        let hidden = list.petitions.len() - inbox.rows().len();
        Some(list.total.saturating_sub(hidden as u64))
    };
    let total = live(move || {
        let total = left().filter(|total| *total > 0)?;
        Some(format!("{total} kiến nghị chờ tổng hợp").into_any())
    });
    let listed = rows(move || {
        let keyed = |row: PetitionRow| {
            let key = format!("{} {} {}", row.id, row.updated_at, row.conflicts);
            Keyed::new(key, move || row_view(inbox, &row))
        };
        inbox.rows().into_iter().map(keyed).collect()
    });
    let more = live(move || {
        let list = asked.get()?;
        ((list.petitions.len() as u64) < list.total).then(|| match limit.get() {
            ROWS_MAX.. => view! { <p>"Còn nhiều hơn: hãy lọc bớt để thấy."</p> }.into_any(),
            _ => button("more", "", "Xem thêm", move || limit.set(ROWS_MAX)),
        })
    });
    let controls = vec![
        select(
            query,
            "session",
            "Kỳ họp",
            words::sessions(app, "Mọi kỳ họp"),
        ),
        select(
            query,
            "unit",
            "Địa phương",
            words::after(
                "Mọi địa phương",
                app.units_where(Verb::Write, Kind::Consolidation),
            ),
        ),
        select(
            query,
            "field",
            "Lĩnh vực",
            words::fields_of_work(app, "Mọi lĩnh vực", None),
        ),
        search(query),
    ];
    let imports = app.writes(Kind::Petition).then(|| {
        view! { <a class="button" href="/letters/import" data-test="import">"Nhập từ Excel"</a> }
    });
    let is_empty = move || left() == Some(0);
    let none = live(move || {
        let is_narrowed = query.with(|query| *query != Query::default());
        let words = match is_narrowed {
            true => "Không có kiến nghị nào như vậy đang chờ tổng hợp.",
            false => "Không còn kiến nghị nào chờ tổng hợp.",
        };
        is_empty()
            .then(|| view! { <p class="notice ok" data-test="nothing">{words}</p> }.into_any())
    });
    let body = view! {
        {filters(controls)}
        {none}
        {keys::legend(&[
            (&["j", "↓"], "xuống"),
            (&["k", "↑"], "lên"),
            (&["x"], "chọn"),
            (&["Enter"], "mở"),
            (&["g"], "tổng hợp thành vụ việc"),
            (&["v"], "đưa vào vụ việc đã có"),
            (&["s"], "xem vụ việc gợi ý"),
        ])}
        {live(move || asked.notice())}
        {live(move || asked.waiting())}
        <p class="actions"><span role="status" data-test="total">{total}</span>{imports}</p>
        <div class="beside" hidden=is_empty>
            <div>
                <ul class="rows inbox">{listed}</ul>
                {more}
            </div>
            {inbox_beside::panel(inbox)}
        </div>
        {picked_bar(inbox)}
    };
    frame(app, Frame::part("Kiến nghị chờ tổng hợp"), body.into_any())
}

fn row_view(inbox: Inbox, row: &PetitionRow) -> AnyView {
    let (id, petition) = (row.id, &row.petition);
    let meta = format!(
        "{} · {} · {}",
        petition.code,
        words::raised_in(petition, &row.unit_name),
        words::voters(petition.voters)
    );
    let current = move || inbox.at.with(|at| *at == Some(id)).then_some("true");
    let conflicts = (row.conflicts > 0)
        .then(|| view! { <span class="state refused">"Có hai bản, cần chọn"</span> }.into_any());
    let open = move |_| {
        inbox.at.set(Some(id));
        browser::soon(|| browser::focus("beside"));
    };
    view! {
        <li data-test="petition-row" data-id=id.to_string() aria-current=current>
            {pick_box(inbox.app, row, "pick")}
            <button type="button" class="row-button" id=row_id(id) data-test="open" on:click=open on:focus=move |_| inbox.at.set(Some(id))>
                <span class="card-meta">{meta}</span>
                <span class="clamp">{petition.content.clone()}</span>
                {conflicts}
            </button>
        </li>
    }
    .into_any()
}

fn picked_bar(inbox: Inbox) -> AnyView {
    let app = inbox.app;
    let with_key = |words: &'static str, key| view! { {words}" "{keys::key(key)} }.into_any();
    let take_to = move |path: &'static str| {
        Box::new(move || {
            inbox.take_to(path);
        })
    };
    live(move || {
        let count = app.picked.with(Vec::len);
        let words = format!("Đã chọn {count} kiến nghị");
        let (new, into) = (take_to(NEW_CASE), take_to(INTO_CASE));
        (count > 0).then(|| {
            view! {
                <div class="sticky-actions" role="group" aria-label="Kiến nghị đã chọn">
                    <span class="picked" role="status" data-test="picked">{words}</span>
                    {button_of("new-case", "primary", with_key("Tổng hợp thành vụ việc", "g"), false, new)}
                    {button_of("into-case", "", with_key("Đưa vào vụ việc đã có", "v"), false, into)}
                    {button("pick-none", "plain", "Bỏ chọn", move || app.picked.set(Vec::new()))}
                </div>
            }
            .into_any()
        })
    })
}
