//! `/letters/cases/:id/answer` and `…/send-back`: an answer, of whoever answers or noted for them, and giving a case back;
//! `…/answers/:answer`: an answer put right.

use kiennghi_frame::app::App;
use kiennghi_frame::drafted::drafted;
use kiennghi_frame::failure::Step;
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::once::{document, once};
use kiennghi_frame::parties::{By, answering};
use kiennghi_frame::query::Query;
use kiennghi_frame::words;
use kiennghi_frame::writing::{change, differing, new_document};
use kiennghi_parts::fields::{Field, Label};
use kiennghi_parts::live::live;
use kiennghi_shared::catalogue::{
    OPINION, OUTCOMES, PROGRESS_MEASURES, RESOLVED_MEASURES, SENT_BACK,
};
use kiennghi_shared::desk::CaseFile;
use kiennghi_shared::fields::Fields;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::papers::Answer;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

/// What an answer says.
#[derive(Clone, Copy)]
struct Form {
    outcome: Field,
    measure: Field,
    content: Field,
    roadmap: Field,
    expected: Field,
    number: Field,
    date: Field,
    signer: Field,
    /// What is written where there is no outcome to choose.
    words: Option<Label>,
}

impl Form {
    fn new(begun: &Answer) -> Self {
        Self {
            outcome: Field::new("outcome", &begun.outcome),
            measure: Field::new("measure", &begun.measure),
            content: Field::new("content", &begun.content),
            roadmap: Field::new("roadmap", &begun.roadmap),
            expected: Field::new("expected", &begun.expected),
            number: Field::new("number", &begun.number),
            date: Field::new("date", &begun.date),
            signer: Field::new("signer", &begun.signer),
            words: match begun.outcome.as_str() {
                SENT_BACK => Some(Label(
                    "Lý do trả lại",
                    "Ví dụ: không thuộc thẩm quyền, thuộc cơ quan nào.",
                )),
                OPINION => Some(Label(
                    "Ý kiến phối hợp",
                    "Gửi cơ quan chủ trì để trả lời chung.",
                )),
                _ => None,
            },
        }
    }

    fn all(self) -> [Field; 8] {
        [
            self.outcome,
            self.measure,
            self.content,
            self.roadmap,
            self.expected,
            self.number,
            self.date,
            self.signer,
        ]
    }

    fn view(self) -> AnyView {
        let formal = view! {
            {self.number.line(Label("Số, ký hiệu văn bản", ""))}
            {self.date.day(Label("Ngày trả lời", ""))}
            {self.signer.line(Label("Người ký", ""))}
        };
        if let Some(words) = self.words {
            return view! { {self.content.area(words)}{formal} }.into_any();
        }
        let outcomes = words::choices(OUTCOMES).filter(|(code, _)| code != SENT_BACK);
        let outcomes = words::after("Chọn kết quả", outcomes);
        // What belongs to an outcome is asked for when it is chosen.
        let outcome = Memo::new(move |_| self.outcome.watched());
        let more = live(move || outcome.with(|outcome| self.more(outcome)));
        view! {
            {self.outcome.choice(Label("Kết quả", ""), outcomes)}
            {more}
            {self.content.area(Label("Nội dung trả lời", "Viết để cử tri nghe đọc là hiểu."))}
            {formal}
        }
        .into_any()
    }

    fn more(self, outcome: &str) -> Option<AnyView> {
        let measures = match outcome {
            "resolved" => RESOLVED_MEASURES,
            "in-progress" => PROGRESS_MEASURES,
            _ => return None,
        };
        let measures = words::after(words::UNKNOWN, words::choices(measures));
        let measure = self.measure.choice(Label("Cụ thể", ""), measures);
        let roadmap = (outcome == "in-progress").then(|| {
            view! {
                {self.roadmap.area(Label("Lộ trình", "Việc còn phải làm, theo từng bước."))}
                {self.expected.day(Label("Dự kiến xong", ""))}
            }
        });
        Some(view! { {measure}{roadmap} }.into_any())
    }

    /// What was filled in, as edits of what stood there; none where something is missing.
    fn edits(self, before: &Fields) -> Option<Vec<Edit>> {
        let outcome = self.outcome.required("Hãy chọn kết quả.")?;
        let reason = match outcome.as_str() {
            SENT_BACK => "Hãy ghi lý do trả lại.",
            OPINION => "Hãy ghi ý kiến phối hợp.",
            _ => "Hãy ghi nội dung trả lời.",
        };
        let content = self.content.required(reason)?;
        let date = self.date.required("Hãy ghi ngày trả lời.")?;
        let under_way = outcome == "in-progress";
        let kept = |keep: bool, field: Field| if keep { field.get() } else { String::new() };
        let measures = match outcome.as_str() {
            "resolved" => RESOLVED_MEASURES,
            "in-progress" => PROGRESS_MEASURES,
            _ => &[],
        };
        let measure = self.measure.get();
        let fits = measures.iter().any(|known| known.code == measure);
        let now = [
            ("outcome", outcome),
            ("measure", if fits { measure } else { String::new() }),
            ("content", content),
            ("roadmap", kept(under_way, self.roadmap)),
            ("expected", kept(under_way, self.expected)),
            ("number", self.number.get()),
            ("date", date),
            ("signer", self.signer.get()),
        ];
        Some(differing(Kind::Answer, before, &now))
    }
}

/// An answer, or giving the case back.
pub(super) fn page(app: App, id: DocumentId, gives_back: bool) -> AnyView {
    let (back, unit) = (format!("/desk/cases/{id}"), Query::current(&["unit"]));
    let title = if gives_back {
        "Trả lại"
    } else {
        "Trả lời"
    };
    let body = once::<CaseFile>(app, format!("cases/{id}"), move |file| {
        let parties = answering(app, file);
        let named = parties.iter().find(|(code, _)| code.0 == unit.get("unit"));
        match named.or(parties.first()) {
            Some((unit, by)) => form(app, file, unit, *by, gives_back),
            None => view! { <p data-test="nothing">"Bạn không trả lời được vụ việc này: chưa được chuyển hoặc giao tới bạn."</p> }
                .into_any(),
        }
    });
    frame(app, Frame::form(title, back), body)
}

fn form(app: App, file: &CaseFile, unit: &UnitCode, by: By, gives_back: bool) -> AnyView {
    let case = file.row.id;
    let Some(dispatch) = file.row.standing.dispatch else {
        return ().into_any();
    };
    let begun = Answer {
        outcome: match (gives_back, by) {
            (true, _) => SENT_BACK,
            (false, By::Helper) => OPINION,
            (false, _) => "",
        }
        .to_owned(),
        date: file.today.clone(),
        ..Answer::default()
    };
    let unit = unit.clone();
    let whose = match by {
        By::Agency => format!("Đơn vị trả lời: {}.", words::unit(app, &unit)),
        By::Addressee => format!("Đơn vị trả lời: {}.", file.row.addressee_name),
        By::Helper => format!(
            "{} phối hợp với {}.",
            words::unit(app, &unit),
            file.row.lead_name
        ),
        By::Committee => format!(
            "Ghi lại trả lời nhận bằng văn bản giấy của {}.",
            file.row.addressee_name
        ),
    };
    let (key, said, button) = match gives_back {
        true => ("send-back", "Đã trả lại.", "Trả lại"),
        false if by == By::Helper => ("opinion", "Đã gửi ý kiến phối hợp.", "Gửi ý kiến"),
        false => ("answer", "Đã ghi trả lời.", "Ghi trả lời"),
    };
    let key = format!("{key}-{case}-{}", unit.0);
    let form = drafted(key, "một trả lời", move |keeping| {
        let id = keeping.id();
        let (fields, step, unit) = (Form::new(&begun), Step::new(), unit.clone());
        keeping.keep(&[], &fields.all());
        let submit = move || {
            let Some(mut edits) = fields.edits(&Fields::default()) else {
                return;
            };
            edits.push(Edit::new("case", case.to_string()));
            edits.push(Edit::new("dispatch", dispatch.to_string()));
            let save = new_document(id, Kind::Answer, unit.clone(), edits);
            step.take(async move {
                keeping.save(vec![save]).await?;
                app.done_elsewhere(format!("/desk/cases/{case}"), said);
                Ok(())
            });
        };
        step.form(fields.view(), button, submit)
    });
    view! {
        <p class="words">{file.row.case.wording.clone()}</p>
        <p data-test="whose">{whose}</p>
        {form}
    }
    .into_any()
}

/// An answer put right.
pub(super) fn edit(app: App, case: DocumentId, id: DocumentId) -> AnyView {
    let back = format!("/desk/cases/{case}");
    let path = back.clone();
    let body = document(app, id, move |detail| {
        let may = app.may_write(Kind::Answer, &detail.header.unit);
        if detail.header.kind != Kind::Answer || !may {
            return view! { <p data-test="nothing">"Bạn không sửa được trả lời này."</p> }
                .into_any();
        }
        let (detail, path) = (detail.clone(), path.clone());
        drafted(format!("answer-{id}"), "một trả lời", move |keeping| {
            let (fields, step) = (Form::new(&Answer::from(&detail.fields)), Step::new());
            keeping.keep(&detail.heads, &fields.all());
            let (detail, path) = (detail.clone(), path.clone());
            let submit = move || {
                let Some(edits) = fields.edits(&detail.fields) else {
                    return;
                };
                let (save, path) = (change(&detail, edits), path.clone());
                step.take(async move {
                    keeping.save(vec![save]).await?;
                    app.done_elsewhere(path, "Đã ghi.");
                    Ok(())
                });
            };
            step.form(fields.view(), "Ghi", submit)
        })
    });
    frame(app, Frame::form("Sửa trả lời", back), body)
}
