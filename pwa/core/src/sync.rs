//! One sync from beginning to end: push what waits, pull what is new, page by page.

use std::rc::Rc;

use kiennghi_messages::{Cause, Failure, Sending, Signal};
use kiennghi_shared::code::Code;
use kiennghi_shared::profile::Profile;
use kiennghi_shared::session::{Session, SessionError, Writes};
use kiennghi_shared::wire::Reply;

use crate::app::{
    App, hold, network_failure, prepare_search, server_failure, signed_out_failure, storage_failure,
};
use crate::local::Local;
use crate::{browser, live, network, petitioners, results};

/// More pages than any district fills: a server that always says "more" is not followed for ever.
const ROUNDS_MAX: u32 = 1_000;

/// Syncs and tells the page how it went; tries again later if it failed.
pub(crate) async fn sync_and_tell(app: &Rc<App>) -> Option<Failure> {
    let outcome = {
        let _one_at_a_time = app.syncing.lock().await;
        app.poked.set(false);
        let outcome = sync(app).await;
        app.sending.set(None);
        if let Some(signed_in) = &mut app.local.lock().await.signed_in {
            signed_in.session.give_up();
        }
        outcome
    };
    prepare_search(app);
    let (failure, told) = match outcome {
        Ok(told) => (None, told),
        Err(failure) => (Some(failure), None),
    };
    if is(failure.as_ref(), Code::Revoked) && erase_when_sent(app).await {
        browser::post(&Signal::Erased);
        return failure;
    }
    *app.failure.borrow_mut() = failure.clone();
    app.tell_status().await;
    if failure.is_some() && unsent(app).await > 0 {
        // Badges turn back from "being sent".
        browser::post(&Signal::Changed);
    }
    match &failure {
        None => {
            app.failures.set(0);
            results::keep_up(app, told);
            live::keep_in_step(app);
        }
        // Only a person can help: the device is not enrolled any more.
        failure if is(failure.as_ref(), Code::Unauthenticated) => {}
        Some(_) => {
            app.failures.set(app.failures.get() + 1);
            live::retry_later(app);
        }
    }
    failure
}

/// Whether it is the server that said this.
pub(crate) fn is(failure: Option<&Failure>, code: Code) -> bool {
    failure.is_some_and(|failure| failure.cause == Cause::Server(code))
}

/// Erases this device, which was revoked; not before all that was made on it is at the office.
async fn erase_when_sent(app: &App) -> bool {
    if let Ok(token) = app.token().await {
        // What does not go now keeps the rest from being erased.
        let _ = petitioners::send(app, &token).await;
    }
    let mut local = app.local.lock().await;
    let outbox = session(&local).map(Session::outbox);
    outbox.is_ok_and(|outbox| outbox.is_empty())
        && local.unsent_petitioners().next().is_none()
        && local.erase().await.is_ok()
}

/// The version of what the server has to tell, if it said one.
async fn sync(app: &Rc<App>) -> Result<Option<u64>, Failure> {
    let mut total = 0;
    for _ in 0..ROUNDS_MAX {
        let (token, attempt) = {
            let mut local = app.local.lock().await;
            let Some(signed_in) = &local.signed_in else {
                return Err(signed_out_failure());
            };
            let hold = hold(signed_in, &local);
            let offer = local.offer().await?;
            let signed_in = local.signed_in.as_mut().ok_or_else(signed_out_failure)?;
            let attempt = signed_in.session.request(hold, offer, browser::now_ms());
            (signed_in.token.clone(), attempt)
        };
        if !attempt.orders.is_empty() {
            let waiting = unsent(app).await;
            total = total.max(waiting);
            app.sending.set(Some(Sending {
                sent: total - waiting,
                total,
            }));
            app.tell_status().await;
            // Badges turn to "being sent".
            browser::post(&Signal::Changed);
        }
        let bytes = network::sync(&token, &attempt.request.encode(), &app.asked_to_wait_ms).await?;
        let reply = Reply::decode(&bytes).map_err(|_| network_failure())?;
        let mut changed = false;
        if !attempt.orders.is_empty() {
            let acks = reply.acks.as_ref().ok_or_else(network_failure)?;
            let mut local = app.local.lock().await;
            let ids = session(&local)?.documents_of_acks(&attempt, acks);
            let stored = local.documents(&ids).await?;
            let writes = session(&local)?
                .take_acks(&attempt, &reply.welcome, acks, &stored, browser::now_ms())
                .map_err(step_failure)?;
            changed = true;
            local.persist(writes, None).await?;
        }
        {
            let mut local = app.local.lock().await;
            let stored = local
                .documents(reply.want.as_deref().unwrap_or_default())
                .await?;
            let writes = session(&local)?
                .take_want(&attempt, &reply, &stored, browser::now_ms())
                .map_err(step_failure)?;
            local.persist(writes, None).await?;
        }
        for chunk in &reply.chunks {
            let mut local = app.local.lock().await;
            let stored = local.documents(&Session::documents_of_chunk(chunk)).await?;
            let held = match &chunk.scope {
                Some(_) => local.cards.headers(),
                None => Vec::new(),
            };
            let writes = session(&local)?.take_chunk(chunk, &stored, &held);
            changed |= !writes.documents.is_empty();
            local.persist(writes, None).await?;
        }
        if changed {
            browser::post(&Signal::Changed);
        }
        if !reply.complete {
            return Err(network_failure());
        }
        let mut local = app.local.lock().await;
        let stale = session(&local)?.progress().grant != reply.welcome.grant;
        let finish = session(&local)?.finish(&reply, browser::now_ms());
        local.persist(finish, None).await?;
        let goes_on = session(&local)?.goes_on(&attempt, &reply);
        drop(local);
        if stale {
            let profile: Profile = network::get(&token, "/api/v1/profile").await?;
            app.local.lock().await.renew_profile(profile).await?;
        }
        if !goes_on {
            petitioners::send(app, &token).await?;
            return Ok(reply.welcome.results);
        }
        app.tell_status().await;
    }
    Err(server_failure(Code::Internal))
}

fn session(local: &Local) -> Result<&Session, Failure> {
    local
        .signed_in
        .as_ref()
        .map(|s| &s.session)
        .ok_or_else(signed_out_failure)
}

async fn unsent(app: &App) -> u32 {
    app.local.lock().await.deliveries().len() as u32
}

/// A step that the session could not take.
pub(crate) fn step_failure(error: SessionError) -> Failure {
    match error {
        SessionError::Edit(error) => Failure {
            cause: Cause::Invalid,
            message: edit_message(&error),
        },
        SessionError::Document(_) => storage_failure(),
        SessionError::ForeignAcks => network_failure(),
    }
}

fn edit_message(error: &kiennghi_shared::document::EditError) -> String {
    use kiennghi_shared::document::EditError;
    match error {
        EditError::Misfit(misfit) => misfit.reason.to_owned(),
        EditError::UnknownField(_) | EditError::Automerge(_) => {
            "Không ghi được thay đổi này.".to_owned()
        }
    }
}

/// Asks the server for documents by name, with the next sync.
pub(crate) async fn want(
    app: &Rc<App>,
    id: kiennghi_shared::id::DocumentId,
) -> Result<(), Failure> {
    {
        let mut local = app.local.lock().await;
        let writes: Writes = session(&local)?.want(id);
        local.persist(writes, None).await?;
    }
    sync_and_tell(app).await.map_or(Ok(()), Err)
}
