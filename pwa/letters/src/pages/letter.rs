//! `/letters/:id`: a letter, its files, and the day on which it was sent; `…/edit`: what it says.

use kiennghi_frame::app::App;
use kiennghi_frame::asking::ask;
use kiennghi_frame::conflicts::conflicts;
use kiennghi_frame::drafted::drafted;
use kiennghi_frame::facts::facts;
use kiennghi_frame::failure::{Failure, Question, Step, actions, ask_first, failed, link_button};
use kiennghi_frame::files::Files;
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::once::{document, fetch};
use kiennghi_frame::picking;
use kiennghi_frame::words;
use kiennghi_frame::writing::{change, detail, set};
use kiennghi_messages::{Cause, Detail};
use kiennghi_parts::fields::{Field, Label};
use kiennghi_parts::live::live;
use kiennghi_shared::catalogue::{COMMITTEE, DISPATCH_KINDS, name_of};
use kiennghi_shared::desk::CaseList;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::office::DocumentView;
use kiennghi_shared::papers::Dispatch;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::session::Delivery;
use kiennghi_shared::wire::DocumentHeader;
use leptos::prelude::*;

use super::letter_form::Form;
use super::report;
use crate::browser;
use crate::time;

/// The page.
pub(super) fn page(app: App, id: DocumentId) -> AnyView {
    let files = Files::new();
    let came = RwSignal::new(None::<Result<Detail, Failure>>);
    Effect::new(move || {
        app.changed.track();
        browser::spawn(async move {
            let now = letter(app, id).await;
            if came.try_with_untracked(|before| *before != Some(now.clone())) == Some(true) {
                came.try_set(Some(now));
            }
        });
    });
    let content = live(move || {
        Some(match came.get() {
            None => view! { <p class="muted" data-test="waiting">"Đang mở…"</p> }.into_any(),
            Some(Err(failure)) => failed(&failure),
            Some(Ok(detail)) if detail.header.kind == Kind::Dispatch => {
                untrack(|| shown(app, &detail, files))
            }
            Some(Ok(_)) => {
                view! { <p data-test="nothing">"Đây không phải văn bản."</p> }.into_any()
            }
        })
    });
    // Of what kind it is, is known once it came; then its cases are not asked for again.
    let desk = Memo::new(move |_| {
        came.with(|came| match came {
            Some(Ok(detail)) if !is_report(detail) => Some(desk_of(app, detail)),
            _ => None,
        })
    });
    let cases = live(move || desk.get().map(|desk| untrack(|| carried(app, id, desk))));
    let body = view! { {content}{cases} };
    frame(app, Frame::below("Văn bản", "/letters"), body.into_any())
}

/// A letter as it is held here; one that was received as the server shows it.
async fn letter(app: App, id: DocumentId) -> Result<Detail, Failure> {
    if app.reads(Kind::Dispatch) {
        match detail(id).await {
            Err(failure) if failure.0.cause == Cause::NotFound => {}
            came => return came.map(|detail| *detail),
        }
    }
    let view = fetch::<DocumentView>(app, format!("documents/{id}")).await?;
    Ok(Detail {
        header: DocumentHeader {
            id,
            kind: view.kind,
            unit: view.unit,
        },
        unit_name: view.unit_name,
        fields: view.fields,
        meeting: None,
        conflicts: view.conflicts,
        history: view.history,
        delivery: Delivery::Received,
        heads: Vec::new(),
        petitioner: None,
    })
}

/// Whether it is a report that came, which carries no cases and is not printed here.
fn is_report(detail: &Detail) -> bool {
    detail.header.kind == Kind::Dispatch && detail.fields.text("dispatch_kind") == report::REPORT
}

/// At which desk its cases stand: its committee's, or whose it was sent to.
fn desk_of(app: App, detail: &Detail) -> &'static str {
    let is_own = app.may_read(Kind::Dispatch, &detail.header.unit);
    match detail.fields.text("to_role") {
        _ if is_own => "committee",
        COMMITTEE => "committee&received=true",
        _ => "executive",
    }
}

/// Whether the person may put it right: until it is sent, and a report where it came.
fn may_edit(app: App, detail: &Detail) -> bool {
    let writes = |unit: &UnitCode| app.may_write(Kind::Dispatch, unit);
    let is_open = detail.fields.text("sent").is_empty();
    let received = UnitCode(detail.fields.text("to_unit").to_owned());
    writes(&detail.header.unit)
        && match is_report(detail) {
            true => received.0.is_empty() || writes(&received),
            false => is_open,
        }
}

fn shown(app: App, detail: &Detail, files: Files) -> AnyView {
    let id = detail.header.id;
    let dispatch = Dispatch::from(&detail.fields);
    let unsent = detail.delivery != Delivery::Received;
    let is_open = dispatch.sent.is_empty();
    let state = match is_open {
        true => {
            view! { <span class="state saved" data-test="not-sent">"Đang soạn, chưa gửi"</span> }
                .into_any()
        }
        false => {
            let day = time::day_of_stored(&dispatch.sent);
            let words = match is_report(detail) {
                true => format!("Nhận ngày {day}"),
                false => format!("Đã gửi ngày {day}"),
            };
            view! { <span class="state received" data-test="sent">{words}</span> }.into_any()
        }
    };
    let waits = unsent.then(|| {
        view! { <p class="notice warning" data-test="dispatch-unsent">"Văn bản này đang giữ trên máy, chưa lên máy chủ. Có mạng là gửi; khi đó mới tải tệp được."</p> }
    });
    let mut offers = Vec::new();
    if matches!(dispatch.dispatch_kind.as_str(), "transfer" | "reminder") && !unsent {
        let path = move || format!("dispatches/{id}/letter.docx");
        offers.push(files.button("letter", "", "Tải văn bản (.docx)", path));
    }
    let may = may_edit(app, detail);
    if may {
        let path = format!("/letters/{id}/edit");
        let title = match is_report(detail) {
            true => "Sửa số, ngày nhận",
            false => "Sửa số, ngày, người ký, nội dung",
        };
        offers.push(link_button("edit", "", &path, title));
    }
    let due = match is_report(detail) {
        true => "Hạn gửi báo cáo",
        false => "Hạn trả lời",
    };
    let session = match dispatch.session.as_str() {
        "" => String::new(),
        code => words::session(app, code),
    };
    let sending = (may && is_open).then(|| sending(app, &dispatch, id));
    let about = facts(vec![
        ("number", "Số, ký hiệu", dispatch.number.clone()),
        ("date", "Ngày văn bản", time::day_of_stored(&dispatch.date)),
        (
            "unit",
            "Nơi gửi",
            report::sender(app, &detail.header.unit, &dispatch),
        ),
        ("to", "Nơi nhận", dispatch.to.clone()),
        ("signer", "Người ký", dispatch.signer.clone()),
        ("signer_title", "Chức vụ", dispatch.signer_title.clone()),
        ("session", "Kỳ họp", session),
        ("due", due, time::day_of_stored(&dispatch.due)),
        (
            "recorder",
            "Người soạn",
            words::person(app, &dispatch.recorder),
        ),
    ]);
    view! {
        {waits}
        <h2>{name_of(DISPATCH_KINDS, &dispatch.dispatch_kind).to_owned()}</h2>
        <p class="words" data-field="subject">{dispatch.subject.clone()}</p>
        <p>{state}</p>
        {conflicts(app, Kind::Dispatch, id, &detail.header.unit, detail.conflicts.len() as u64)}
        <div class="no-print">{actions(offers)}{files.outcome()}</div>
        {about}
        <p class="words">{dispatch.content.clone()}</p>
        {sending}
    }
    .into_any()
}

/// The day on which it was sent, asked about first.
fn sending(app: App, dispatch: &Dispatch, id: DocumentId) -> AnyView {
    let step = Step::new();
    let today = time::stored_day(browser::now_ms());
    let day = Field::new("sent", &today);
    let no_number = dispatch.number.is_empty().then(|| {
        view! { <p class="notice" data-test="no-number">"Văn bản chưa có số. Vẫn đánh dấu đã gửi được, nhưng nên ghi số trước."</p> }
    });
    let question = Question {
        test: "mark-sent",
        button: "Đánh dấu đã gửi",
        question: "Từ ngày này các vụ việc trong văn bản được tính là đã chuyển, bên nhận thấy và bắt đầu tính hạn. Văn bản không sửa được nữa.",
        yes: "Đã gửi",
    };
    let send = move || {
        let Some(sent) = day.required("Hãy ghi ngày gửi.") else {
            return;
        };
        step.take(async move {
            set(id, vec![Edit::new("sent", sent)]).await?;
            app.say("Đã đánh dấu đã gửi.");
            Ok(())
        });
    };
    view! {
        <section class="panel no-print" aria-label="Gửi văn bản">
            {no_number}
            {day.day(Label("Ngày gửi", ""))}
            {step.failure()}
            {ask_first(step, "mark-sent", question, send)}
        </section>
    }
    .into_any()
}

/// The cases that it carries.
fn carried(app: App, id: DocumentId, desk: &'static str) -> AnyView {
    let asked = ask::<CaseList>(app, move || {
        let limit = picking::ROWS_MAX;
        format!("cases?desk={desk}&dispatch={id}&limit={limit}")
    });
    view! {
        <h2>"Vụ việc trong văn bản"</h2>
        {live(move || asked.notice())}
        {picking::rows(app, asked, |_| false)}
    }
    .into_any()
}

/// What it says, until it is sent.
pub(super) fn edit(app: App, id: DocumentId) -> AnyView {
    let back = format!("/letters/{id}");
    let path = back.clone();
    let body = document(app, id, move |detail| {
        let dispatch = Dispatch::from(&detail.fields);
        if detail.header.kind != Kind::Dispatch || !may_edit(app, detail) {
            return view! { <p data-test="nothing">"Văn bản này không sửa được: đã gửi, hoặc không thuộc phần việc của bạn."</p> }
                .into_any();
        }
        let (detail, path) = (detail.clone(), path.clone());
        drafted(
            format!("dispatch-{id}"),
            "một văn bản",
            move |keeping| {
                if is_report(&detail) {
                    return report::edit(app, &detail, keeping);
                }
                let (fields, step) = (Form::new(&dispatch), Step::new());
                keeping.keep(&detail.heads, &fields.all());
                let (detail, path) = (detail.clone(), path.clone());
                let submit = move || {
                    let Some(edits) = fields.edits(&detail.fields) else {
                        return;
                    };
                    let (save, path) = (change(&detail, edits), path.clone());
                    step.take(async move {
                        keeping.save(vec![save]).await?;
                        app.done_at(&path, "Đã ghi.");
                        Ok(())
                    });
                };
                step.form(fields.view(app), "Ghi", submit)
            },
        )
    });
    frame(app, Frame::form("Sửa văn bản", back), body)
}
