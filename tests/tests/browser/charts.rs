//! The charts of a briefing: each beside its table, with bars as long as the table's numbers, on the screen and on paper.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::chrome::{Device, screenshots};
use super::on_paper::{Sheet, print};

/// Each section's title and bars, a unit each: how long each part is, in pixels, and all that a bar may be; beside them the
/// numbers of the table's row. A pattern that is not there fills nothing.
const DRAWN: &str = "
    const sections = {};
    for (const section of document.querySelectorAll('[data-test=section]')) {
        const chart = section.querySelector('[data-test=chart]');
        const svg = chart.querySelector('svg[role=img]');
        const bars = {};
        for (const part of svg.querySelectorAll('rect.part')) {
            const box = part.getBoundingClientRect();
            const fill = document.querySelector(part.getAttribute('fill').slice(4, -1));
            if (!svg.contains(fill) || box.height < 10 || !part.checkVisibility()) return 'a part is not to be seen';
            (bars[part.getAttribute('y')] ??= []).push({ left: box.left, width: box.width });
        }
        const rows = [...section.querySelectorAll('[data-test=unit-row]')].map(row => {
            const numbers = {};
            for (const count of row.querySelectorAll('[data-count]')) numbers[count.dataset.count] = Number(count.textContent);
            return { name: row.querySelector('th').textContent, numbers };
        });
        sections[section.dataset.name] = {
            title: chart.querySelector('figcaption').textContent,
            width: svg.getBoundingClientRect().width,
            names: [...svg.querySelectorAll('text[x=\"0\"]')].map(text => text.textContent),
            sums: [...svg.querySelectorAll('text.sum')].map(text => Number(text.textContent)),
            bars: Object.entries(bars).sort(([a], [b]) => a - b).map(([, parts]) => parts),
            rows,
        };
    }
    return sections;";

/// The columns that the parts of each section's bars add up, the first part first.
const PARTS: [(&str, &[&[&str]]); 4] = [
    ("raised", &[&["petitions", "-waiting"], &["waiting"]]),
    (
        "states",
        &[
            &["state-closed"],
            &["state-answered", "state-checked", "state-told"],
            &["state-dispatched", "state-assigned"],
            &["state-carried-over", "state-reopened"],
            &["state-consolidated", "state-sent-back"],
        ],
    ),
    (
        "outcomes",
        &[
            &["outcome-resolved"],
            &["outcome-explained"],
            &["outcome-in-progress"],
            &["outcome-unresolved"],
        ],
    ),
    ("in-time", &[&["on-time"], &["late"], &["overdue"]]),
];

/// What a part stands for, by the numbers of the table's row.
fn part(numbers: &Value, columns: &[&str]) -> f64 {
    let number = |column: &str| {
        numbers[column]
            .as_f64()
            .unwrap_or_else(|| panic!("{column}"))
    };
    let column = |column: &&str| match column.strip_prefix('-') {
        Some(less) => -number(less),
        None => number(column),
    };
    columns.iter().map(column).sum()
}

/// The parts of each unit's bar, by the numbers of the table.
fn expected(section: &Value, columns: &[&[&str]]) -> Vec<Vec<f64>> {
    let rows = section["rows"].as_array().expect("rows");
    // All units together have no bar.
    let rows = rows[..rows.len() - 1].iter();
    rows.map(|row| {
        columns
            .iter()
            .map(|columns| part(&row["numbers"], columns))
            .collect()
    })
    .collect()
}

/// Looks whether each section has a chart whose bars are as long as the numbers of the table beside it.
pub(crate) async fn measure(desk: &Device, how: &str) {
    let sections = desk.ask(DRAWN).await;
    let found = sections
        .as_object()
        .unwrap_or_else(|| panic!("{how}: {sections}"));
    assert_eq!(found.len(), PARTS.len(), "{how}: {sections}");
    for (name, columns) in PARTS {
        let section = &sections[name];
        let units = expected(section, columns);
        let sums: Vec<f64> = units.iter().map(|parts| parts.iter().sum()).collect();
        assert_eq!(
            section["sums"],
            json!(sums.iter().map(|sum| *sum as u64).collect::<Vec<_>>())
        );
        let rows = section["rows"].as_array().expect("rows");
        let names: Vec<&Value> = rows.iter().map(|row| &row["name"]).collect();
        assert_eq!(section["names"], json!(names[..names.len() - 1]), "{name}");
        let widest = sums.iter().copied().fold(0.0, f64::max);
        let whole = section["width"].as_f64().expect("a width");
        assert!(widest > 0.0 && whole > 200.0, "{how} {name}: {section}");
        // Of nothing there is no bar, and no part.
        let some = |parts: &Vec<f64>| parts.iter().copied().filter(|count| *count > 0.0).collect();
        let drawn = units.iter().map(some);
        let drawn: Vec<Vec<f64>> = drawn.filter(|parts: &Vec<f64>| !parts.is_empty()).collect();
        let bars = section["bars"].as_array().expect("bars");
        assert_eq!(bars.len(), drawn.len(), "{how} {name}: {section}");
        for (bar, counts) in bars.iter().zip(drawn) {
            let parts = bar.as_array().expect("parts");
            assert_eq!(parts.len(), counts.len(), "{how} {name}: {bar}");
            let mut left = parts[0]["left"].as_f64().expect("a place");
            for (part, count) in parts.iter().zip(counts) {
                let number = |key: &str| part[key].as_f64().expect("a number");
                let wanted = whole * count / widest;
                assert!(
                    (number("width") - wanted).abs() < 0.5,
                    "{how} {name}: {part}, not {wanted}"
                );
                assert!((number("left") - left).abs() < 0.5, "{how} {name}: {bar}");
                left += number("width");
            }
        }
    }
}

/// How many points of each sheet have the ground of the first part of a bar.
fn inked(name: &str) -> Vec<usize> {
    const INK: [u8; 3] = [0x7a, 0x16, 0x16];
    let pdf = screenshots().join(format!("{name}.pdf"));
    let is_inked = |point: &[u8]| {
        point
            .iter()
            .zip(INK)
            .all(|(found, ink)| found.abs_diff(ink) < 8)
    };
    drawn(&pdf)
        .iter()
        .map(|points| {
            points
                .chunks_exact(3)
                .filter(|point| is_inked(point))
                .count()
        })
        .collect()
}

/// The sheets of a file as points, three bytes each.
fn drawn(pdf: &Path) -> Vec<Vec<u8>> {
    let drawn = Command::new("pdftoppm")
        .args(["-r", "48"])
        .arg(pdf)
        .output();
    let drawn = drawn.expect("pdftoppm is installed: `cargo xtask test` says how");
    assert!(drawn.status.success(), "{drawn:?}");
    let mut left = &drawn.stdout[..];
    let mut sheets = Vec::new();
    while !left.is_empty() {
        let lines: Vec<&[u8]> = left.splitn(4, |byte| *byte == b'\n').take(3).collect();
        let head: usize = lines.iter().map(|line| line.len() + 1).sum();
        let size = std::str::from_utf8(lines[1]).expect("width and height");
        let size = size.split_once(' ').expect("both");
        let number = |text: &str| text.parse::<usize>().expect("a number");
        let bytes = 3 * number(size.0) * number(size.1);
        sheets.push(left[head..head + bytes].to_vec());
        left = &left[head + bytes..];
    }
    sheets
}

/// Prints the briefing: a table with its chart on each sheet, whose bars are drawn.
pub(crate) async fn print_with_bars(desk: &Device, name: &str) -> Vec<Sheet> {
    let sheets = print(desk, name).await;
    let sections = desk.ask(DRAWN).await;
    assert_eq!(sheets.len(), PARTS.len(), "a table with its chart on each");
    for (sheet, (name, _)) in sheets.iter().zip(PARTS) {
        let title = sections[name]["title"].as_str().expect("a title");
        assert!(sheet.says(title), "{title}: {sheet:?}");
    }
    let with = inked(name);
    let show = async |visibility: &str| {
        let script = format!(
            "document.querySelectorAll('.part').forEach(part => part.setAttribute('visibility', '{visibility}')); return true;"
        );
        desk.ask(&script).await;
    };
    show("hidden").await;
    let blank = format!("{name}-blank");
    assert_eq!(print(desk, &blank).await.len(), sheets.len());
    show("visible").await;
    for (((with, without), sheet), (name, columns)) in
        with.iter().zip(inked(&blank)).zip(&sheets).zip(PARTS)
    {
        let units = expected(&sections[name], columns);
        let sums = units.iter().map(|parts| parts.iter().sum::<f64>());
        let first: f64 = units.iter().map(|parts| parts[0]).sum();
        let share = first / sums.fold(0.0, f64::max);
        // The chart stands beside its table, a third of the page wide, and numbers stand in its bars.
        let wanted = share * sheet.width_in(48) * 0.3 * 4.0;
        assert!(
            (with - without) as f64 > wanted,
            "{name}: {with} and {without}, not {wanted} more"
        );
    }
    sheets
}
