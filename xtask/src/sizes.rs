//! The sizes of the app against their budgets.

use serde_json::json;

use crate::assets::Size;

const KIB: usize = 1024;

/// What the budgets speak of.
pub(crate) struct Sizes {
    /// The pages' module with its glue.
    pub(crate) ui: Size,
    /// The core's module.
    pub(crate) core: Size,
    /// Everything the service worker keeps, itself included.
    pub(crate) precache: Size,
    /// index.html and the style sheet.
    pub(crate) first_paint: Size,
}

impl Sizes {
    /// The brotli bytes for the tests, as in `pwa/dist/sizes.json`.
    pub(crate) fn to_json(&self) -> String {
        let bytes = json!({
            "ui": self.ui.brotli,
            "core": self.core.brotli,
            "precache": self.precache.brotli,
            "first_paint": self.first_paint.brotli,
        });
        format!("{bytes}\n")
    }

    /// Shows the table; marks what is over its budget.
    pub(crate) fn print(&self) {
        println!(
            "\n  {:<26}{:>11}{:>11}{:>11}{:>11}",
            "bytes", "raw", "gzip", "brotli", "budget"
        );
        let rows = [
            ("first paint (HTML + CSS)", self.first_paint, 14 * KIB),
            ("pages: wasm + glue", self.ui, 270 * KIB),
            ("core: wasm", self.core, 430 * KIB),
            ("whole precache", self.precache, 800 * KIB),
        ];
        for (name, size, budget) in rows {
            let verdict = if size.brotli > budget {
                "  OVER BUDGET"
            } else {
                ""
            };
            println!(
                "  {name:<26}{:>11}{:>11}{:>11}{budget:>11}{verdict}",
                size.raw, size.gzip, size.brotli
            );
        }
        println!();
    }
}
