//! `/admin/deadlines/…`: how long a step may take in a unit, new, changed or ended.

use kiennghi_shared::access::{Thing, Verb};
use kiennghi_shared::deadline::{DeadlineChange, Rule, Step as CaseStep};
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::limits::RULE_WORKING_DAYS_MAX;
use leptos::prelude::*;

use super::deadlines::{RIGHT, make, number};
use crate::fields::{Field, Label};
use crate::frame::Frame;
use crate::loaded::{self, Loaded, nothing_here};
use crate::office::Office;
use crate::rows::two_lines;
use crate::steps::{Question, Step, ask_first};
use crate::time;

const LIST: &str = "/admin/deadlines";

/// The fields of a rule; what names it stands in them only while it is new.
#[derive(Clone, Copy)]
struct Fields {
    unit: Field,
    step: Field,
    from: Field,
    days: Field,
    to: Field,
    note: Field,
}

impl Fields {
    fn new(rule: Option<&Rule>) -> Self {
        let text = |text: fn(&Rule) -> String| rule.map_or_else(String::new, text);
        Self {
            unit: Field::new("unit", &text(|rule| rule.unit.0.clone())),
            step: Field::new("step", &text(|rule| rule.step.name().to_owned())),
            from: Field::new("from", &text(|rule| rule.valid_from.clone())),
            days: Field::new("days", &text(|rule| rule.working_days.to_string())),
            to: Field::new(
                "to",
                &text(|rule| rule.valid_to.clone().unwrap_or_default()),
            ),
            note: Field::new("note", &text(|rule| rule.note.clone())),
        }
    }

    /// The rule; says what is missing.
    fn get(self) -> Option<Rule> {
        let unit = self.unit.required("Hãy chọn đơn vị.")?;
        let step = CaseStep::from_name(&self.step.required("Hãy chọn việc.")?)?;
        let within = 1..=RULE_WORKING_DAYS_MAX;
        let working_days = number(self.days, within, "Hãy nhập số ngày từ 1 đến 400.")?;
        let valid_from = self.from.required("Hãy nhập ngày đầu.")?;
        let valid_to = self.to.some();
        if valid_to.as_ref().is_some_and(|to| *to < valid_from) {
            self.to.refuse("Ngày cuối phải sau ngày đầu.");
            return None;
        }
        Some(Rule {
            unit: UnitCode(unit),
            step,
            working_days,
            valid_from,
            valid_to,
            note: self.note.get(),
        })
    }

    /// What names a rule: chosen while it is new, and only said afterwards.
    fn name_view(self, loaded: &Loaded, known: Option<&Rule>) -> AnyView {
        if let Some(rule) = known {
            let from = time::day_of_stored(&rule.valid_from);
            let words = format!("{}, từ {from}", loaded.unit_name(&rule.unit));
            return two_lines(rule.step.title().to_owned(), words);
        }
        let none = || vec![(String::new(), "Chọn…".to_owned())];
        let (mut units, mut steps) = (none(), none());
        let writes = |unit: &UnitCode| loaded.may_in(Verb::Write, Thing::Deadlines, unit);
        units.extend(loaded.unit_choices(|unit| writes(&unit.code)));
        let all = CaseStep::ALL.iter();
        steps.extend(all.map(|step| (step.name().to_owned(), step.title().to_owned())));
        let unit = Label(
            "Đơn vị",
            "Đơn vị cấp dưới không có thời hạn riêng cũng theo.",
        );
        view! {
            {self.unit.choice(unit, units)}
            {self.step.choice(Label("Việc", ""), steps)}
            {self.from.day(Label("Áp dụng từ ngày", ""))}
        }
        .into_any()
    }
}

fn save(office: Office, step: Step, change: DeadlineChange, words: &'static str) {
    step.take(async move {
        make(change).await?;
        office.done_at(LIST, words);
        Ok(())
    });
}

/// The page of a rule by unit, step and first day; without them, of a new one.
pub(crate) fn page(office: Office, name: Option<[String; 3]>) -> AnyView {
    let title = if name.is_some() {
        "Sửa thời hạn"
    } else {
        "Thêm thời hạn"
    };
    loaded::page(office, Frame::below(title, LIST), RIGHT, move |loaded| {
        let found = name.as_ref().map(|name| find(&loaded, name));
        let known = match found {
            Some(None) => return nothing_here(),
            Some(rule) => rule.cloned(),
            None => None,
        };
        let fields = Fields::new(known.as_ref());
        let step = Step::new();
        let end = known.as_ref().and_then(|rule| end(office, &loaded, rule));
        let name_view = fields.name_view(&loaded, known.as_ref());
        let submit = move || {
            if let Some(rule) = fields.get() {
                let was = known.clone();
                let put = DeadlineChange::PutRule { rule, was };
                save(office, step, put, "Đã ghi thời hạn.");
            }
        };
        let note = Label(
            "Căn cứ, ghi chú",
            "Ví dụ: số, ngày của nghị quyết. Có thể để trống.",
        );
        let shown = view! {
            {name_view}
            {fields.days.line(Label("Số ngày làm việc", ""))}
            {fields.to.day(Label("Đến hết ngày", "Để trống: không thời hạn."))}
            {fields.note.line(note)}
        };
        view! { {step.form(shown.into_any(), "Ghi", submit)}{end} }.into_any()
    })
}

fn find<'a>(loaded: &'a Loaded, [unit, step, from]: &[String; 3]) -> Option<&'a Rule> {
    let mut rules = loaded.all.deadlines.rules.iter();
    rules.find(|rule| {
        rule.unit.0 == *unit
            && rule.step.name() == step
            && rule.valid_from == *from
            && loaded.may_in(Verb::Write, Thing::Deadlines, &rule.unit)
    })
}

/// The button that ends a rule with the day of today; none where it is over.
fn end(office: Office, loaded: &Loaded, rule: &Rule) -> Option<AnyView> {
    let today = loaded.all.today.clone();
    if rule.valid_to.as_ref().is_some_and(|to| *to <= today) {
        return None;
    }
    let question = Question {
        test: "end",
        button: "Kết thúc",
        question: if rule.is_valid_on(&today) {
            "Hết hôm nay thì thôi áp dụng thời hạn này? Việc đã bắt đầu vẫn theo thời hạn này."
        } else {
            "Thời hạn này chưa áp dụng ngày nào, và sẽ không áp dụng nữa?"
        },
        yes: "Kết thúc thời hạn",
    };
    let step = Step::new();
    let was = rule.clone();
    let act = move || {
        let (was, valid_to) = (was.clone(), today.clone());
        let end = DeadlineChange::EndRule { was, valid_to };
        save(office, step, end, "Đã kết thúc thời hạn.");
    };
    let button = ask_first(step, "end", question, act);
    Some(view! { {step.failure()}{button} }.into_any())
}
