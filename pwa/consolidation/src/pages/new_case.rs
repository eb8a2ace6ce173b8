//! `/consolidation/new-case`: one case of the petitions that were chosen, under a common wording.

use kiennghi_frame::app::App;
use kiennghi_frame::drafted::{Keeping, drafted, key_of};
use kiennghi_frame::failure::{Failure, Step};
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::once::{awaited, fetch};
use kiennghi_frame::picking;
use kiennghi_frame::placing::{Raised, put_into};
use kiennghi_frame::query::Query;
use kiennghi_frame::words;
use kiennghi_frame::writing::new_case;
use kiennghi_parts::fields::{Field, Label};
use kiennghi_shared::access::Verb;
use kiennghi_shared::bodies;
use kiennghi_shared::desk::{CaseFile, CaseRow};
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::office::{PetitionList, PetitionRow};
use kiennghi_shared::record::{Edit, case_code};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use super::inbox_cases::so_far;
use super::into_case::none_picked;
use crate::router::TOP;

/// What it does.
const TITLE: &str = "Tổng hợp thành vụ việc";

/// The page.
pub(super) fn page(app: App) -> AnyView {
    let body = awaited(
        app,
        move || begin(app),
        move |begun: &Begun| {
            let rows = &begun.rows;
            if rows.is_empty() {
                return none_picked();
            }
            let key = key_of("new-case", rows.iter().map(|row| row.id));
            let shown: Vec<AnyView> = rows.iter().map(picked_row).collect();
            let title = format!("{} kiến nghị", rows.len());
            let begun = begun.clone();
            let form = drafted(key, "một vụ việc mới", move |keeping| {
                form(app, keeping.id(), &begun, keeping)
            });
            view! { <h2>{title}</h2><ul class="rows">{shown}</ul>{form} }.into_any()
        },
    );
    frame(app, Frame::form(TITLE, TOP), body)
}

/// What the case is made of.
#[derive(Clone)]
struct Begun {
    /// The petitions that were chosen, or that the address remembers.
    rows: Vec<PetitionRow>,
    /// The earlier case that the address names.
    earlier: Option<CaseRow>,
}

async fn begin(app: App) -> Result<Begun, Failure> {
    let mut rows = app.picked.get_untracked();
    if rows.is_empty() {
        for id in picking::remembered() {
            let list: PetitionList = fetch(app, format!("petitions?id={id}")).await?;
            rows.extend(list.petitions);
        }
    }
    picking::remember(rows.iter().map(|row| row.id));
    let earlier = match Query::current(&["earlier"]).get("earlier") {
        "" => None,
        id => Some(fetch::<CaseFile>(app, format!("cases/{id}")).await?.row),
    };
    Ok(Begun { rows, earlier })
}

/// The earlier case, which the new one is said to repeat for as long as the box is ticked.
fn repeats(earlier: &CaseRow, field: Field) -> AnyView {
    let id = earlier.id.to_string();
    let checked = move || !field.watched().is_empty();
    let turn = move |event| match event_target_checked(&event) {
        true => field.set(&id),
        false => field.set(""),
    };
    view! {
        <div class="notice" data-test="repeats" data-id=earlier.id.to_string()>
            <label class="check">
                <input type="checkbox" name=field.key() prop:checked=checked on:change=turn />
                "Ghi là đã nêu trước đây ở "{earlier.case.code.clone()}
            </label>
            <p class="card-meta">{so_far(earlier)}</p>
            <p class="clamp">{earlier.case.wording.clone()}</p>
        </div>
    }
    .into_any()
}

/// The value that most petitions have; of equals, the one that came first.
fn most<'a>(petitions: &'a [PetitionRow], value: impl Fn(&'a PetitionRow) -> &'a str) -> &'a str {
    let values: Vec<&str> = petitions.iter().map(value).collect();
    let count = |wanted: &str| values.iter().filter(|value| **value == wanted).count();
    let known = values.iter().filter(|value| !value.is_empty()).rev();
    known
        .max_by_key(|value| count(value))
        .copied()
        .unwrap_or_default()
}

fn form(app: App, id: DocumentId, begun: &Begun, keeping: Keeping) -> AnyView {
    let (picked, earlier) = (&begun.rows, begun.earlier.as_ref());
    let contents = picked.iter().map(|row| row.petition.content.as_str());
    let longest = contents.rev().max_by_key(|content| content.chars().count());
    let units = app.units_where(Verb::Write, Kind::Case);
    let sessions = words::sessions(app, words::UNKNOWN);
    let of_list = Query::current(&["session"]);
    let newest = sessions.get(1).map(|(code, _)| code.as_str());
    let session = match of_list.get("session") {
        "" => newest.unwrap_or_default(),
        session => session,
    };
    let session = Field::new("session", session);
    let wording = Field::new("wording", longest.unwrap_or_default());
    let field = Field::new("field", most(picked, |row| &row.petition.field));
    let competence = Field::new("competence", most(picked, |row| &row.petition.competence));
    let unit = Field::new(
        "unit",
        units
            .first()
            .map(|(code, _)| code.as_str())
            .unwrap_or_default(),
    );
    let committees = units.into_iter();
    let committees: Vec<_> = committees
        .map(|(code, name)| (code, bodies::committee(&name)))
        .collect();
    let raised: Vec<Raised> = picked.iter().map(Raised::from).collect();
    let repeated = earlier.map(|earlier| earlier.id.to_string());
    let repeated = Field::new("repeated_from", &repeated.unwrap_or_default());
    let fields = [wording, field, competence, session, unit, repeated];
    keeping.keep(&[], &fields);
    let step = Step::new();
    let submit = move || {
        let Some(wording) = wording.required("Hãy ghi nội dung chung.") else {
            return;
        };
        let mut edits = vec![Edit::new("wording", wording)];
        for field in [field, competence, session, repeated] {
            edits.extend(field.some().map(|value| Edit::new(field.key(), value)));
        }
        let case = new_case(id, UnitCode(unit.get()), edits);
        step.take(make(app, keeping, id, case, raised.clone()));
    };
    let fields_of_work = words::fields_of_work(app, words::UNKNOWN, Some(&field.exact()));
    let fields = view! {
        {earlier.map(|earlier| repeats(earlier, repeated))}
        {wording.area(Label("Nội dung chung", "Lấy sẵn từ kiến nghị dài nhất; hãy sửa cho gọn. Lời cử tri ở từng thôn vẫn giữ nguyên."))}
        {field.choice(Label("Lĩnh vực", ""), fields_of_work)}
        {competence.choice(Label("Thẩm quyền giải quyết", ""), words::competences(words::UNKNOWN))}
        {session.choice(Label("Kỳ họp", ""), sessions)}
        {unit.choice(Label("Đơn vị theo dõi", ""), committees)}
    };
    step.form(fields.into_any(), TITLE, submit)
}

async fn make(
    app: App,
    keeping: Keeping,
    id: DocumentId,
    case: kiennghi_messages::Save,
    raised: Vec<Raised>,
) -> Result<(), Failure> {
    // The case first: what carries a petition must not arrive before it.
    let carried = raised.iter().map(|raised| put_into(raised, Some(id)));
    keeping
        .save([case].into_iter().chain(carried).collect())
        .await?;
    app.picked.set(Vec::new());
    let words = format!(
        "Đã tổng hợp {} kiến nghị thành vụ việc {}.",
        raised.len(),
        case_code(id)
    );
    app.done_elsewhere(format!("/desk/cases/{id}"), words);
    Ok(())
}

/// A petition that was chosen.
pub(super) fn picked_row(row: &PetitionRow) -> AnyView {
    let petition = &row.petition;
    let meta = format!(
        "{} · {}",
        words::raised_in(petition, &row.unit_name),
        words::voters(petition.voters)
    );
    let elsewhere = row.case.map(|_| {
        view! { <p><span class="state refused">"Đã ở trong một vụ việc"</span></p> }.into_any()
    });
    view! {
        <li data-test="picked-row" data-id=row.id.to_string()>
            <div><p class="card-meta">{meta}</p><p class="clamp">{petition.content.clone()}</p>{elsewhere}</div>
        </li>
    }
    .into_any()
}
