//! A link as a QR code: one SVG path, dark on white.

use std::fmt::Write;

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// White modules that readers need around it.
const QUIET: usize = 4;

/// The picture; nothing for a text too long for one.
pub(crate) fn picture(text: &str) -> AnyView {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
        return ().into_any();
    };
    let side = code.width() + 2 * QUIET;
    let path = path(&code.to_colors(), code.width());
    view! {
        <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" shape-rendering="crispEdges" data-test="qr"
            aria-label="Mã QR của đường liên kết. Hướng máy ảnh của điện thoại vào đây.">
            <path fill="#000" d=path></path>
        </svg>
    }
    .into_any()
}

/// Each run of dark modules as a box of the path.
fn path(modules: &[Color], width: usize) -> String {
    let mut path = String::new();
    for (y, row) in modules.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                let (x, y, length) = (x + QUIET, y + QUIET, run.len());
                // A String takes all that is written.
                let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
            }
            x += run.len();
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_modules_are_boxes_inside_the_quiet_zone() {
        use Color::{Dark, Light};
        let modules = [Dark, Dark, Light, Light, Light, Light, Dark, Light, Dark];
        assert_eq!(path(&modules, 3), "M4 4h2v1h-2zM4 6h1v1h-1zM6 6h1v1h-1z");
    }
}
