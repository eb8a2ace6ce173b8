//! What a phone or a desk must fetch, against the budgets that the app was designed for.

use std::path::Path;

/// Name in `sizes.json`, and bytes at most after brotli.
const BUDGETS: [(&str, u64); 9] = [
    ("first_paint", 14 * 1024),
    ("ui", 270 * 1024),
    ("core", 430 * 1024),
    ("precache", 800 * 1024),
    ("office", 200 * 1024),
    ("desk", 200 * 1024),
    ("consolidation", 200 * 1024),
    ("letters", 200 * 1024),
    ("review", 200 * 1024),
];

#[test]
fn the_app_fits_its_budgets() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pwa/dist/sizes.json");
    let text = std::fs::read_to_string(&path).expect("`cargo xtask build` has been run");
    let sizes: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for (name, budget) in BUDGETS {
        let bytes = sizes[name].as_u64().expect("a size");
        println!("{name}: {bytes} of {budget} bytes");
        assert!(
            bytes <= budget,
            "{name} is {bytes} bytes, its budget {budget}"
        );
        assert!(bytes > 0, "{name} is there");
    }
}
