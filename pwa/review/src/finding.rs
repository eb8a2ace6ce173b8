//! What supervision finds of a case, or of several that were chosen: the form.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::drafted::{Keeping, drafted, key_of};
use kiennghi_frame::failure::Step;
use kiennghi_frame::picking::chosen_rows;
use kiennghi_frame::words;
use kiennghi_frame::writing::new_document;
use kiennghi_parts::fields::{Field, Label};
use kiennghi_parts::live::live;
use kiennghi_shared::casefile::Missing;
use kiennghi_shared::catalogue::{RESOLUTIONS, TIMELINESS, VERDICTS};
use kiennghi_shared::desk::{CaseRow, FindingList};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::browser;
use crate::time;

/// What a finding is called.
pub(crate) const TITLE: &str = "Kết luận giám sát";

/// The form for what is found of these cases, which leads to the page at `path`.
pub(crate) fn form(app: App, rows: Vec<CaseRow>, path: String) -> AnyView {
    let may = |row: &CaseRow| app.may_write(Kind::Finding, &row.unit);
    if !rows.iter().all(may) {
        return view! { <p data-test="nothing">"Bạn không có quyền ghi kết luận giám sát ở đây."</p> }
            .into_any();
    }
    if rows.is_empty() {
        return ().into_any();
    }
    let key = key_of("finding", rows.iter().map(|row| row.id));
    let shown = chosen_rows(&rows);
    let form = drafted(key, "một kết luận giám sát", move |keeping| {
        fields(app, rows.clone(), path.clone(), keeping)
    });
    view! { {shown}{form} }.into_any()
}

fn fields(app: App, rows: Vec<CaseRow>, path: String, keeping: Keeping) -> AnyView {
    let sessions = words::sessions(app, words::UNKNOWN);
    let newest = sessions.get(1).map(|(code, _)| code.clone());
    let today = time::stored_day(browser::now_ms());
    let field = |key: &'static str| Field::new(key, "");
    let date = Field::new("date", &today);
    let session = Field::new("session", &newest.unwrap_or_default());
    let (timeliness, resolved) = (field("timeliness"), field("resolved"));
    let (verdict, content) = (field("verdict"), field("content"));
    let (programme, number) = (field("programme"), field("number"));
    keeping.keep(
        &[],
        &[
            date, session, timeliness, resolved, verdict, content, programme, number,
        ],
    );
    let step = Step::new();
    let (cases, count) = (rows.clone(), rows.len());
    let submit = move || {
        let Some(verdict) = verdict.required("Hãy chọn kết luận.") else {
            return;
        };
        let Some(date) = date.required("Hãy ghi ngày giám sát.") else {
            return;
        };
        let mut common = vec![Edit::new("date", date), Edit::new("verdict", verdict)];
        for (key, field) in [
            ("session", session),
            ("timeliness", timeliness),
            ("resolved", resolved),
            ("content", content),
            ("programme", programme),
            ("number", number),
        ] {
            common.extend(field.some().map(|value| Edit::new(key, value)));
        }
        let saves = cases.iter().map(|row| {
            let mut edits = common.clone();
            edits.push(Edit::new("case", row.id.to_string()));
            let answer = row.standing.answer;
            edits.extend(answer.map(|answer| Edit::new("answer", answer.to_string())));
            let unit = row.unit.clone();
            let id = keeping.id_of(&row.id.to_string());
            new_document(id, Kind::Finding, unit, edits)
        });
        let (saves, path) = (saves.collect(), path.clone());
        step.take(async move {
            keeping.save(saves).await?;
            app.chosen.set(Vec::new());
            let words = match count {
                1 => "Đã ghi kết luận giám sát.".to_owned(),
                _ => format!("Đã ghi kết luận giám sát cho {count} vụ việc."),
            };
            app.done_elsewhere(path, words);
            Ok(())
        });
    };
    let hindered = live(move || (verdict.watched() == "close").then(|| hindered(&rows)));
    let fields = view! {
        {date.day(Label("Ngày giám sát", ""))}
        {session.choice(Label("Kỳ họp", ""), sessions)}
        {timeliness.choice(Label("Thời hạn", ""), words::after(words::UNKNOWN, words::choices(TIMELINESS)))}
        {resolved.choice(Label("Mức độ giải quyết", ""), words::after(words::UNKNOWN, words::choices(RESOLUTIONS)))}
        {verdict.choice(Label("Kết luận", ""), words::after("Chọn kết luận", words::choices(VERDICTS)))}
        <div role="status">{hindered}</div>
        {content.area(Label("Nhận xét", ""))}
        {programmes(app, programme)}
        {number.line(Label("Số văn bản", ""))}
    };
    step.form(fields.into_any(), "Ghi kết luận", submit)
}

/// The programme, with the names of earlier ones.
fn programmes(app: App, programme: Field) -> AnyView {
    let asked = ask::<FindingList>(app, || "findings?limit=0".to_owned());
    // The names come while somebody may be typing: only the list is made anew.
    let options = live(move || {
        let list = asked.get()?;
        let names = list.programmes.iter();
        let options: Vec<AnyView> = names
            .map(|name| view! { <option value=name.clone()></option> }.into_any())
            .collect();
        Some(options.into_any())
    });
    let label = Label(
        "Chương trình giám sát",
        "Tên chương trình của Hội đồng nhân dân mà kết luận này thuộc về; có thể chọn tên đã dùng.",
    );
    programme.suggested(label, options)
}

/// What keeps cases open although supervision would close them.
fn hindered(rows: &[CaseRow]) -> AnyView {
    let items: Vec<AnyView> = rows
        .iter()
        .filter_map(|row| {
            let standing = &row.standing;
            let missing = standing.missing.iter();
            let mut reasons: Vec<String> = match standing.answer {
                None => vec!["chưa có trả lời".to_owned()],
                Some(_) => missing
                    .filter(|missing| **missing != Missing::Verdict)
                    .map(|missing| words::within(words::missing(*missing)))
                    .collect(),
            };
            if standing.is_disputed {
                reasons.push("ý kiến “chưa giải quyết được” ghi trước ngày kết luận".to_owned());
            }
            let words = format!("{}: {}.", row.case.code, reasons.join("; "));
            (!reasons.is_empty()).then(|| view! { <li>{words}</li> }.into_any())
        })
        .collect();
    if items.is_empty() {
        return ().into_any();
    }
    view! {
        <div class="notice warning" data-test="not-closing">
            <p>"Kết luận vẫn được ghi, nhưng vụ việc chưa kết thúc ngay, vì còn thiếu:"</p>
            <ul>{items}</ul>
        </div>
    }
    .into_any()
}
