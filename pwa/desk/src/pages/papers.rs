//! The papers of a case as a timeline: when, what, by whom.

use kiennghi_frame::app::App;
use kiennghi_frame::conflicts::conflicts;
use kiennghi_frame::query::programme_path;
use kiennghi_frame::words;
use kiennghi_parts::live::live;
use kiennghi_shared::casefile::{Content, Part};
use kiennghi_shared::catalogue::{
    CHECKS, Choice, DISPATCH_KINDS, NOTICE_WAYS, OPINION, OUTCOMES, PARTS, PROGRESS_MEASURES,
    REACTIONS, RESOLUTIONS, RESOLVED_MEASURES, SENT_BACK, TIMELINESS, VERDICTS, name_of,
};
use kiennghi_shared::desk::{CaseFile, PaperRow};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::actions::on_paper;
use crate::time;

/// What a paper is called, and what it says, line by line.
struct Said {
    title: String,
    lines: Vec<(&'static str, String)>,
}

/// The timeline.
pub(super) fn timeline(app: App, file: &CaseFile) -> AnyView {
    let row = &file.row;
    let recorder = words::person(app, &row.case.recorder);
    let papers: Vec<AnyView> = file
        .papers
        .iter()
        .map(|row| paper(app, file, row))
        .collect();
    view! {
        <section>
            <h2>"Quá trình giải quyết"</h2>
            {unsent(app, row.id)}
            <ol class="history">
                <li>
                    <span class="who">"Tổng hợp thành vụ việc"</span><time>{time::day_of_stored(&row.created_on)}</time>
                    <p class="card-meta">{recorder}</p>
                </li>
                {papers}
            </ol>
        </section>
    }
    .into_any()
}

/// Papers of the case that the server does not have yet.
fn unsent(app: App, case: DocumentId) -> AnyView {
    live(move || {
        let kinds: Vec<Kind> = app.pending.with(|pending| {
            let papers = pending.papers_of(case);
            papers.map(|row| row.header.kind).collect()
        });
        let rows: Vec<AnyView> = kinds
            .into_iter()
            .map(|kind| {
                view! { <li data-test="paper-unsent" data-kind=kind.name()>{kind.title()}</li> }
                    .into_any()
            })
            .collect();
        (!rows.is_empty()).then(|| {
            view! { <div class="notice warning"><p>"Đã ghi, đang giữ trên máy này, có mạng là gửi:"</p><ul>{rows}</ul></div> }.into_any()
        })
    })
}

fn paper(app: App, file: &CaseFile, row: &PaperRow) -> AnyView {
    let said = said(&row.content, is_opinion(file, row));
    let day = match row.content.day() {
        "" => "đang soạn, chưa gửi".to_owned(),
        day => time::day_of_stored(day),
    };
    let lines: Vec<AnyView> = said
        .lines
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| match name {
            "" => view! { <p>{value}</p> }.into_any(),
            name => view! { <p><strong>{name}": "</strong>{value}</p> }.into_any(),
        })
        .collect();
    let programme = match &row.content {
        Content::Finding(paper)
            if !paper.programme.is_empty() && app.may_read(Kind::Finding, &row.unit) =>
        {
            let path = programme_path(&paper.programme);
            Some(
                view! { <p><a href=path data-test="programme">"Xem cả chương trình giám sát này"</a></p> },
            )
        }
        _ => None,
    };
    view! {
        <li data-test="paper" data-id=row.id.to_string() data-kind=row.content.kind().name()>
            <span class="who">{said.title}</span><time>{day}</time>
            <p class="card-meta">{by_whom(row)}</p>
            {lines}
            {programme}
            {conflicts(app, row.content.kind(), row.id, &row.unit, row.conflicts)}
            {on_paper(app, file, row)}
        </li>
    }
    .into_any()
}

/// Who wrote a paper, and for whom; each as far as it is told, and once where both are the same.
fn by_whom(row: &PaperRow) -> String {
    let mut names = vec![&*row.author_name, &*row.unit_name];
    names.retain(|name| !name.is_empty());
    names.dedup();
    names.join(" · ")
}

fn chosen(choices: &[Choice], code: &str) -> String {
    name_of(choices, code).to_owned()
}

fn number_of(number: &str, date: &str) -> String {
    match (number, date) {
        ("", date) => time::day_of_stored(date),
        (number, "") => number.to_owned(),
        (number, date) => format!("{number}, {}", time::day_of_stored(date)),
    }
}

/// Whether an answer is of an agency that helps whoever answers.
fn is_opinion(file: &CaseFile, row: &PaperRow) -> bool {
    let Content::Answer(answer) = &row.content else {
        return false;
    };
    let mut parties = file.row.standing.parties.iter();
    let counts = file.row.standing.answer == Some(row.id) || answer.outcome == SENT_BACK;
    answer.outcome == OPINION
        || !counts && parties.any(|party| party.unit == row.unit && party.part == Part::Contributed)
}

fn said(content: &Content, is_opinion: bool) -> Said {
    let day = time::day_of_stored;
    let (title, lines) = match content {
        Content::Dispatch(paper) => (
            format!("Văn bản: {}", chosen(DISPATCH_KINDS, &paper.dispatch_kind)),
            vec![
                ("Số", number_of(&paper.number, &paper.date)),
                ("Nơi nhận", paper.to.clone()),
                ("Trích yếu", paper.subject.clone()),
                ("Hạn trả lời", day(&paper.due)),
                ("", paper.content.clone()),
            ],
        ),
        Content::Assignment(paper) => (
            format!("Phân công {}", words::within(&chosen(PARTS, &paper.part))),
            vec![
                ("Hạn trả lời", day(&paper.due)),
                ("", paper.instruction.clone()),
                ("Đã rút lại ngày", day(&paper.withdrawn)),
            ],
        ),
        Content::Answer(paper) => {
            let measure = match paper.outcome.as_str() {
                "resolved" => chosen(RESOLVED_MEASURES, &paper.measure),
                _ => chosen(PROGRESS_MEASURES, &paper.measure),
            };
            (
                match paper.outcome.as_str() {
                    _ if is_opinion => "Ý kiến phối hợp".to_owned(),
                    SENT_BACK => "Trả lại".to_owned(),
                    outcome => format!("Trả lời: {}", chosen(OUTCOMES, outcome)),
                },
                vec![
                    ("Cụ thể", measure),
                    ("Số", number_of(&paper.number, "")),
                    ("Người ký", paper.signer.clone()),
                    ("", paper.content.clone()),
                    ("Lộ trình", paper.roadmap.clone()),
                    ("Dự kiến xong", day(&paper.expected)),
                ],
            )
        }
        Content::Check(paper) => (
            "Kiểm tra tại chỗ".to_owned(),
            vec![
                ("Thực tế", chosen(CHECKS, &paper.holds)),
                ("Nơi kiểm tra", paper.village.clone()),
                ("", paper.content.clone()),
            ],
        ),
        Content::Finding(paper) => (
            format!("Giám sát: {}", chosen(VERDICTS, &paper.verdict)),
            vec![
                ("Thời hạn", chosen(TIMELINESS, &paper.timeliness)),
                ("Mức độ giải quyết", chosen(RESOLUTIONS, &paper.resolved)),
                ("Chương trình giám sát", paper.programme.clone()),
                ("Số", paper.number.clone()),
                ("", paper.content.clone()),
            ],
        ),
        Content::Notice(paper) => (
            "Thông tin tới cử tri".to_owned(),
            vec![
                (
                    "Nơi thông tin",
                    [&*paper.village, &*paper.place].join(" ").trim().to_owned(),
                ),
                ("Cách thông tin", chosen(NOTICE_WAYS, &paper.how)),
                (
                    "Số cử tri nghe",
                    paper
                        .voters
                        .map(|voters| voters.to_string())
                        .unwrap_or_default(),
                ),
                ("Cử tri", chosen(REACTIONS, &paper.reaction)),
                ("", paper.reaction_note.clone()),
            ],
        ),
    };
    Said { title, lines }
}
