//! What can be done about a case, one file each: what it takes to be offered, and its button or link. Pages of their
//! own are routes like any other.

mod assign;
mod dispatch;
mod earlier;
mod edit;
mod paper;
mod reply;
mod supervise;

use kiennghi_frame::app::App;
use kiennghi_frame::failure;
use kiennghi_shared::desk::CaseFile;
use leptos::prelude::*;

pub(crate) use self::paper::on_paper;

/// Offers something for a case; nothing where it is not the person's to do, or not yet.
type Offer = fn(App, &CaseFile) -> Vec<AnyView>;

/// In the order in which they are shown.
const OFFERS: &[Offer] = &[
    dispatch::offer,
    assign::offer,
    reply::offer,
    supervise::offer,
    edit::offer,
    earlier::offer,
];

/// Everything that the person can do about the case now.
pub(crate) fn offered(app: App, file: &CaseFile) -> AnyView {
    let offers: Vec<AnyView> = OFFERS.iter().flat_map(|offer| offer(app, file)).collect();
    if offers.is_empty() {
        return ().into_any();
    }
    view! { <div class="no-print">{failure::actions(offers)}</div> }.into_any()
}
