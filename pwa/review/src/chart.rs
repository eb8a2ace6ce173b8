//! Bars that stand for numbers, one below the other: drawn by the page, told apart by patterns as well as by colours,
//! and said in words for who does not see them.

use leptos::prelude::*;

/// What fills the parts of a bar: the ground, and lines of its own. There are no more parts than these, and all can be
/// told apart in print.
pub(crate) const FILLS: [(&str, &str); 5] = [
    ("#7a1616", ""),
    ("#fff", "M0 8 8 0M-2 2 2 -2M6 10 10 6"),
    ("#d9a441", "M0 4H8"),
    ("#dfe8f2", "M0 0 8 8M0 8 8 0"),
    ("#e9e6e3", "M4 3.5V4.5"),
];

/// Heights in pixels: of a bar with its name above, of the name, of the bar.
const STEP: usize = 54;
const NAME: usize = 19;
const BAR: usize = 22;
/// Below this share of the width a number has no room in its part.
const ROOM: f64 = 0.07;

/// A bar: its name, and the numbers that it is made of.
pub(crate) struct Bar {
    pub(crate) name: String,
    pub(crate) parts: Vec<u64>,
}

impl Bar {
    fn sum(&self) -> u64 {
        self.parts.iter().sum()
    }
}

/// The bars under a title, with what their parts are called. `id` tells the chart from others of the page.
pub(crate) fn bars(id: &'static str, title: &str, parts: &[&'static str], bars: &[Bar]) -> AnyView {
    let widest = bars.iter().map(Bar::sum).max().unwrap_or_default();
    let rows: Vec<AnyView> = bars
        .iter()
        .enumerate()
        .map(|(place, bar)| row(id, place * STEP, bar, widest))
        .collect();
    let patterns: Vec<AnyView> = (0..parts.len()).map(|part| pattern(id, part)).collect();
    let legend: Vec<AnyView> = parts
        .iter()
        .enumerate()
        .map(|(part, name)| {
            let fill = fill(id, part);
            view! {
                <li>
                    <svg class="swatch" width="30" height="20" aria-hidden="true"><rect class="part" width="30" height="20" fill=fill></rect></svg>
                    {*name}
                </li>
            }
            .into_any()
        })
        .collect();
    view! {
        <figure class="chart" data-test="chart" data-name=id>
            <figcaption>{title.to_owned()}</figcaption>
            <ul class="legend">{legend}</ul>
            <svg width="100%" height=bars.len() * STEP role="img" aria-label=in_words(title, parts, bars)>
                <defs>{patterns}</defs>
                {rows}
            </svg>
        </figure>
    }
    .into_any()
}

fn percent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

fn fill(id: &str, part: usize) -> String {
    format!("url(#{id}-{part})")
}

fn row(id: &'static str, top: usize, bar: &Bar, widest: u64) -> AnyView {
    let share = |count: u64| count as f64 / widest.max(1) as f64;
    let mut left = 0.0;
    let mut parts: Vec<AnyView> = Vec::new();
    for (part, count) in bar
        .parts
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
    {
        let width = share(*count);
        let (x, middle) = (percent(left), percent(left + width / 2.0));
        let number = (width >= ROOM).then(|| {
            view! { <text class="inside" x=middle y=top + NAME + BAR - 4 text-anchor="middle">{*count}</text> }
        });
        parts.push(
            view! {
                <rect class="part" x=x y=top + NAME + 2 width=percent(width) height=BAR fill=fill(id, part)></rect>
                {number}
            }
            .into_any(),
        );
        left += width;
    }
    view! {
        <text x="0" y=top + NAME - 4>{bar.name.clone()}</text>
        <text class="sum" x="100%" y=top + NAME - 4 text-anchor="end">{bar.sum()}</text>
        {parts}
    }
    .into_any()
}

fn pattern(id: &str, part: usize) -> AnyView {
    let (ground, lines) = FILLS.get(part).copied().unwrap_or_default();
    view! {
        <pattern id=format!("{id}-{part}") width="8" height="8" patternUnits="userSpaceOnUse">
            <rect width="8" height="8" fill=ground></rect>
            <path d=lines stroke="#222" stroke-width="1.6" stroke-linecap="round" fill="none"></path>
        </pattern>
    }
    .into_any()
}

/// The same in words.
fn in_words(title: &str, parts: &[&'static str], bars: &[Bar]) -> String {
    let said = bars.iter().map(|bar| {
        let parts = parts.iter().zip(&bar.parts);
        let parts = parts.filter(|(_, count)| **count > 0);
        let parts: Vec<String> = parts
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        match parts.is_empty() {
            true => format!("{}: không có", bar.name),
            false => format!("{}: {}", bar.name, parts.join(", ")),
        }
    });
    format!("{title}. {}.", said.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_is_said_in_words() {
        let bar = |name: &str, parts: [u64; 2]| Bar {
            name: name.to_owned(),
            parts: parts.to_vec(),
        };
        let bars = [bar("Xã A", [3, 0]), bar("Xã B", [0, 0])];
        assert_eq!(
            in_words("Ý kiến", &["đã tổng hợp", "chờ"], &bars),
            "Ý kiến. Xã A: 3 đã tổng hợp; Xã B: không có."
        );
        assert_eq!(percent(0.125), "12.50%");
    }
}
