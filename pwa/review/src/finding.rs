//! What supervision finds of a case, or of several that were chosen: the form.

use std::sync::Arc;

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::drafted::{Keeping, drafted, key_of};
use kiennghi_frame::failure::Step;
use kiennghi_frame::picking::chosen_rows;
use kiennghi_frame::words;
use kiennghi_frame::writing::new_document;
use kiennghi_parts::fields::{Field, Label};
use kiennghi_parts::live::live;
use kiennghi_shared::catalogue::{RESOLUTIONS, TIMELINESS, VERDICTS};
use kiennghi_shared::desk::{CaseRow, FindingList};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::browser;
use crate::closing::{QUESTION, against, hindered, question};
use crate::judged::Judged;
use crate::time;

/// What a finding is called.
pub(crate) const TITLE: &str = "Kết luận giám sát";

/// The form for what is found of these cases, which leads to the page at `path`.
pub(crate) fn form(app: App, cases: Vec<Judged>, path: String) -> AnyView {
    let rows: Vec<CaseRow> = cases.iter().map(|judged| judged.row.clone()).collect();
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
    let judged: Vec<AnyView> = cases
        .iter()
        .filter_map(|judged| judged.shown(app))
        .collect();
    let form = drafted(key, "một kết luận giám sát", move |keeping| {
        fields(app, cases.clone(), path.clone(), keeping)
    });
    view! { {shown}{judged}{form} }.into_any()
}

/// What the deadlines tell of all the cases; empty where they tell different things.
fn timeliness(cases: &[Judged], today: &str) -> &'static str {
    let mut told = cases.iter().map(|judged| judged.timeliness(today));
    let first = told.next().unwrap_or_default();
    if told.all(|other| other == first) {
        first
    } else {
        ""
    }
}

/// The fields of a finding.
#[derive(Clone, Copy)]
struct Form {
    date: Field,
    session: Field,
    timeliness: Field,
    resolved: Field,
    verdict: Field,
    content: Field,
    programme: Field,
    number: Field,
}

impl Form {
    fn of(cases: &[Judged], session: &str) -> Self {
        let today = time::stored_day(browser::now_ms());
        let empty = |key: &'static str| Field::new(key, "");
        Self {
            date: Field::new("date", &today),
            session: Field::new("session", session),
            timeliness: Field::new("timeliness", timeliness(cases, &today)),
            resolved: empty("resolved"),
            verdict: empty("verdict"),
            content: empty("content"),
            programme: empty("programme"),
            number: empty("number"),
        }
    }

    /// Those that may be left empty.
    fn others(self) -> [Field; 6] {
        let Self {
            session,
            timeliness,
            resolved,
            content,
            programme,
            number,
            ..
        } = self;
        [session, timeliness, resolved, content, programme, number]
    }

    /// What it says of each case; `None` while something is missing, which is said then.
    fn edits(self) -> Option<Vec<Edit>> {
        let verdict = self.verdict.required("Hãy chọn kết luận.")?;
        let date = self.date.required("Hãy ghi ngày giám sát.")?;
        let mut edits = vec![Edit::new("date", date), Edit::new("verdict", verdict)];
        for field in self.others() {
            edits.extend(field.some().map(|value| Edit::new(field.key(), value)));
        }
        Some(edits)
    }

    fn closes(self) -> bool {
        self.verdict.watched() == "close"
    }

    /// What speaks against what it says of these cases.
    fn against(self, cases: &[Judged]) -> Vec<String> {
        match self.closes() {
            true => against(cases, &self.resolved.watched()),
            false => Vec::new(),
        }
    }
}

/// A finding that is being written.
struct Writing {
    app: App,
    cases: Vec<Judged>,
    /// Where it leads to.
    path: String,
    keeping: Keeping,
    form: Form,
    step: Step,
}

impl Writing {
    fn write(&self) {
        let Some(common) = self.form.edits() else {
            return;
        };
        let (app, keeping, path) = (self.app, self.keeping, self.path.clone());
        let count = self.cases.len();
        let saves = self.cases.iter().map(|Judged { row, .. }| {
            let mut edits = common.clone();
            edits.push(Edit::new("case", row.id.to_string()));
            let answer = row.standing.answer;
            edits.extend(answer.map(|answer| Edit::new("answer", answer.to_string())));
            let id = keeping.id_of(&row.id.to_string());
            new_document(id, Kind::Finding, row.unit.clone(), edits)
        });
        let saves = saves.collect();
        self.step.take(async move {
            keeping.save(saves).await?;
            app.chosen.set(Vec::new());
            let words = match count {
                1 => "Đã ghi kết luận giám sát.".to_owned(),
                _ => format!("Đã ghi kết luận giám sát cho {count} vụ việc."),
            };
            app.done_elsewhere(path, words);
            Ok(())
        });
    }
}

fn fields(app: App, cases: Vec<Judged>, path: String, keeping: Keeping) -> AnyView {
    let sessions = words::sessions(app, words::UNKNOWN);
    let newest = sessions.get(1).map(|(code, _)| code.as_str());
    let form = Form::of(&cases, newest.unwrap_or_default());
    let others = form.others();
    keeping.keep(&[], &[&[form.date, form.verdict], &others[..]].concat());
    let step = Step::new();
    let writing = Arc::new(Writing {
        app,
        cases,
        path,
        keeping,
        form,
        step,
    });
    let (of_writing, of_question) = (Arc::clone(&writing), Arc::clone(&writing));
    let hindered = live(move || form.closes().then(|| hindered(&of_writing.cases)));
    let asking = RwSignal::new(false);
    Effect::new(move || {
        if !form.closes() {
            asking.set(false);
        }
    });
    let asked = live(move || {
        let (reasons, yes) = (form.against(&of_question.cases), Arc::clone(&of_question));
        (asking.get() && !reasons.is_empty())
            .then(|| question(reasons, move || yes.write(), move || asking.set(false)))
    });
    let submit = move || {
        if untrack(|| form.against(&writing.cases)).is_empty() {
            return writing.write();
        }
        asking.set(true);
        browser::soon(|| browser::focus(QUESTION));
    };
    let fields = view! {
        {form.date.day(Label("Ngày giám sát", ""))}
        {form.session.choice(Label("Kỳ họp", ""), sessions)}
        {form.timeliness.choice(Label("Thời hạn", "Theo hạn trả lời và ngày trả lời đã ghi; hãy sửa nếu chưa đúng."), words::after(words::UNKNOWN, words::choices(TIMELINESS)))}
        {form.resolved.choice(Label("Mức độ giải quyết", ""), words::after(words::UNKNOWN, words::choices(RESOLUTIONS)))}
        {form.verdict.choice(Label("Kết luận", ""), words::after("Chọn kết luận", words::choices(VERDICTS)))}
        <div role="status">{hindered}</div>
        {form.content.area(Label("Nhận xét", ""))}
        {programmes(app, form.programme)}
        {form.number.line(Label("Số văn bản", ""))}
        {asked}
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
