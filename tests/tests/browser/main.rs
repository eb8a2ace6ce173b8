//! The app in real Chromium against the real server, with a chaos proxy between them. Screenshots
//! are kept in `target/screenshots`.

mod administration;
mod agencies;
mod alerts;
mod at_rest;
mod authorities;
mod axe;
mod briefing;
mod case_desks;
mod case_life;
mod case_village;
mod chrome;
mod conflict;
mod consolidation;
mod deadlines;
mod denunciations;
mod desk;
mod device_lock;
mod enrol;
mod half_written;
mod lock;
mod pace;
mod petitioner;
mod plain;
mod printed;
mod records;
mod refused;
mod results;
mod revoked;
mod scripts;
mod sealed;
mod sign_in;
mod sizes;
mod spreadsheet;
mod village;
mod visit;
