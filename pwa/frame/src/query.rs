//! What stands behind `?` in addresses: what lists are narrowed by.

use leptos::prelude::*;
use web_sys::UrlSearchParams;

use crate::browser;

/// Names with their values; an empty value asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(Vec<(&'static str, String)>);

impl Query {
    /// What the address says for these names.
    pub fn current(names: &[&'static str]) -> Self {
        let search = browser::page().and_then(|page| page.location().search().ok());
        let said = UrlSearchParams::new_with_str(&search.unwrap_or_default()).ok();
        let value = |name| said.as_ref()?.get(name);
        let values = names
            .iter()
            .filter_map(|name| Some((*name, value(name).filter(|value| !value.is_empty())?)));
        Self(values.collect())
    }

    /// The value of a name; empty for none.
    pub fn get(&self, name: &str) -> &str {
        let mut pairs = self.0.iter();
        let found = pairs.find(|(known, _)| *known == name);
        found.map(|(_, value)| &**value).unwrap_or_default()
    }

    /// The value of a name as a number; zero for none.
    pub fn number(&self, name: &str) -> u64 {
        self.get(name).parse().unwrap_or_default()
    }

    /// Sets a value.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        let value = value.into();
        self.0.retain(|(known, _)| *known != name);
        if !value.is_empty() {
            self.0.push((name, value));
        }
    }

    /// The same with another value.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// Behind a path, with its `?` where there is anything.
    pub fn behind(&self, path: &str) -> String {
        let escape = |value: &str| String::from(js_sys::encode_uri_component(value));
        let pairs = self.0.iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={}", escape(value)))
            .collect();
        match pairs.join("&").as_str() {
            "" => path.to_owned(),
            pairs => format!("{path}?{pairs}"),
        }
    }
}

/// The address of a programme's findings.
#[must_use]
pub fn programme_path(name: &str) -> String {
    let query = Query::default().with("programme", name);
    query.behind("/review/supervision/programme")
}

/// What a list on the page at `path` is narrowed by: the address follows it, so that *back* and a reload find it
/// again.
pub fn followed(path: &'static str, names: &[&'static str]) -> RwSignal<Query> {
    let query = RwSignal::new(Query::current(names));
    Effect::new(move |before: Option<()>| {
        let address = query.with(|query| query.behind(path));
        if before.is_some() {
            browser::replace_path(&address);
        }
    });
    query
}
