//! Official letters (công văn): the one that sends petitions on, and the one that reminds. Each has what
//! it is about in an annex.

use jiff::civil::Date;

use super::docx::{Paper, Sheet};
use super::table::{Cell, Column, Table, number_column, numbered, total};
use super::{Error, frame, words};

/// Who issues a paper, and what it is filed under. What is not known yet is left to be filled in by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    /// The body above the issuing one; empty where none is named.
    pub superior: String,
    /// The issuing body.
    pub body: String,
    /// The number in the year's register.
    pub number: Option<u32>,
    /// What stands behind the number's stroke: `TTHĐND`.
    pub symbol: String,
    /// The place in front of the date.
    pub place: String,
    /// The day.
    pub date: Option<Date>,
}

/// Who signs. An empty post or name is left to be filled in by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// In whose name, a line each: `TM. THƯỜNG TRỰC HỘI ĐỒNG NHÂN DÂN`, and for whom: `KT. CHỦ TỊCH`.
    pub authority: String,
    /// The post: `CHỦ TỊCH`.
    pub post: String,
    /// The name.
    pub name: String,
}

/// What all letters have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Above the text.
    pub head: Letterhead,
    /// The sender in running text: `Thường trực Hội đồng nhân dân huyện Đầm Hà`.
    pub from: String,
    /// The receiver in running text.
    pub to: String,
    /// What it is about (V/v); the usual words where empty.
    pub about: String,
    /// What it says beside the usual text, a paragraph each.
    pub remarks: Vec<String>,
    /// Below the text.
    pub signer: Signer,
    /// Who receives a copy, to be filed one included; `Như trên` stands before them.
    pub copies: Vec<String>,
}

impl Letter {
    /// `(Kèm theo Công văn số 45/TTHĐND ngày 05 tháng 7 năm 2021 của …)`.
    fn cited(&self) -> String {
        let number = words::number_and_symbol(self.head.number, &self.head.symbol);
        let date = words::long_date(self.head.date);
        format!("(Kèm theo Công văn số {number} {date} của {})", self.from)
    }

    /// The file: head, text and remarks, of which the last text closes the letter, foot, and the annex on a
    /// page of its own.
    fn written(&self, usual: &str, text: &[String], annex: &Table) -> Result<Vec<u8>, Error> {
        let about = if self.about.is_empty() {
            usual
        } else {
            &self.about
        };
        let mut paper = Paper::numbered(Sheet::Portrait);
        frame::head(&mut paper, &self.head, Some(about));
        frame::addressee(&mut paper, &self.to);
        if let Some((last, before)) = text.split_last() {
            let before = before.iter().chain(&self.remarks);
            before.for_each(|text| frame::text(&mut paper, text));
            frame::last_text(&mut paper, last);
        }
        let above = ["Như trên".to_owned()].into_iter();
        let copies: Vec<_> = above.chain(self.copies.iter().cloned()).collect();
        frame::foot(&mut paper, &self.signer, &copies);
        paper.turn(Sheet::Portrait);
        paper.titled_table(annex);
        paper.finish()
    }
}

/// Sends petitions on (công văn chuyển kiến nghị cử tri).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferLetter {
    /// What all letters have.
    pub letter: Letter,
    /// Where the petitions were taken: `các cuộc tiếp xúc cử tri trước kỳ họp thứ 6 …`.
    pub occasion: String,
    /// The day before which an answer is asked for; none where nothing says so.
    pub answer_before: Option<Date>,
    /// What is sent.
    pub cases: Vec<CaseLine>,
}

/// A case that a letter carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLine {
    /// Where it was raised.
    pub places: String,
    /// Its common wording.
    pub content: String,
    /// How many voices (ý kiến) it was consolidated from.
    pub voices: u64,
    /// The field of work's name.
    pub field: String,
    /// Anything else.
    pub note: String,
}

/// ` trước ngày 05/07/2021`, behind other words; nothing where no day is asked for.
fn before(day: Option<Date>) -> String {
    day.map_or_else(String::new, |day| {
        format!(" trước ngày {}", words::date(day))
    })
}

/// The transfer letter as `.docx`.
///
/// # Errors
/// When the parts cannot be packed.
pub fn transfer_letter(transfer: &TransferLetter) -> Result<Vec<u8>, Error> {
    let Letter { from, to, .. } = &transfer.letter;
    let cases = words::number(transfer.cases.len() as u64);
    let voices = words::number(transfer.cases.iter().map(|case| case.voices).sum());
    let before = before(transfer.answer_before);
    let text = [
        format!(
            "Qua {}, {from} đã tổng hợp được {cases} kiến nghị, từ {voices} ý kiến của cử tri, thuộc thẩm \
             quyền giải quyết của {to}.",
            transfer.occasion
        ),
        format!(
            "{from} chuyển các kiến nghị nêu trên (có Phụ lục kèm theo) và đề nghị {to} xem xét, giao cơ quan \
             có trách nhiệm giải quyết, trả lời từng kiến nghị; trong đó nêu rõ kết quả, lộ trình giải quyết và \
             văn bản có liên quan."
        ),
        format!(
            "Kết quả giải quyết, trả lời đề nghị gửi về {from}{before} để thông tin tới cử tri"
        ),
    ];
    let annex = transfer_annex(transfer);
    transfer
        .letter
        .written("chuyển kiến nghị của cử tri", &text, &annex)
}

/// TT | Địa phương | Nội dung kiến nghị | Số ý kiến | Lĩnh vực | Ghi chú.
fn transfer_annex(transfer: &TransferLetter) -> Table {
    let row = |case: &CaseLine| {
        vec![
            Cell::text(&case.places),
            Cell::text(&case.content),
            Cell::Number(case.voices),
            Cell::text(&case.field),
            Cell::text(&case.note),
        ]
    };
    let voices = transfer.cases.iter().map(|case| case.voices).sum();
    let sum = [Cell::Empty, Cell::Number(voices)];
    Table {
        name: "Phụ lục".to_owned(),
        title: "Kiến nghị của cử tri".to_owned(),
        subtitle: transfer.letter.cited(),
        columns: vec![
            number_column(),
            Column::new("Địa phương", 28),
            Column::new("Nội dung kiến nghị", 58),
            Column::new("Số ý kiến", 12),
            Column::new("Lĩnh vực", 20),
            Column::new("Ghi chú", 37),
        ],
        rows: numbered(transfer.cases.iter().map(row)),
        foot: vec![total().into_iter().chain(sum).collect()],
    }
}

/// Reminds of what is due (công văn đôn đốc).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// What all letters have.
    pub letter: Letter,
    /// The day before which an answer is asked for now.
    pub answer_before: Option<Date>,
    /// What is not answered, or not done yet.
    pub cases: Vec<DueCase>,
}

impl Reminder {
    /// What the cases have in common, behind other words.
    fn wanting(&self) -> &'static str {
        let answered = self.cases.iter().filter(|case| case.is_answered).count();
        match answered {
            0 => "chưa được trả lời",
            some if some == self.cases.len() => {
                "chưa được giải quyết xong theo lộ trình đã trả lời"
            }
            _ => "chưa được trả lời hoặc chưa giải quyết xong theo lộ trình đã trả lời",
        }
    }
}

/// A case whose answer is due, or what its answer promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueCase {
    /// Where it was raised.
    pub places: String,
    /// Its common wording.
    pub content: String,
    /// Number and symbol of the letter that sent it on.
    pub dispatch: String,
    /// That letter's day.
    pub dispatched: Option<Date>,
    /// Who is to answer it.
    pub agency: String,
    /// Whether there is an answer, which promised more.
    pub is_answered: bool,
    /// The day by which its answer is due, or what it promised.
    pub due: Option<Date>,
}

/// The reminder as `.docx`.
///
/// # Errors
/// When the parts cannot be packed.
pub fn reminder(reminder: &Reminder) -> Result<Vec<u8>, Error> {
    let Letter { from, to, head, .. } = &reminder.letter;
    let cases = words::number(reminder.cases.len() as u64);
    let before = before(reminder.answer_before);
    let until = head.date.map_or_else(
        || "Đến nay".to_owned(),
        |date| format!("Đến ngày {}", words::date(date)),
    );
    let text = [
        format!(
            "{from} đã chuyển kiến nghị của cử tri tới {to} để xem xét, giải quyết và trả lời."
        ),
        format!(
            "{until}, còn {cases} kiến nghị {} (có Phụ lục kèm theo).",
            reminder.wanting()
        ),
        format!(
            "{from} đề nghị {to} chỉ đạo các cơ quan có trách nhiệm khẩn trương giải quyết, trả lời và gửi kết quả \
             về {from}{before}; kiến nghị nào chưa giải quyết xong, đề nghị nêu rõ lý do và lộ trình giải \
             quyết để thông tin tới cử tri"
        ),
    ];
    let about = format!("đôn đốc trả lời kiến nghị của cử tri{before}");
    reminder
        .letter
        .written(&about, &text, &reminder_annex(reminder))
}

/// TT | Địa phương | Nội dung kiến nghị | Văn bản chuyển | Cơ quan giải quyết | Thời hạn.
fn reminder_annex(reminder: &Reminder) -> Table {
    let row = |case: &DueCase| {
        let dispatch = match case.dispatched {
            Some(date) => format!("{} ngày {}", case.dispatch, words::date(date)),
            None => case.dispatch.clone(),
        };
        vec![
            Cell::text(&case.places),
            Cell::text(&case.content),
            Cell::text(&dispatch),
            Cell::text(&case.agency),
            Cell::date(case.due),
        ]
    };
    Table {
        name: "Phụ lục".to_owned(),
        title: format!("Kiến nghị của cử tri {}", reminder.wanting()),
        subtitle: reminder.letter.cited(),
        columns: vec![
            number_column(),
            Column::new("Địa phương", 27),
            Column::new("Nội dung kiến nghị", 58),
            Column::new("Văn bản chuyển", 24),
            Column::new("Cơ quan giải quyết", 24),
            Column::new("Thời hạn", 22),
        ],
        rows: numbered(reminder.cases.iter().map(row)),
        foot: Vec::new(),
    }
}
