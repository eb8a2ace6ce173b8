//! The consolidation report (báo cáo tổng hợp kiến nghị cử tri) with its four annexes.

use super::annexes::{Annex, Entry, Tier, annex, root_of, roots};
use super::docx::{Paper, Sheet};
use super::letter::{Letterhead, Signer};
use super::{Error, Table, frame, words};

/// What a consolidation report is made from.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsolidationReport {
    /// Above the text.
    pub head: Letterhead,
    /// The reporter in running text: `Thường trực Hội đồng nhân dân huyện Đầm Hà`.
    pub from: String,
    /// Which petitions: `trước kỳ họp thứ 6, Hội đồng nhân dân huyện khóa XX`.
    pub about: String,
    /// The lines of the annexes.
    pub entries: Vec<Entry>,
    /// The office's own judgement and proposals, a paragraph each; left out where there are none.
    pub remarks: Vec<String>,
    /// Further tables, printed behind the annexes.
    pub tables: Vec<Table>,
    /// Below the text.
    pub signer: Signer,
    /// Who receives it.
    pub copies: Vec<String>,
}

/// The report as `.docx`: the text upright, annexes and tables lying, each on pages of its own.
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
    for table in annexes(report).iter().chain(&report.tables) {
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
    let table = |one| annex(one, &report.entries, &cited);
    Annex::EACH.into_iter().map(table).collect()
}

fn write_text(paper: &mut Paper, report: &ConsolidationReport) {
    let petitions = |such: &dyn Fn(&Entry) -> bool| -> u64 {
        let such = report.entries.iter().filter(|entry| such(entry));
        such.map(|entry| entry.petitions).sum()
    };
    let all = petitions(&|_| true);
    let share = |part| match all {
        0 => String::new(),
        _ => format!(", bằng {}", super::table::Cell::share(part, all).printed()),
    };
    let count = words::number;

    frame::chapter(paper, "I. TỔNG HỢP KIẾN NGHỊ CỦA CỬ TRI");
    let from = &report.from;
    frame::text(
        paper,
        &format!(
            "{from} đã tổng hợp được {} kiến nghị của cử tri {} (Phụ lục I), theo các lĩnh vực như sau:",
            count(all),
            report.about
        ),
    );
    let roots = roots();
    for (index, root) in roots.iter().enumerate() {
        let part = petitions(&|entry| root_of(&entry.field) == Some(root));
        let end = if index + 1 == roots.len() { '.' } else { ';' };
        let text = format!("- {root}: {} kiến nghị{}{end}", count(part), share(part));
        frame::text(paper, &text);
    }
    let (higher, lower) = (
        petitions(&|entry| entry.tier == Tier::Higher),
        petitions(&|entry| entry.tier == Tier::Lower),
    );
    frame::text(
        paper,
        &format!(
            "Trong đó {} kiến nghị thuộc thẩm quyền cấp trên (Phụ lục II), {} kiến nghị thuộc thẩm quyền cấp dưới (Phụ \
             lục IV).",
            count(higher),
            count(lower)
        ),
    );

    frame::chapter(paper, "II. KẾT QUẢ TRẢ LỜI KIẾN NGHỊ CỦA CỬ TRI");
    let answered = petitions(&|entry| entry.answered.is_some());
    frame::text(
        paper,
        &format!(
            "Đã có {} kiến nghị được trả lời{} (Phụ lục III); còn {} kiến nghị chưa được trả lời.",
            count(answered),
            share(answered),
            count(all - answered)
        ),
    );
    if !report.remarks.is_empty() {
        frame::chapter(paper, "III. ĐÁNH GIÁ, ĐỀ XUẤT");
        for remark in &report.remarks {
            frame::text(paper, remark);
        }
    }
    frame::last_text(
        paper,
        &format!(
            "Trên đây là báo cáo tổng hợp kiến nghị của cử tri {} của {from}",
            report.about
        ),
    );
}
