//! What stands above and below the text of a letter or report by Decree 30: names, number, place and
//! day; the signer and the list of receivers.

use docx_rs::Paragraph;

use super::docx::{Look, Paper, Sheet, columns, line, rule};
use super::letter::{Letterhead, Signer};
use super::words::{going_on, long_date, number_and_symbol, one_line, printable};

const COUNTRY: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";
/// The left column of the head, in twips: the longer line of the right one just fits beside it.
const HEAD_LEFT: u32 = 3_900;
/// As long as the motto's letters, in twips.
const MOTTO_RULE: u32 = 3_250;
/// A third to a half of a name's or title's line, in twips.
const NAME_RULE: u32 = 1_300;
/// The left column of the foot, in twips.
const FOOT_LEFT: u32 = 3_600;
/// Room for the signature, in points.
const SIGNATURE: u32 = 72;
/// Dots to write on.
const DOTS: &str = "……………………………";

/// The head; under the number what the letter is about (V/v), where that stands there.
pub(super) fn head(paper: &mut Paper, head: &Letterhead, about: Option<&str>) {
    let right = paper.sheet().text_width() - HEAD_LEFT;
    let name = Look::new(12).centred();
    let mut issuer = Vec::new();
    if !head.superior.is_empty() {
        issuer.push(line(&head.superior.to_uppercase(), name));
    }
    issuer.push(line(&head.body.to_uppercase(), name.bold()));
    issuer.push(rule(NAME_RULE, HEAD_LEFT));
    let country = vec![
        line(COUNTRY, name.bold()),
        line(MOTTO, Look::new(13).bold().centred()),
        rule(MOTTO_RULE, right),
    ];
    let number = number_and_symbol(head.number, &one_line(&head.symbol));
    let look = Look::new(13).centred().before(6);
    let mut left = vec![line(&format!("Số: {number}"), look)];
    if let Some(about) = about {
        left.push(line(
            &format!("V/v {}", going_on(about)),
            Look::new(12).centred(),
        ));
    }
    let day = format!("{}, {}", one_line(&head.place), long_date(head.date));
    let day = line(&day, look.italic());
    let rows = vec![[issuer, country], [left, vec![day]]];
    paper.table(columns([HEAD_LEFT, right], rows));
}

/// Kính gửi: one receiver in the middle.
pub(super) fn addressee(paper: &mut Paper, to: &str) {
    let look = Look::new(14).centred().before(14);
    paper.line(&format!("Kính gửi: {}", one_line(to)), look);
    paper.line("", Look::new(6));
}

/// The kind of paper in capitals, and what it is about.
pub(super) fn title(paper: &mut Paper, kind: &str, about: &str) {
    paper.line(kind, Look::new(14).bold().centred().before(18));
    paper.line(about, Look::new(14).bold().centred());
    paper.paragraph(rule(NAME_RULE, paper.sheet().text_width()));
}

/// The heading of a part of the text.
pub(super) fn chapter(paper: &mut Paper, name: &str) {
    paper.line(name, Look::new(14).bold().running().keep());
}

/// Running text.
pub(super) fn text(paper: &mut Paper, text: &str) {
    paper.line(text, Look::new(14).running());
}

/// The last of the running text, closed with `./.` and on the page of the signer.
pub(super) fn last_text(paper: &mut Paper, text: &str) {
    paper.line(&format!("{text}./."), Look::new(14).running().keep());
    paper.line("", Look::new(8).keep());
}

/// Receivers at the left, the signer at the right, with room for the signature between post and name.
pub(super) fn foot(paper: &mut Paper, signer: &Signer, copies: &[String]) {
    let right = Sheet::Portrait.text_width() - FOOT_LEFT;
    paper.table(columns(
        [FOOT_LEFT, right],
        vec![[receivers(copies), signature(signer)]],
    ));
}

fn receivers(copies: &[String]) -> Vec<Paragraph> {
    let small = Look::new(11).keep();
    let last = copies.len().saturating_sub(1);
    let entry = |(index, copy): (usize, &String)| {
        let end = if index == last { '.' } else { ';' };
        line(&format!("- {}{end}", one_line(copy)), small)
    };
    let title = line("Nơi nhận:", Look::new(12).bold().italic().keep());
    [title]
        .into_iter()
        .chain(copies.iter().enumerate().map(entry))
        .collect()
}

fn signature(signer: &Signer) -> Vec<Paragraph> {
    let look = Look::new(13).bold().centred().keep();
    let or_dots = |text: &str| match printable(text) {
        text if text.is_empty() => DOTS.to_owned(),
        text => text,
    };
    vec![
        line(&signer.authority.to_uppercase(), look),
        line(&or_dots(&signer.post).to_uppercase(), look),
        line(&or_dots(&signer.name), look.before(SIGNATURE)),
    ]
}
