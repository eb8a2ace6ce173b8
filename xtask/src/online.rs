//! The apps that only open with a network, which phones never download: a page, a script that starts it and a
//! module each, all pages from one text.

use anyhow::{Context, Result};

use crate::assets::Assets;
use crate::bundle::{Names, Text};

/// One of them.
pub(crate) struct App {
    /// Its page is `<name>.html`.
    name: &'static str,
    /// Its module, of the crate `kiennghi-<module>`.
    pub(crate) module: &'static str,
    /// What search engines and bookmarks say of it.
    description: &'static str,
    /// What starts it.
    start: &'static str,
    /// Its styles beside the phone app's.
    styles: &'static [&'static str],
}

pub(crate) const APPS: [App; 5] = [
    App {
        name: "admin",
        module: "office",
        description: "Quản trị người dùng, thiết bị và đơn vị.",
        start: "admin",
        styles: &["office.css"],
    },
    App {
        name: "desk",
        module: "desk",
        description: "Theo dõi và trả lời kiến nghị của cử tri.",
        start: "desk-start",
        styles: &["office.css", "desk.css"],
    },
    App {
        name: "consolidation",
        module: "consolidation",
        description: "Tổng hợp kiến nghị của cử tri thành vụ việc.",
        start: "desk-start",
        styles: &["office.css", "desk.css"],
    },
    App {
        name: "letters",
        module: "letters",
        description: "Văn bản chuyển, đôn đốc; báo cáo, biểu mẫu; nhập kiến nghị từ bảng tính.",
        start: "desk-start",
        styles: &["office.css", "desk.css"],
    },
    App {
        name: "review",
        module: "review",
        description: "Giám sát và giao ban việc giải quyết kiến nghị của cử tri.",
        start: "desk-start",
        styles: &["office.css", "desk.css", "review.css"],
    },
];

/// The scripts that start them.
pub(crate) const STARTS: [&str; 2] = ["admin", "desk-start"];
/// Their styles, by the names that the pages have.
pub(crate) const STYLES: [&str; 3] = ["office", "desk", "review"];

/// What they are made of, as it is written by hand.
pub(crate) struct Texts {
    pub(crate) page: String,
    pub(crate) starts: Vec<Text>,
    pub(crate) styles: Vec<Text>,
}

/// Adds their files; `names` has the modules and the phone app's styles and scripts.
pub(crate) fn add(assets: &mut Assets, names: &mut Names, texts: Texts) -> Result<()> {
    for (stem, text) in texts.styles {
        let style = assets.add_hashed(stem, "css", text.into_bytes());
        names.set(&format!("{stem}.css"), style);
    }
    for app in &APPS {
        let mut own = names.clone();
        own.set("description", app.description.to_owned());
        own.set("styles", links(names, app.styles)?);
        for kind in ["js", "wasm"] {
            let module = names.get(&format!("{}.{kind}", app.module))?;
            own.set(&format!("page.{kind}"), module.to_owned());
        }
        let mut starts = texts.starts.iter();
        let (_, start) = starts
            .find(|(stem, _)| *stem == app.start)
            .context("each app has a script that starts it")?;
        let start = own.fill(start)?;
        let stem = format!("{}-start", app.name);
        own.set("start.js", assets.add_hashed(&stem, "js", start));
        assets.add(&format!("{}.html", app.name), own.fill(&texts.page)?);
    }
    Ok(())
}

fn links(names: &Names, styles: &[&str]) -> Result<String> {
    let link = |style: &&str| {
        let name = names.get(style)?;
        Ok(format!("<link rel=\"stylesheet\" href=\"/{name}\">"))
    };
    let links: Result<Vec<String>> = styles.iter().map(link).collect();
    Ok(links?.join("\n"))
}
