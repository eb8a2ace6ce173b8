//! The consolidation report (báo cáo tổng hợp kiến nghị cử tri) with its four annexes.

use kiennghi_shared::field_of_work::FieldsOfWork;

use super::annexes::{Annex, Entry, Tier, annex, root_of};
use super::docx::{Paper, Sheet};
use super::letter::{Letterhead, Signer};
use super::table::Cell;
use super::{Error, Table, frame, words};

/// What a consolidation report is made from.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsolidationReport {
    /// Above the text.
    pub head: Letterhead,
    /// The reporter in running text: `Thường trực Hội đồng nhân dân huyện Đầm Hà`.
    pub from: String,
    /// Which voices: `gửi tới kỳ họp thứ 6, Hội đồng nhân dân huyện khóa XX`.
    pub about: String,
    /// The reporter's own tier: `Cấp huyện`; empty where it has none of the known names.
    pub tier: String,
    /// The lines of the annexes.
    pub entries: Vec<Entry>,
    /// The fields of work by whose roots they are counted.
    pub fields: FieldsOfWork,
    /// The office's own judgement and proposals, a paragraph each; left out where there are none.
    pub remarks: Vec<String>,
    /// Below the text.
    pub signer: Signer,
    /// Who receives it.
    pub copies: Vec<String>,
}

/// The report as `.docx`: the text upright, annexes lying, each on pages of its own.
///
/// # Errors
/// When the parts cannot be packed.
pub fn consolidation_report(report: &ConsolidationReport) -> Result<Vec<u8>, Error> {
    let mut paper = Paper::numbered(Sheet::Portrait);
    frame::head(&mut paper, &report.head, None);
    let about = format!("Tổng hợp kiến nghị của cử tri {}", report.about);
    frame::title(&mut paper, "BÁO CÁO", &about);
    write_text(&mut paper, report);
    frame::foot(&mut paper, &report.signer, &report.copies);
    for table in &annexes(report) {
        paper.turn(Sheet::Landscape);
        paper.titled_table(table);
    }
    paper.finish()
}

/// The report's four annexes, for a workbook or the report itself.
#[must_use]
pub fn annexes(report: &ConsolidationReport) -> Vec<Table> {
    let number = words::number_and_symbol(report.head.number, &report.head.symbol);
    let date = words::long_date(report.head.date);
    let cited = format!("(Kèm theo Báo cáo số {number} {date} của {})", report.from);
    let table = |one| annex(one, &report.entries, &report.fields, &cited);
    Annex::EACH.into_iter().map(table).collect()
}

fn write_text(paper: &mut Paper, report: &ConsolidationReport) {
    frame::chapter(paper, "I. TỔNG HỢP Ý KIẾN, KIẾN NGHỊ CỦA CỬ TRI");
    write_raised(paper, report);
    frame::chapter(paper, "II. KẾT QUẢ TRẢ LỜI KIẾN NGHỊ CỦA CỬ TRI");
    write_answered(paper, report);
    if !report.remarks.is_empty() {
        frame::chapter(paper, "III. ĐÁNH GIÁ, ĐỀ XUẤT");
        for remark in &report.remarks {
            frame::text(paper, remark);
        }
    }
    let ConsolidationReport { about, from, .. } = report;
    let end = format!("Trên đây là báo cáo tổng hợp kiến nghị của cử tri {about} của {from}");
    frame::last_text(paper, &end);
}

/// How many voices (ý kiến) such lines stand for.
fn voices(report: &ConsolidationReport, such: impl Fn(&Entry) -> bool) -> u64 {
    let such = report.entries.iter().filter(|entry| such(entry));
    such.map(|entry| entry.voices).sum()
}

/// How many cases (kiến nghị) there are of a kind.
fn cases(report: &ConsolidationReport, such: impl Fn(&Entry) -> bool) -> u64 {
    let such = report.entries.iter().filter(|entry| such(entry));
    such.filter(|entry| entry.is_case).count() as u64
}

/// `, bằng 12,5%`; nothing of nothing.
fn share(part: u64, whole: u64) -> String {
    match whole {
        0 => String::new(),
        _ => format!(", bằng {}", Cell::share(part, whole).printed()),
    }
}

fn write_raised(paper: &mut Paper, report: &ConsolidationReport) {
    let ConsolidationReport { about, from, .. } = report;
    let all = voices(report, |_| true);
    let waiting = match voices(report, |entry| !entry.is_case) {
        0 => String::new(),
        count => format!(", còn {} ý kiến chưa tổng hợp", words::number(count)),
    };
    let text = format!(
        "{from} đã tiếp nhận {} ý kiến của cử tri {about}, tổng hợp thành {} kiến nghị{waiting} (Phụ lục I, trong đó cột \
         “Số kiến nghị” ghi số ý kiến của cử tri về từng nội dung). Theo lĩnh vực:",
        words::number(all),
        words::number(cases(report, |_| true)),
    );
    frame::text(paper, &text);
    let fields = &report.fields;
    let roots = fields.roots().into_iter().map(Some).chain([None]);
    let parts = roots.map(|root| {
        let is_of = |entry: &Entry| root_of(fields, entry) == root;
        (root, voices(report, is_of))
    });
    // What has no field is left out where there is none of it.
    let parts: Vec<_> = parts
        .filter(|(root, part)| root.is_some() || *part > 0)
        .collect();
    for (index, (root, part)) in parts.iter().enumerate() {
        let end = if index + 1 == parts.len() { '.' } else { ';' };
        let (count, share) = (words::number(*part), share(*part, all));
        let name = root.unwrap_or("Chưa phân loại");
        frame::text(paper, &format!("- {name}: {count} ý kiến{share}{end}"));
    }
    frame::text(paper, &tiers(report));
}

/// Of which tier the voices are.
fn tiers(report: &ConsolidationReport) -> String {
    let of = |tier| voices(report, |entry| entry.tier == tier);
    let count = |tier| words::number(of(tier));
    let own = match report.tier.as_str() {
        "" => "cùng cấp".to_owned(),
        tier => words::going_on(tier),
    };
    let unclear = match of(Tier::Unclear) {
        0 => String::new(),
        count => format!(", {} ý kiến chưa rõ thẩm quyền", words::number(count)),
    };
    format!(
        "Trong đó {} ý kiến thuộc thẩm quyền {own}, {} ý kiến thuộc thẩm quyền cấp trên (Phụ lục II), {} ý kiến thuộc \
         thẩm quyền cấp dưới (Phụ lục IV){unclear}.",
        count(Tier::Own),
        count(Tier::Higher),
        count(Tier::Lower),
    )
}

fn write_answered(paper: &mut Paper, report: &ConsolidationReport) {
    let is_answered = |entry: &Entry| entry.answered.is_some();
    let all = cases(report, |_| true);
    let answered = cases(report, is_answered);
    let text = format!(
        "Đã có {} kiến nghị (từ {} ý kiến) được trả lời{} (Phụ lục III); còn {} kiến nghị chưa được trả lời.",
        words::number(answered),
        words::number(voices(report, is_answered)),
        share(answered, all),
        words::number(all - answered),
    );
    frame::text(paper, &text);
}
