//! `/letters/report`: a report that a unit below has sent, noted on the day on which it came.

use kiennghi_frame::app::App;
use kiennghi_frame::drafted::{Keeping, drafted};
use kiennghi_frame::failure::Step;
use kiennghi_frame::frame::{Frame, frame};
use kiennghi_frame::words;
use kiennghi_frame::writing::{change, differing, new_document};
use kiennghi_messages::Detail;
use kiennghi_parts::fields::{Field, Label};
use kiennghi_shared::bodies;
use kiennghi_shared::catalogue::COMMITTEE;
use kiennghi_shared::fields::Fields;
use kiennghi_shared::id::UnitCode;
use kiennghi_shared::papers::Dispatch;
use kiennghi_shared::profile::Unit;
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use leptos::prelude::*;

use crate::addressees::addressees;
use crate::browser;
use crate::time;

/// The kind of dispatch that a report is.
pub(super) const REPORT: &str = "report";

/// The units whose reports the person notes: those right below one whose letters it writes.
fn senders(app: App) -> Vec<Unit> {
    let writes = |unit: &UnitCode| app.may_write(Kind::Dispatch, unit);
    let mut units = addressees(app);
    units.retain(|unit| unit.parent.as_ref().is_some_and(writes));
    units
}

/// The committee that a letter or a report is from.
pub(super) fn sender(app: App, unit: &UnitCode, dispatch: &Dispatch) -> String {
    let from = UnitCode(dispatch.from_unit.clone());
    let unit = if from.0.is_empty() { unit } else { &from };
    bodies::committee(&words::unit(app, unit))
}

/// Whether there is anybody who reports to the person.
pub(super) fn is_for(app: App) -> bool {
    !senders(app).is_empty()
}

/// What is noted of a report beside who sent it.
#[derive(Clone, Copy)]
struct Form {
    session: Field,
    number: Field,
    date: Field,
    subject: Field,
    due: Field,
    sent: Field,
}

impl Form {
    fn new(begun: &Dispatch) -> Self {
        Self {
            session: Field::new("session", &begun.session),
            number: Field::new("number", &begun.number),
            date: Field::new("date", &begun.date),
            subject: Field::new("subject", &begun.subject),
            due: Field::new("due", &begun.due),
            sent: Field::new("sent", &begun.sent),
        }
    }

    fn all(self) -> [Field; 6] {
        [
            self.session,
            self.number,
            self.date,
            self.subject,
            self.due,
            self.sent,
        ]
    }

    fn view(self, app: App) -> AnyView {
        let sessions = words::sessions(app, "Không theo kỳ họp");
        view! {
            {self.session.choice(Label("Báo cáo của kỳ họp", ""), sessions)}
            {self.subject.line(Label("Trích yếu", ""))}
            {self.number.line(Label("Số, ký hiệu", ""))}
            {self.date.day(Label("Ngày văn bản", ""))}
            {self.due.day(Label("Hạn gửi báo cáo", "Để trống nếu không quy định."))}
            {self.sent.day(Label("Ngày nhận", ""))}
        }
        .into_any()
    }

    /// What was filled in, as edits of what stood there; none where something is missing.
    fn edits(self, before: &Fields) -> Option<Vec<Edit>> {
        let sent = self.sent.required("Hãy ghi ngày nhận.")?;
        let now = [
            ("session", self.session.get()),
            ("number", self.number.get()),
            ("date", self.date.get()),
            ("subject", self.subject.get()),
            ("due", self.due.get()),
            ("sent", sent),
        ];
        Some(differing(Kind::Dispatch, before, &now))
    }
}

/// The page of a new one.
pub(super) fn page(app: App) -> AnyView {
    let senders = senders(app);
    let sessions = words::sessions(app, "");
    let proposed = Dispatch {
        session: sessions
            .get(1)
            .map_or_else(String::new, |(code, _)| code.clone()),
        subject: "Báo cáo tổng hợp, giải quyết kiến nghị của cử tri".to_owned(),
        sent: time::stored_day(browser::now_ms()),
        ..Dispatch::default()
    };
    let form = drafted("new-report".to_owned(), "một báo cáo", move |keeping| {
        new(app, &senders, &proposed, keeping)
    });
    frame(app, Frame::form("Ghi báo cáo đã nhận", "/letters"), form)
}

fn new(app: App, senders: &[Unit], proposed: &Dispatch, keeping: Keeping) -> AnyView {
    let id = keeping.id();
    let (unit, fields) = (Field::new("unit", ""), Form::new(proposed));
    keeping.keep(&[], &[&fields.all()[..], &[unit]].concat());
    let step = Step::new();
    let named = senders
        .iter()
        .map(|unit| (unit.code.0.clone(), unit.name.clone()));
    let choices = words::after("Chọn đơn vị", named);
    let senders = senders.to_vec();
    let submit = move || {
        let Some(from) = unit.required("Hãy chọn đơn vị báo cáo.") else {
            return;
        };
        let Some(mut edits) = fields.edits(&Fields::default()) else {
            return;
        };
        let Some(unit) = receiver(&senders, &from) else {
            return;
        };
        edits.extend(received(app, &unit, from));
        // It is the receiver's: who has sent it does not say when it came.
        let save = new_document(id, Kind::Dispatch, unit, edits);
        step.take(async move {
            keeping.save(vec![save]).await?;
            app.done_at("/letters", "Đã ghi báo cáo.");
            Ok(())
        });
    };
    let controls = view! { {unit.choice(Label("Đơn vị báo cáo", ""), choices)}{fields.view(app)} };
    step.form(controls.into_any(), "Ghi báo cáo", submit)
}

/// To whom a unit reports: the one above it.
fn receiver(senders: &[Unit], from: &str) -> Option<UnitCode> {
    let mut senders = senders.iter();
    senders.find(|unit| unit.code.0 == from)?.parent.clone()
}

/// That it is a report, from whom, and to which committee it came.
fn received(app: App, unit: &UnitCode, from: String) -> Vec<Edit> {
    let to = bodies::committee(&words::unit(app, unit));
    vec![
        Edit::new("dispatch_kind", REPORT),
        Edit::new("from_unit", from),
        Edit::new("to", to),
        Edit::new("to_unit", unit.0.clone()),
        Edit::new("to_role", COMMITTEE),
    ]
}

/// The form of one that was noted.
pub(super) fn edit(app: App, detail: &Detail, keeping: Keeping) -> AnyView {
    let (fields, step) = (Form::new(&Dispatch::from(&detail.fields)), Step::new());
    keeping.keep(&detail.heads, &fields.all());
    let detail = detail.clone();
    let submit = move || {
        let Some(edits) = fields.edits(&detail.fields) else {
            return;
        };
        let path = format!("/letters/{}", detail.header.id);
        let save = change(&detail, edits);
        step.take(async move {
            keeping.save(vec![save]).await?;
            app.done_at(&path, "Đã ghi.");
            Ok(())
        });
    };
    step.form(fields.view(app), "Ghi", submit)
}
