//! Parts that several pages share. Each is a plain function that gives a finished view.

pub(crate) mod alerts;
pub(crate) mod answer;
pub(crate) mod conflicts;
pub(crate) mod denunciation;
pub(crate) mod draft_question;
pub(crate) mod fields;
pub(crate) mod form_page;
pub(crate) mod frame;
pub(crate) mod history;
pub(crate) mod notices;
pub(crate) mod petitioner;
pub(crate) mod summary;
pub(crate) mod sync_strip;
pub(crate) mod unlocking;
