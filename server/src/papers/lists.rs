//! Tables that list: documents issued, cases pending over several council sessions, supervision, and the
//! day on which each report was received.

use jiff::civil::Date;

use super::table::{Cell, Column, Table, number_column, numbered, total};

/// A document that was issued (văn bản).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// Number and symbol.
    pub number: String,
    /// Its day.
    pub date: Option<Date>,
    /// What kind it is, in words: `Công văn chuyển`.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// Who issued it.
    pub from: String,
    /// Who received it.
    pub to: String,
    /// How many cases it carries.
    pub cases: u64,
    /// The day by which an answer is due.
    pub due: Option<Date>,
}

/// Số, ký hiệu | Ngày ban hành | Loại | Trích yếu | Cơ quan ban hành | Nơi nhận | Số vụ việc | Hạn trả lời.
#[must_use]
pub fn dispatches(dispatches: &[Dispatch], subtitle: &str) -> Table {
    let row = |dispatch: &Dispatch| {
        vec![
            Cell::text(&dispatch.number),
            Cell::date(dispatch.date),
            Cell::text(&dispatch.kind),
            Cell::text(&dispatch.subject),
            Cell::text(&dispatch.from),
            Cell::text(&dispatch.to),
            Cell::Number(dispatch.cases),
            Cell::date(dispatch.due),
        ]
    };
    let cases = dispatches.iter().map(|dispatch| dispatch.cases).sum();
    let empty = std::iter::repeat_n(Cell::Empty, 5);
    let foot = total()
        .into_iter()
        .chain(empty)
        .chain([Cell::Number(cases)]);
    Table {
        name: "Văn bản".to_owned(),
        title: "Văn bản đã ban hành".to_owned(),
        subtitle: subtitle.to_owned(),
        columns: vec![
            number_column(),
            Column::new("Số, ký hiệu", 32),
            Column::new("Ngày ban hành", 25),
            Column::new("Loại", 28),
            Column::new("Trích yếu", 62),
            Column::new("Cơ quan ban hành", 32),
            Column::new("Nơi nhận", 32),
            Column::new("Số vụ việc", 15),
            Column::new("Hạn trả lời", 25),
        ],
        rows: numbered(dispatches.iter().map(row)),
        foot: vec![foot.collect()],
    }
}

/// A case that is still open after several council sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Unit or village.
    pub place: String,
    /// What is asked for.
    pub content: String,
    /// The council session after which it was raised first.
    pub since: String,
    /// How many sessions it has been open.
    pub sessions: u64,
    /// Who is to answer it.
    pub agency: String,
    /// The roadmap (lộ trình) that it is to be resolved by, if there is one.
    pub roadmap: Option<Roadmap>,
}

/// A roadmap: what is to be done, and the day it is expected to be done by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roadmap {
    /// What is to be done.
    pub steps: String,
    /// The day expected, where one was named.
    pub expected: Option<Date>,
}

/// Địa phương | Nội dung | Nêu từ | Số kỳ họp | Cơ quan giải quyết | Có lộ trình | Chưa có lộ trình | Lộ trình | Dự kiến xong.
#[must_use]
pub fn pending(pending: &[Pending], subtitle: &str) -> Table {
    let row = |case: &Pending| {
        let roadmap = case.roadmap.as_ref();
        vec![
            Cell::text(&case.place),
            Cell::text(&case.content),
            Cell::text(&case.since),
            Cell::Number(case.sessions),
            Cell::text(&case.agency),
            Cell::tick(roadmap.is_some()),
            Cell::tick(roadmap.is_none()),
            Cell::text(roadmap.map_or("", |roadmap| &roadmap.steps)),
            Cell::date(roadmap.and_then(|roadmap| roadmap.expected)),
        ]
    };
    let (with, without): (Vec<_>, Vec<_>) = pending.iter().partition(|case| case.roadmap.is_some());
    let counts = [with.len(), without.len()].map(|count| Cell::Number(count as u64));
    let empty = std::iter::repeat_n(Cell::Empty, 4);
    Table {
        name: "Tồn qua nhiều kỳ họp".to_owned(),
        title: "Vụ việc chưa giải quyết xong qua nhiều kỳ họp".to_owned(),
        subtitle: subtitle.to_owned(),
        columns: vec![
            number_column(),
            Column::new("Địa phương", 30),
            Column::new("Nội dung", 66),
            Column::new("Nêu từ", 24),
            Column::new("Số kỳ họp", 14),
            Column::new("Cơ quan giải quyết", 32),
            Column::new("Có lộ trình", 15),
            Column::new("Chưa có lộ trình", 16),
            Column::new("Lộ trình", 40),
            Column::new("Dự kiến xong", 24),
        ],
        rows: numbered(pending.iter().map(row)),
        foot: vec![total().into_iter().chain(empty).chain(counts).collect()],
    }
}

/// A supervision finding (giám sát).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is asked for.
    pub content: String,
    /// The agency that was looked at.
    pub agency: String,
    /// Its day.
    pub date: Option<Date>,
    /// Whether the agency was on time, where that was found.
    pub on_time: Option<bool>,
    /// Whether it is resolved for good (dứt điểm), where that was found.
    pub for_good: Option<bool>,
    /// What follows: closed, or followed at the next council session.
    pub verdict: String,
}

/// Nội dung | Cơ quan | Ngày giám sát | Đúng hạn | Quá hạn | Dứt điểm | Chưa dứt điểm | Kết luận.
#[must_use]
pub fn supervision(findings: &[Finding], subtitle: &str) -> Table {
    let kinds = |finding: &Finding| {
        let Finding {
            on_time, for_good, ..
        } = *finding;
        let both = [true, false];
        let [in_time, late] = both.map(|so| on_time == Some(so));
        let [good, not_for_good] = both.map(|so| for_good == Some(so));
        [in_time, late, good, not_for_good]
    };
    let row = |finding: &Finding| {
        let facts = [
            Cell::text(&finding.content),
            Cell::text(&finding.agency),
            Cell::date(finding.date),
        ];
        let ticks = kinds(finding).map(Cell::tick);
        let verdict = [Cell::text(&finding.verdict)];
        facts.into_iter().chain(ticks).chain(verdict).collect()
    };
    let counted = [0, 1, 2, 3].map(|kind: usize| {
        let such = findings.iter().filter(|finding| kinds(finding)[kind]);
        Cell::Number(such.count() as u64)
    });
    let empty = std::iter::repeat_n(Cell::Empty, 2);
    Table {
        name: "Giám sát".to_owned(),
        title: "Kết quả giám sát việc giải quyết vụ việc".to_owned(),
        subtitle: subtitle.to_owned(),
        columns: vec![
            number_column(),
            Column::new("Nội dung", 78),
            Column::new("Cơ quan", 36),
            Column::new("Ngày giám sát", 25),
            Column::new("Đúng hạn", 15),
            Column::new("Quá hạn", 15),
            Column::new("Dứt điểm", 15),
            Column::new("Chưa dứt điểm", 16),
            Column::new("Kết luận", 52),
        ],
        rows: numbered(findings.iter().map(row)),
        foot: vec![total().into_iter().chain(empty).chain(counted).collect()],
    }
}

/// A report of a unit or agency, and when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Who reports.
    pub from: String,
    /// The report's number and symbol.
    pub number: String,
    /// The day by which it was due.
    pub due: Option<Date>,
    /// The day it was received; none while it is missing.
    pub received: Option<Date>,
    /// Anything else.
    pub note: String,
}

/// Đơn vị | Số, ký hiệu | Hạn gửi | Ngày nhận | Ghi chú; a report that has not come says so where nothing else is noted.
#[must_use]
pub fn reports_received(reports: &[Received], subtitle: &str) -> Table {
    let row = |report: &Received| {
        let missing = report.received.is_none() && report.note.is_empty();
        vec![
            Cell::text(&report.from),
            Cell::text(&report.number),
            Cell::date(report.due),
            Cell::date(report.received),
            Cell::text(if missing {
                "Chưa nhận được"
            } else {
                &report.note
            }),
        ]
    };
    Table {
        name: "Báo cáo đã nhận".to_owned(),
        title: "Ngày nhận báo cáo của các đơn vị".to_owned(),
        subtitle: subtitle.to_owned(),
        columns: vec![
            number_column(),
            Column::new("Đơn vị", 80),
            Column::new("Số, ký hiệu", 45),
            Column::new("Hạn gửi", 30),
            Column::new("Ngày nhận", 30),
            Column::new("Ghi chú", 55),
        ],
        rows: numbered(reports.iter().map(row)),
        foot: Vec::new(),
    }
}
