//! What a finding judges: the answer that counts, checks on site, what voters said of it.

use kiennghi_frame::app::App;
use kiennghi_frame::words;
use kiennghi_shared::casefile::Content;
use kiennghi_shared::catalogue::{CHECKS, OUTCOMES, REACTIONS, name_of};
use kiennghi_shared::desk::{CaseFile, CaseRow, PaperRow};
use kiennghi_shared::id::DocumentId;
use leptos::prelude::*;

use crate::time;

/// A case that is judged, and its papers, where they were asked for.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    pub(crate) row: CaseRow,
    papers: Option<Vec<PaperRow>>,
}

impl From<&CaseFile> for Judged {
    fn from(file: &CaseFile) -> Self {
        Self {
            row: file.row.clone(),
            papers: Some(file.papers.clone()),
        }
    }
}

impl From<CaseRow> for Judged {
    fn from(row: CaseRow) -> Self {
        Self { row, papers: None }
    }
}

impl Judged {
    /// What a paper of the case says, where it was asked for.
    pub(crate) fn says(&self, id: DocumentId) -> Option<&Content> {
        let mut papers = self.papers.iter().flatten();
        papers
            .find(|paper| paper.id == id)
            .map(|paper| &paper.content)
    }

    /// Whether it was answered in time, by its deadline and the day; empty where nothing tells.
    pub(crate) fn timeliness(&self, today: &str) -> &'static str {
        timeliness(&self.row.standing.answered_on, &self.row.answer_due, today)
    }

    /// What there is to be judged; nothing where it was not asked for.
    pub(crate) fn shown(&self, app: App) -> Option<AnyView> {
        let papers = self.papers.as_ref()?;
        let (row, standing) = (&self.row, &self.row.standing);
        let answer = papers
            .iter()
            .find(|paper| Some(paper.id) == standing.answer);
        let answer = match answer {
            Some(paper) => answered(app, paper),
            None => view! { <p>"Chưa có trả lời."</p> }.into_any(),
        };
        let due = match row.answer_due.as_str() {
            "" => String::new(),
            day => format!("Hạn trả lời: {}.", time::day_of_stored(day)),
        };
        let (checks, voters) = (said(self, papers, checked), said(self, papers, told));
        Some(
            view! {
                <section class="panel" data-test="judged" data-id=row.id.to_string() aria-label=format!("Trả lời của {}", row.case.code)>
                    {answer}
                    <p>{due}</p>
                    {list("Kiểm tra tại chỗ", checks)}
                    {list("Ý kiến cử tri khi được thông tin", voters)}
                </section>
            }
            .into_any(),
        )
    }
}

fn timeliness(answered_on: &str, due: &str, today: &str) -> &'static str {
    match (answered_on, due) {
        (_, "") => "",
        ("", due) if due >= today => "",
        ("", _) => "late",
        (answered_on, due) if answered_on <= due => "on-time",
        _ => "late",
    }
}

fn answered(app: App, paper: &PaperRow) -> AnyView {
    let Content::Answer(answer) = &paper.content else {
        return ().into_any();
    };
    let who = words::answerer(app, &paper.unit);
    let mut about = vec![
        who,
        time::day_of_stored(&answer.date),
        answer.number.clone(),
    ];
    about.retain(|words| !words.is_empty());
    let outcome = name_of(OUTCOMES, &answer.outcome).to_owned();
    let roadmap = match answer.roadmap.as_str() {
        "" => String::new(),
        roadmap => format!("Lộ trình: {roadmap}"),
    };
    view! {
        <p><strong>"Trả lời: "{outcome}</strong></p>
        <p class="card-meta">{about.join(" · ")}</p>
        <p class="words">{answer.content.clone()}</p>
        <p>{roadmap}</p>
    }
    .into_any()
}

/// A line about a paper that is of the answer that counts; `None` of others.
type Line = fn(&Content) -> Option<(Option<DocumentId>, String)>;

/// What papers of one kind say of the answer that counts.
fn said(judged: &Judged, papers: &[PaperRow], line: Line) -> Vec<String> {
    let answer = judged.row.standing.answer;
    let lines = papers.iter().filter_map(|paper| line(&paper.content));
    let of_answer = lines.filter(|(of, _)| of.is_none() || *of == answer);
    of_answer.map(|(_, words)| words).collect()
}

fn checked(content: &Content) -> Option<(Option<DocumentId>, String)> {
    let Content::Check(check) = content else {
        return None;
    };
    let holds = name_of(CHECKS, &check.holds);
    let words = line([&check.date, &check.village], holds, &check.content);
    Some((check.answer, words))
}

fn told(content: &Content) -> Option<(Option<DocumentId>, String)> {
    let Content::Notice(notice) = content else {
        return None;
    };
    let reaction = name_of(REACTIONS, &notice.reaction);
    let words = line(
        [&notice.date, &notice.village],
        reaction,
        &notice.reaction_note,
    );
    Some((notice.answer, words))
}

fn line([date, village]: [&String; 2], what: &str, words: &str) -> String {
    let mut said = vec![time::day_of_stored(date), village.clone()];
    said.extend([what.to_owned(), words.to_owned()]);
    said.retain(|words| !words.is_empty());
    said.join(" · ")
}

fn list(title: &'static str, lines: Vec<String>) -> AnyView {
    let none = lines
        .is_empty()
        .then(|| view! { <p class="muted">"Chưa có."</p> });
    let lines: Vec<AnyView> = lines
        .into_iter()
        .map(|line| view! { <li>{line}</li> }.into_any())
        .collect();
    view! { <h3>{title}</h3>{none}<ul>{lines}</ul> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_in_time_until_the_day_on_which_it_is_due() {
        let on = |answered_on, due| timeliness(answered_on, due, "2026-02-10");
        assert_eq!(on("2026-02-01", "2026-02-01"), "on-time");
        assert_eq!(on("2026-02-02", "2026-02-01"), "late");
        assert_eq!(
            on("", "2026-02-09"),
            "late",
            "nobody answered, and it is over"
        );
        assert_eq!(on("", "2026-02-10"), "", "there is time");
        assert_eq!(on("2026-02-02", ""), "", "nothing says so");
    }
}
