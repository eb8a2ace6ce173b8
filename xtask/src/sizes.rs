//! The sizes of the app against their budgets.

use serde_json::{Map, Value};

use crate::assets::Size;

const KIB: usize = 1024;

/// What the budgets speak of: its name in `sizes.json`, words, and bytes at most after brotli.
const BUDGETS: [(&str, &str, usize); 9] = [
    ("first_paint", "first paint (HTML + CSS)", 14 * KIB),
    ("ui", "pages: wasm + glue", 270 * KIB),
    ("core", "core: wasm", 430 * KIB),
    ("precache", "whole precache", 800 * KIB),
    ("office", "office: wasm + glue", 200 * KIB),
    ("desk", "desk: wasm + glue", 200 * KIB),
    ("consolidation", "consolidation: wasm + glue", 200 * KIB),
    ("letters", "letters: wasm + glue", 200 * KIB),
    ("review", "review: wasm + glue", 200 * KIB),
];

/// The sizes that were measured, by name.
#[derive(Default)]
pub(crate) struct Sizes(Vec<(&'static str, Size)>);

impl Sizes {
    /// Adds what was measured under a name of the budgets.
    pub(crate) fn add(&mut self, name: &'static str, size: Size) {
        self.0.push((name, size));
    }

    /// The brotli bytes for the tests, as in `pwa/dist/sizes.json`.
    pub(crate) fn to_json(&self) -> String {
        let bytes = |(name, size): &(&str, Size)| ((*name).to_owned(), Value::from(size.brotli));
        let bytes: Map<String, Value> = self.0.iter().map(bytes).collect();
        format!("{}\n", Value::Object(bytes))
    }

    /// Shows the table; marks what is over its budget.
    pub(crate) fn print(&self) {
        println!(
            "\n  {:<26}{:>11}{:>11}{:>11}{:>11}",
            "bytes", "raw", "gzip", "brotli", "budget"
        );
        for (name, title, budget) in BUDGETS {
            let found = self.0.iter().find(|(known, _)| *known == name);
            let size = found.map_or_else(Size::default, |(_, size)| *size);
            let verdict = if size.brotli > budget {
                "  OVER BUDGET"
            } else {
                ""
            };
            println!(
                "  {title:<26}{:>11}{:>11}{:>11}{budget:>11}{verdict}",
                size.raw, size.gzip, size.brotli
            );
        }
        println!();
    }
}
