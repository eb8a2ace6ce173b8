//! The answer sheet for a village: one page in large print, to be read out.

use kiennghi_shared::papers::Answer;

use super::docx::{Look, Paper, Sheet};
use super::measure::{LINE, lines as lines_of};
use super::{Error, words};

/// What a village asked and what it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerSheet {
    /// The village, and the unit that it belongs to: `Thôn Tân Phú, xã Tân Bình`.
    pub village: String,
    /// When it was asked: `cuộc tiếp xúc cử tri ngày 05/07/2021`.
    pub occasion: String,
    /// What was asked.
    pub asked: String,
    /// Who answered.
    pub agency: String,
    /// What was answered.
    pub answer: Answer,
}

/// Points of the letters: the largest with which everything fits, and never smaller than the last.
const POINTS: [u32; 5] = [26, 24, 22, 20, 18];
/// Points between the margins of an upright sheet, across and down.
const WIDTH: f64 = 467.0;
const HEIGHT: f64 = 728.0;
/// Points before each paragraph.
const BEFORE: u32 = 8;
/// Characters of what is said beside question and answer.
const DETAIL_CHARACTERS_MAX: usize = 150;

/// Answer sheets as `.docx`, one page each. Letters are of 26 to 18 points, as the text allows. What does not
/// fit with 18 is cut at a word, and says that it was cut and which document has all of it: the question
/// is given a third of the room, or what the answer leaves.
///
/// # Errors
/// When the parts cannot be packed.
pub fn answer_sheets(sheets: &[AnswerSheet]) -> Result<Vec<u8>, Error> {
    let mut paper = Paper::bare(Sheet::Portrait);
    for (index, sheet) in sheets.iter().enumerate() {
        if index > 0 {
            paper.turn(Sheet::Portrait);
        }
        let (points, lines) = fitted(sheet);
        for (kind, text) in &lines {
            paper.line(text, kind.look(points));
        }
    }
    paper.finish()
}

/// What a line of the sheet is.
#[derive(Clone, Copy)]
enum Kind {
    Title,
    Label,
    Text,
}

impl Kind {
    fn look(self, points: u32) -> Look {
        let look = Look::new(points);
        match self {
            Self::Title => look.bold().centred(),
            Self::Label => look.bold().before(BEFORE),
            Self::Text => look,
        }
    }
}

type Lines = Vec<(Kind, String)>;

/// The size of the letters and the lines that fit on a page with it.
fn fitted(sheet: &AnswerSheet) -> (u32, Lines) {
    let (asked, answer) = (
        words::one_line(&sheet.asked),
        words::one_line(&sheet.answer.content),
    );
    let whole = lines(sheet, &asked, &answer);
    let fits = |points: &u32| height(&whole, *points) <= HEIGHT;
    if let Some(points) = POINTS.into_iter().find(|points| fits(points)) {
        return (points, whole);
    }
    let points = POINTS[POINTS.len() - 1];
    // With a line each for question and answer, which are in the room as well.
    let taken = height(&lines(sheet, "…", "…"), points);
    let room = (2.0 + (HEIGHT - taken) / line_height(points))
        .max(2.0)
        .floor();
    let wanted = wrapped(&answer, points);
    let asked = cut(
        &asked,
        (room - wanted).max((room / 3.0).floor()),
        points,
        " … (đã rút gọn)",
    );
    let left = room - wrapped(&asked, points);
    let ending = match words::one_line(&sheet.answer.number) {
        document if document.is_empty() => " … (đã rút gọn)".to_owned(),
        document => format!(
            " … (đã rút gọn; đầy đủ tại văn bản số {})",
            detail(&document)
        ),
    };
    let answer = cut(&answer, left, points, &ending);
    (points, lines(sheet, &asked, &answer))
}

fn lines(sheet: &AnswerSheet, asked: &str, answer: &str) -> Lines {
    let mut lines: Lines = vec![
        (Kind::Title, "THÔNG TIN TỚI CỬ TRI".to_owned()),
        (Kind::Title, detail(&sheet.village)),
    ];
    let mut said = |label: &str, text: String| {
        if !text.is_empty() {
            lines.push((Kind::Label, label.to_owned()));
            lines.push((Kind::Text, text));
        }
    };
    let label = match detail(&sheet.occasion) {
        occasion if occasion.is_empty() => "Cử tri kiến nghị:".to_owned(),
        occasion => format!("Cử tri kiến nghị tại {occasion}:"),
    };
    said(&label, asked.to_owned());
    said("Trả lời:", answer.to_owned());
    let told = short(&sheet.answer);
    said("Kết quả:", detail(&told.result()));
    said("Lộ trình:", told.roadmap());
    said("Cơ quan trả lời:", told.source(&detail(&sheet.agency)));
    lines
}

/// The answer with no more than fits beside question and answer.
fn short(answer: &Answer) -> Answer {
    Answer {
        roadmap: detail(&answer.roadmap),
        number: detail(&answer.number),
        signer: detail(&answer.signer),
        ..answer.clone()
    }
}

fn detail(text: &str) -> String {
    words::shortened(&words::one_line(text), DETAIL_CHARACTERS_MAX, "…")
}

/// The text, cut until it takes no more than so many lines.
fn cut(text: &str, lines_max: f64, points: u32, ending: &str) -> String {
    let mut characters = text.chars().count();
    let mut cut = text.to_owned();
    while wrapped(&cut, points) > lines_max && characters > 0 {
        characters = characters * 19 / 20;
        cut = words::shortened(text, characters, ending);
    }
    cut
}

fn line_height(points: u32) -> f64 {
    f64::from(points) * LINE
}

/// The height of all lines, in points; more rather than less.
fn height(lines: &Lines, points: u32) -> f64 {
    let each = lines.iter().map(|(kind, text)| {
        let before = match kind {
            Kind::Label => f64::from(BEFORE),
            Kind::Title | Kind::Text => 0.0,
        };
        before + wrapped(text, points) * line_height(points)
    });
    each.sum()
}

/// How many lines a text takes on the sheet.
fn wrapped(text: &str, points: u32) -> f64 {
    lines_of(text, WIDTH / f64::from(points))
}
