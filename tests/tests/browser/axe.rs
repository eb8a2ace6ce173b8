//! axe-core looks at a page, at the widths of phones and of a desk, and a picture of each is kept.

use std::path::Path;

use serde_json::json;

use super::chrome::{DESK, Device, NARROW, PHONE};

/// At desks, what is chosen in a `select` that has no room for all of it, in one line or in several.
const CUT_OFF: &str = "
    if (!/^\\/(desk|consolidation|letters|review)/.test(location.pathname)) return [];
    const pen = document.createElement('canvas').getContext('2d');
    const cut = [...document.querySelectorAll('select')].filter(select => {
        const style = getComputedStyle(select);
        const arrow = parseFloat(style.fontSize);
        pen.font = style.font;
        const text = pen.measureText(select.selectedOptions[0]?.textContent ?? '').width;
        const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - arrow;
        const is_one_line = select.clientHeight < 3 * arrow;
        return is_one_line && text > room;
    });
    return cut.map(select => `${select.name}: ${select.selectedOptions[0].textContent}`);";

/// Fails when the page has something that keeps people out.
pub(crate) async fn examine(device: &mut Device, name: &str) {
    let before = device.screen();
    for screen in [NARROW, PHONE, DESK] {
        device.show_as(screen).await;
        device.picture(name).await;
        let found = findings(device).await;
        assert_eq!(found, json!([]), "{name} at {} px", screen.width);
        let overflow = "const root = document.documentElement;\
                        return root.scrollWidth - root.clientWidth;";
        assert_eq!(
            device.ask(overflow).await,
            json!(0),
            "{name} is as wide as the screen"
        );
        let cut_off = device.ask(CUT_OFF).await;
        assert_eq!(cut_off, json!([]), "{name} at {} px", screen.width);
    }
    device.show_as(before).await;
}

/// Serious and critical findings: rule and element.
async fn findings(device: &Device) -> serde_json::Value {
    if device.ask("return typeof axe;").await != json!("object") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/axe-core/axe.min.js");
        let source = std::fs::read_to_string(path).expect("`cargo xtask test` fetches axe-core");
        device.ask(&format!("{source}; return true;")).await;
    }
    device
        .ask(
            "const found = await axe.run(document, { resultTypes: ['violations'] });\
             return found.violations.filter(rule => ['serious', 'critical'].includes(rule.impact))\
               .map(rule => [rule.id, rule.nodes.map(node => node.html)]);",
        )
        .await
}
