//! `/office/reviews`: work of people who may no longer write it, beside what the office has, to be
//! taken in or left out.

use kiennghi_messages::{Cause, Failure};
use kiennghi_shared::code::Code;
use kiennghi_shared::record::Edit;
use kiennghi_shared::review::{Reason, Review, ReviewList};
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::browser;
use crate::components::frame::{Frame, frame};
use crate::components::notices;
use crate::office;
use crate::state::{App, ask};
use crate::time;
use crate::words;
use crate::worker;

/// Reviews that are shown before more are asked for.
const ROWS: u32 = 20;

/// The page.
pub(crate) fn page(app: App) -> AnyView {
    let limit = RwSignal::new(ROWS);
    let asked = ask(app, move || office::reviews(limit.get()));
    let list = move || {
        let Some(answer) = asked.answer.get() else {
            return asked
                .failure
                .with(Option::is_none)
                .then(notices::waiting)
                .into_any();
        };
        match office::read::<ReviewList>(&answer) {
            Some(list) if list.reviews.is_empty() => {
                view! { <p>"Không có bản ghi nào chờ xem xét."</p> }.into_any()
            }
            Some(list) => {
                let more = (list.total > list.reviews.len() as u64).then(|| {
                    view! {
                        <p><button type="button" class="button" data-test="review-more"
                            on:click=move |_| limit.update(|limit| *limit += ROWS)>"Xem thêm"</button></p>
                    }
                });
                let rows = list.reviews.iter().map(|review| row(app, review));
                view! { <ul class="list">{rows.collect::<Vec<_>>()}</ul>{more} }.into_any()
            }
            None => notices::failed(notices::words_of(&worker::unexpected())),
        }
    };
    let body = view! {
        <p>"Những bản ghi này do người đã chuyển công tác hoặc thiết bị đã bị thu hồi gửi về, nên chưa vào hồ sơ. Thường trực quyết định từng bản."</p>
        {notices::failure_notice(asked.failure)}
        {list}
    };
    let frame_of = Frame {
        wide: true,
        ..Frame::tab("Chờ xem xét")
    };
    frame(app, frame_of, body.into_any())
}

fn row(app: App, review: &Review) -> AnyView {
    let id = review.id;
    let reason = match review.reason {
        Reason::Moved => "Người gửi đã chuyển công tác",
        Reason::Revoked => "Thiết bị đã bị thu hồi",
    };
    let when = time::moment(review.received_at);
    let what = format!("{} · {}", review.kind.title(), review.unit_name);
    let who = format!("{} · gửi lúc {when}", review.display);
    let present = match &review.present {
        Some(present) => facts(app, review.kind, present, &review.fields),
        None => view! { <p class="muted">"Chưa có trong hồ sơ."</p> }.into_any(),
    };
    let sent = facts(
        app,
        review.kind,
        &review.fields,
        review.present.as_deref().unwrap_or_default(),
    );
    view! {
        <li class="panel" data-test="review-row" data-id=id.to_string()>
            <h2>{what}</h2>
            <p>{who}<br /><span class="state refused">{reason}</span></p>
            <div class="versions">
                <section class="version"><h3>"Bản gửi đến"</h3>{sent}</section>
                <section class="version"><h3>"Đang có trong hồ sơ"</h3>{present}</section>
            </div>
            {decision(app, id)}
        </li>
    }
    .into_any()
}

/// Fields of one version; those that the other has otherwise stand out.
fn facts(app: App, kind: Kind, fields: &[Edit], other: &[Edit]) -> AnyView {
    let lines = fields.iter().filter(|edit| edit.field != "meeting");
    let lines = lines.filter_map(|edit| {
        let value = words::value(app, kind, &edit.field, &edit.value);
        let differs = !other.is_empty() && !other.contains(edit);
        let value = if differs {
            view! { <strong><mark>{value.clone()}</mark></strong> }.into_any()
        } else {
            value.clone().into_any()
        };
        let name = words::field_name(kind, &edit.field);
        let key = edit.field.clone();
        (edit.value != kiennghi_shared::record::Value::Empty)
            .then(|| view! { <div data-field=key><dt>{name}</dt><dd>{value}</dd></div> }.into_any())
    });
    view! { <dl class="summary">{lines.collect::<Vec<_>>()}</dl> }.into_any()
}

/// What came meanwhile does not go with the work any more.
const UNFIT: &str = "Bản gửi đến không còn khớp với hồ sơ nên không nhận được. \
     Hãy bỏ qua bản này, hoặc nhờ người gửi ghi lại.";

fn says_unfit(code: Code) -> bool {
    matches!(
        code,
        Code::WrongDocument
            | Code::BadSequence
            | Code::Equivocation
            | Code::ForeignActor
            | Code::BadOperation
            | Code::TrialFailed
            | Code::SchemaMismatch
            | Code::TooLarge
    )
}

/// The two buttons, each of which asks once more.
fn decision(app: App, id: u64) -> AnyView {
    let asking = RwSignal::new(None::<bool>);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let decide = move |accept: bool| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        browser::spawn(async move {
            let decided = worker::call(office::decide(id, accept)).await;
            busy.set(false);
            asking.set(None);
            match decided {
                Ok(_) => app.changed.update(|count| *count += 1),
                Err(why) => failure.set(Some(why)),
            }
        });
    };
    let buttons = move || {
        match asking.get() {
        None => view! {
            <p class="actions">
                <button type="button" class="button primary" data-test="review-accept" on:click=move |_| asking.set(Some(true))>"Nhận vào hồ sơ"</button>
                <button type="button" class="button" data-test="review-dismiss" on:click=move |_| asking.set(Some(false))>"Bỏ qua"</button>
            </p>
        }
        .into_any(),
        Some(accept) => {
            let (question, yes) = if accept {
                ("Nhận bản gửi đến vào hồ sơ, đứng tên người gửi?", "Nhận")
            } else {
                ("Bỏ qua bản gửi đến? Hồ sơ giữ nguyên.", "Bỏ qua")
            };
            view! {
                <p role="alert"><strong>{question}</strong></p>
                <p class="actions">
                    <button type="button" class="button primary" data-test="review-sure" aria-disabled=move || busy.get().to_string() on:click=move |_| decide(accept)>{yes}</button>
                    <button type="button" class="button plain" on:click=move |_| asking.set(None)>"Huỷ bỏ"</button>
                </p>
            }
            .into_any()
        }
    }
    };
    let failed = move || {
        failure.get().map(|failure| {
            let words = match failure.cause {
                Cause::Server(code) if says_unfit(code) => UNFIT.to_owned(),
                _ => format!("Chưa làm được. {}", notices::words_of(&failure)),
            };
            view! { <p class="error" role="alert" data-test="review-failure">{words}</p> }
        })
    };
    view! { {failed}{buttons} }.into_any()
}
