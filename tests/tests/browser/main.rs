//! The app in real Chromium against the real server, with a chaos proxy between them. Screenshots
//! are kept in `target/screenshots`.

mod chrome;
mod conflict;
mod refused;
mod sealed;
mod sizes;
mod visit;
