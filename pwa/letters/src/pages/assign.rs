//! `/letters/cases/:id/assign`: who is to answer, and who helps.

use kiennghi_frame::app::App;
use kiennghi_frame::assigned::assignments;
use kiennghi_frame::drafted::{Keeping, drafted};
use kiennghi_frame::failure::Step;
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::once::once;
use kiennghi_frame::words;
use kiennghi_frame::writing::new_document;
use kiennghi_messages::Save;
use kiennghi_parts::fields::{Field, Label};
use kiennghi_parts::live::live;
use kiennghi_shared::catalogue::{PARTS, name_of};
use kiennghi_shared::desk::CaseFile;
use kiennghi_shared::id::{DocumentId, UnitCode};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::addressees::agencies_of;

/// The page.
pub(super) fn page(app: App, id: DocumentId) -> AnyView {
    let back = format!("/desk/cases/{id}");
    let body = once::<CaseFile>(app, format!("cases/{id}"), move |file| form(app, file));
    frame(app, Frame::form("Phân công", back), body)
}

/// What all assignments of one form have in common.
#[derive(Clone)]
struct Common {
    case: DocumentId,
    dispatch: DocumentId,
    date: String,
    due: Option<String>,
    instruction: Option<String>,
}

impl Common {
    fn to(&self, keeping: Keeping, unit: &str, part: &str) -> Save {
        let mut edits = vec![
            Edit::new("case", self.case.to_string()),
            Edit::new("dispatch", self.dispatch.to_string()),
            Edit::new("part", part),
            Edit::new("date", self.date.clone()),
        ];
        let given = [("due", &self.due), ("instruction", &self.instruction)];
        for (key, value) in given {
            edits.extend(value.clone().map(|value| Edit::new(key, value)));
        }
        let id = keeping.id_of(&format!("{part} {unit}"));
        new_document(id, Kind::Assignment, UnitCode(unit.to_owned()), edits)
    }
}

fn form(app: App, file: &CaseFile) -> AnyView {
    let standing = &file.row.standing;
    let (Some(executive), Some(dispatch)) = (standing.addressee.clone(), standing.dispatch) else {
        return view! { <p data-test="nothing">"Vụ việc này chưa được chuyển tới đâu."</p> }
            .into_any();
    };
    if !app.may_write(Kind::Assignment, &executive) {
        return view! { <p data-test="nothing">"Bạn không có quyền phân công vụ việc này."</p> }
            .into_any();
    }
    let agencies = agencies_of(app, &executive);
    let has_lead = assignments(file).any(|(_, paper)| paper.part == "lead");
    let present: Vec<AnyView> = assignments(file)
        .map(|(row, paper)| {
            let words = format!("{}: {}", name_of(PARTS, &paper.part), row.unit_name);
            view! { <li>{words}</li> }.into_any()
        })
        .collect();
    let present = (!present.is_empty()).then(|| {
        view! { <div class="notice" data-test="assigned"><p>"Đã phân công:"</p><ul>{present}</ul></div> }
    });
    let taken: Vec<UnitCode> = assignments(file).map(|(row, _)| row.unit.clone()).collect();
    let free = agencies.iter().filter(|unit| !taken.contains(&unit.code));
    let free: Vec<(String, String)> = free
        .map(|unit| (unit.code.0.clone(), unit.name.clone()))
        .collect();
    let own = format!("{} (tự trả lời)", words::answerer(app, &executive));
    let leads = free.iter().cloned().chain([(executive.0.clone(), own)]);
    let leads = words::after("Chọn đơn vị chủ trì", leads);
    let (case, today) = (file.row.id, file.today.clone());
    let form = drafted(
        format!("assign-{case}"),
        "một phân công",
        move |keeping| {
            let lead = Field::new("lead", "");
            let (date, due) = (Field::new("date", &today), Field::new("due", ""));
            let instruction = Field::new("instruction", "");
            let helpers = Field::new("helpers", "");
            keeping.keep(&[], &[lead, date, due, instruction, helpers]);
            let step = Step::new();
            let submit = move || {
                if !has_lead && lead.required("Hãy chọn đơn vị chủ trì.").is_none() {
                    return;
                }
                let Some(date) = date.required("Hãy ghi ngày giao.") else {
                    return;
                };
                let common = Common {
                    case,
                    dispatch,
                    date,
                    due: due.some(),
                    instruction: instruction.some(),
                };
                let mut saves: Vec<Save> = Vec::new();
                let leads = lead.some();
                saves.extend(leads.iter().map(|unit| common.to(keeping, unit, "lead")));
                let helpers = helpers.exact();
                let helpers = helpers
                    .lines()
                    .filter(|unit| leads.as_deref() != Some(*unit));
                saves.extend(helpers.map(|unit| common.to(keeping, unit, "coordinating")));
                if saves.is_empty() {
                    due.refuse("Hãy chọn ít nhất một đơn vị ở trên.");
                    return;
                }
                step.take(async move {
                    keeping.save(saves).await?;
                    app.done_elsewhere(format!("/desk/cases/{case}"), "Đã phân công.");
                    Ok(())
                });
            };
            let lead_choice = (!has_lead).then(|| lead.choice(Label("Chủ trì", ""), leads.clone()));
            // Who leads does not help beside it.
            let free = free.clone();
            let leading = Memo::new(move |_| lead.watched());
            let helping = live(move || {
                let mut others = free.clone();
                leading.with(|lead| others.retain(|(code, _)| code != lead));
                Some(untrack(|| boxes(helpers, others)))
            });
            let note = has_lead.then(|| {
            view! { <p>"Muốn đổi đơn vị chủ trì, hãy rút phân công của đơn vị đang chủ trì trước."</p> }
        });
            let fields = view! {
                {note}
                {lead_choice}
                {helping}
                {date.day(Label("Ngày giao", ""))}
                {due.day(Label("Hạn trả lời", "Để trống để tính theo văn bản chuyển hoặc quy định về thời hạn."))}
                {instruction.area(Label("Nội dung giao", ""))}
            };
            step.form(fields.into_any(), "Phân công", submit)
        },
    );
    view! {
        <p class="words">{file.row.case.wording.clone()}</p>
        {present}
        {form}
    }
    .into_any()
}

/// The agencies that help.
fn boxes(helpers: Field, units: Vec<(String, String)>) -> AnyView {
    if units.is_empty() {
        return ().into_any();
    }
    let boxes: Vec<AnyView> = units
        .into_iter()
        .map(|(code, name)| {
            let value = code.clone();
            let checked = helpers.exact().lines().any(|other| other == code);
            let turn = move |_| {
                let chosen = helpers.exact();
                let mut chosen: Vec<&str> = chosen.lines().collect();
                match chosen.iter().position(|other| *other == code) {
                    Some(place) => drop(chosen.remove(place)),
                    None => chosen.push(&code),
                }
                helpers.set(&chosen.join("\n"));
            };
            view! { <label class="check"><input type="checkbox" name="helpers" value=value checked=checked on:change=turn />{name}</label> }
                .into_any()
        })
        .collect();
    view! { <fieldset class="field"><legend>"Phối hợp"</legend>{boxes}</fieldset> }.into_any()
}
