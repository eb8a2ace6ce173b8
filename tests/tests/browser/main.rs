//! The app in real Chromium against the real server, with a chaos proxy between them. Screenshots
//! are kept in `target/screenshots`.

mod administration;
mod axe;
mod chrome;
mod conflict;
mod refused;
mod sign_in;
mod sizes;
mod visit;
