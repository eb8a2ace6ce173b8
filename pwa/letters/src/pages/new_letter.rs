//! `/letters/new`: a letter that passes cases on, or one that reminds of them.

use kiennghi_frame::app::App;
use kiennghi_frame::drafted::{Keeping, drafted, key_of};
use kiennghi_frame::failure::{Failure, Step};
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::once::{awaited, fetch};
use kiennghi_frame::parties::received_by;
use kiennghi_frame::picking::{self, chosen_rows};
use kiennghi_frame::query::Query;
use kiennghi_frame::words;
use kiennghi_frame::writing::new_document;
use kiennghi_parts::fields::{Field, Label};
use kiennghi_shared::access::Verb;
use kiennghi_shared::desk::{CaseFile, CaseRow};
use kiennghi_shared::fields::Fields;
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::limits::CASES_OF_DISPATCH_MAX;
use kiennghi_shared::papers::Dispatch;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use super::letter_form::{Form, addressed};
use crate::addressees::{addressees, suggested_addressee};

/// The kind of dispatch that reminds.
const REMINDER: &str = "reminder";

/// The cases of a letter, and where the first of them was raised.
struct Begun {
    rows: Vec<CaseRow>,
    raised_in: Vec<UnitCode>,
}

/// The page.
pub(super) fn page(app: App) -> AnyView {
    let reminds = Query::current(&["kind"]).get("kind") == REMINDER;
    let (title, back) = match reminds {
        true => ("Soạn văn bản đôn đốc", "/letters/choose?need=remind"),
        false => ("Soạn văn bản chuyển", "/letters/choose"),
    };
    let body = awaited(
        app,
        move || begin(app),
        move |begun: &Begun| match begun.rows.len() {
            0 => none_chosen(back),
            1..=CASES_OF_DISPATCH_MAX => form(app, begun, reminds),
            count => {
                let words = format!(
                    "Một văn bản gồm nhiều nhất {CASES_OF_DISPATCH_MAX} vụ việc, bạn đã chọn {count}. Hãy chia thành nhiều văn bản."
                );
                view! { <p class="notice warning" data-test="too-many">{words}</p> }.into_any()
            }
        },
    );
    frame(app, Frame::form(title, back), body)
}

fn none_chosen(back: &'static str) -> AnyView {
    view! {
        <p data-test="nothing">"Chưa chọn vụ việc nào."</p>
        <p><a class="button primary" href=back>"Chọn vụ việc"</a></p>
    }
    .into_any()
}

/// The case that the address names; else those that were chosen.
async fn begin(app: App) -> Result<Begun, Failure> {
    let named = Query::current(&["case"]).get("case").parse().ok();
    let rows = match named {
        Some(id) => picking::fetched(app, vec![id]).await?,
        None => picking::chosen(app).await?,
    };
    let mut raised_in = Vec::new();
    if let Some(row) = rows.first()
        // It only helps to suggest whom the letter is for.
        && let Ok(file) = fetch::<CaseFile>(app, format!("cases/{}", row.id)).await
    {
        raised_in.extend(file.voices.into_iter().map(|voice| voice.unit));
    }
    Ok(Begun { rows, raised_in })
}

/// What all have in common; none where they differ.
fn common<'a, T: PartialEq>(rows: &'a [CaseRow], of: impl Fn(&'a CaseRow) -> T) -> Option<T> {
    let (first, rest) = rows.split_first()?;
    let value = of(first);
    rest.iter().all(|row| of(row) == value).then_some(value)
}

fn subject(app: App, rows: &[CaseRow], reminds: bool) -> String {
    let session = common(rows, |row| &row.case.session).filter(|session| !session.is_empty());
    let at = session.map(|session| {
        let name = words::session(app, session);
        format!(" gửi tới {}", words::within(&name))
    });
    let what = match reminds {
        true => "Đôn đốc giải quyết, trả lời kiến nghị của cử tri",
        false => "Chuyển kiến nghị của cử tri",
    };
    format!("{what}{}", at.unwrap_or_default())
}

/// The letter before anybody wrote a word of it.
fn proposed(app: App, begun: &Begun, kind: &str) -> Dispatch {
    let rows = &begun.rows;
    let units = addressees(app);
    let reminds = kind == REMINDER;
    let to_role = match common(rows, |row| row.standing.to_role.as_str()) {
        Some(role) if reminds => role,
        _ => "executive",
    };
    let to_unit = match reminds {
        true => common(rows, |row| row.standing.addressee.clone()).flatten(),
        false => {
            let suggested = |row| suggested_addressee(app, row, &begun.raised_in);
            common(rows, suggested).flatten()
        }
    };
    let to_unit = to_unit.map(|unit| unit.0).unwrap_or_default();
    Dispatch {
        dispatch_kind: kind.to_owned(),
        to: addressed(&units, &to_unit, to_role),
        to_unit,
        to_role: to_role.to_owned(),
        subject: subject(app, rows, reminds),
        ..Dispatch::default()
    }
}

fn form(app: App, begun: &Begun, reminds: bool) -> AnyView {
    let rows = begun.rows.clone();
    let units = app.units_where(Verb::Write, Kind::Dispatch);
    let may = |unit: &str| units.iter().any(|(code, _)| code == unit);
    let sender = |row| received_by(app, row).unwrap_or(&row.unit).0.as_str();
    let of_cases = common(&rows, sender).filter(|unit| may(unit));
    let own = units.first().map(|(code, _)| code.as_str());
    let Some(unit) = of_cases.or(own) else {
        return view! { <p data-test="nothing">"Bạn không soạn văn bản cho vụ việc này được."</p> }
            .into_any();
    };
    let to = |row: &CaseRow| (row.standing.addressee.clone(), row.standing.to_role.clone());
    if reminds && common(&rows, to).is_none() {
        return view! { <p class="notice warning" data-test="too-many">"Những vụ việc đã chọn được gửi tới nhiều nơi. Mỗi nơi cần một văn bản đôn đốc riêng."</p> }
            .into_any();
    }
    let kind = if reminds { REMINDER } else { "transfer" };
    let key = key_of(&format!("new-{kind}"), rows.iter().map(|row| row.id));
    let (unit, proposed) = (unit.to_owned(), proposed(app, begun, kind));
    let shown = chosen_rows(&rows);
    let form = drafted(key, "một văn bản", move |keeping| {
        fields(app, &rows, kind, &unit, &proposed, keeping)
    });
    view! { {shown}{form} }.into_any()
}

fn fields(
    app: App,
    rows: &[CaseRow],
    kind: &'static str,
    unit: &str,
    proposed: &Dispatch,
    keeping: Keeping,
) -> AnyView {
    let id = keeping.id();
    let units = app.units_where(Verb::Write, Kind::Dispatch);
    let (unit, fields) = (Field::new("unit", unit), Form::new(proposed));
    keeping.keep(&[], &[&fields.all()[..], &[unit]].concat());
    let step = Step::new();
    let cases: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
    let follows = rows.first().and_then(|row| row.standing.dispatch);
    let submit = move || {
        let Some(mut edits) = fields.edits(&Fields::default()) else {
            return;
        };
        edits.push(Edit::new("dispatch_kind", kind));
        edits.push(Edit::new("cases", cases.join("\n")));
        if let Some(follows) = follows.filter(|_| kind == REMINDER) {
            edits.push(Edit::new("follows", follows.to_string()));
        }
        let save = new_document(id, Kind::Dispatch, UnitCode(unit.get()), edits);
        step.take(async move {
            keeping.save(vec![save]).await?;
            app.chosen.set(Vec::new());
            let words =
                "Đã soạn văn bản. Khi đã ký và phát hành, hãy ghi số, ngày rồi đánh dấu đã gửi.";
            app.done_at(&format!("/letters/{id}"), words);
            Ok(())
        });
    };
    let from =
        (units.len() > 1).then(|| unit.choice(Label("Thường trực gửi văn bản", ""), units.clone()));
    let controls = view! { {from}{fields.view(app)} };
    step.form(controls.into_any(), "Soạn văn bản", submit)
}
