//! Carries out what the page asks for: one arm a command.

use std::rc::Rc;

use futures_util::future::{Either, select};
use kiennghi_messages::{
    Answer, Cause, Command, Detail, Draft, Failure, LockState, Outcome, Request, Save, Signal,
    Unsent, again_key,
};
use kiennghi_shared::document::Document;
use kiennghi_shared::fields::Fields;
use kiennghi_shared::id::{ChangeHash, DocumentId};
use kiennghi_shared::profile::Enrolment;
use kiennghi_shared::record::{Edit, petition_code};
use kiennghi_shared::schema::{Kind, PETITIONER};
use kiennghi_shared::session::{Base, Delivery, StoredDocument};
use kiennghi_shared::wire::DocumentHeader;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

use crate::app::{
    App, holds_scope, network_failure, not_found_failure, signed_out_failure, storage_failure,
};
use crate::local::{Local, MadeGood, locked};
use crate::petitioners::waiting;
use crate::sync::{step_failure, sync_and_tell, want};
use crate::{browser, locking, network, refused, session};

/// How long a new tab waits for the old one to let go: a reload needs a moment.
const WRITER_PATIENCE_MS: u64 = 3_000;

/// How long a person waits while the server is asked for what is not here.
const ASKING_MS_MAX: u64 = 10_000;

/// Carries out a command and says how it ended.
pub(crate) async fn carry_out(app: &Rc<App>, command: Command) -> Outcome {
    match answer(app, command).await {
        // Writing into memory does not fail.
        Ok(answer) => Outcome::Done(minicbor::to_vec(answer).unwrap_or_default()),
        Err(failure) => Outcome::Failed(failure),
    }
}

async fn answer(app: &Rc<App>, command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Open(by_session) => open(app, by_session).await,
        Command::Enrol { code, device } => enrol(app, code, device).await,
        Command::Meetings => {
            let local = app.local.lock().await;
            Ok(Answer::Meetings(local.cards.meetings(&local.deliveries())))
        }
        Command::Petitions(filter) => {
            let local = app.local.lock().await;
            let page = local.cards.petitions(&filter, &local.deliveries());
            Ok(Answer::Petitions(page))
        }
        Command::Records(kind) => {
            let local = app.local.lock().await;
            Ok(Answer::Records(
                local.cards.records(kind, &local.deliveries()),
            ))
        }
        Command::Results => Ok(Answer::Office(app.local.lock().await.results().await?)),
        Command::Detail(id) => detail(app, id).await,
        Command::Save(save) => self::save(app, save).await,
        Command::PutDraft(draft) => {
            let draft = Draft {
                kept_at: browser::now_ms(),
                ..draft
            };
            app.local
                .lock()
                .await
                .put_draft(&draft.key, Some(&draft))
                .await?;
            Ok(Answer::Done)
        }
        Command::DropDraft(key) => {
            app.local.lock().await.put_draft(&key, None).await?;
            Ok(Answer::Done)
        }
        Command::Drafts => Ok(Answer::Drafts(app.local.lock().await.drafts().await?)),
        Command::Sync => sync_and_tell(app).await.map_or(Ok(Answer::Done), Err),
        Command::Wake => {
            sync_soon(app);
            Ok(Answer::Done)
        }
        Command::Refused => Ok(refused::list(&*app.local.lock().await)),
        Command::DropRefused(order) => {
            let good = MadeGood {
                again: Some(order),
                draft: Some(&again_key(order)),
                petitioner: None,
            };
            let mut local = app.local.lock().await;
            let work = local.refused.get(&order).map(|work| work.header.id);
            if let Some(waiting) = work.and_then(|id| local.petitioner_of(id))
                && !local.cards.contains(waiting.petition)
            {
                let id = waiting.id;
                local.drop_petitioner(id).await?;
            }
            local.drop_good(good).await?;
            drop(local);
            app.tell_status().await;
            Ok(Answer::Done)
        }
        Command::Unsent => unsent(&*app.local.lock().await).await,
        Command::SetLock(_) | Command::Unlock(_) | Command::ChangeWays { .. } => {
            locking::change(app, command).await
        }
        Command::Erase => locking::erase(app).await,
        Command::DropPetitioner(id) => {
            app.local.lock().await.drop_petitioner(id).await?;
            browser::post(&Signal::Changed);
            app.tell_status().await;
            Ok(Answer::Done)
        }
        Command::Ask(request) => ask(app, &request).await,
        Command::Download(path) => download(app, &path).await,
    }
}

/// The token for a path of the server's interface; it goes nowhere else.
async fn token_for(app: &App, path: &str) -> Result<String, Failure> {
    if !path.starts_with("/api/v1/") {
        return Err(not_found_failure());
    }
    app.token().await
}

async fn ask(app: &App, Request { method, path, body }: &Request) -> Result<Answer, Failure> {
    let token = token_for(app, path).await?;
    let body = body.as_ref();
    let body = body.map(|(media_type, bytes)| (media_type.as_str(), bytes.as_slice()));
    let bytes = network::bytes(method, &token, path, body).await?;
    if method == "POST" {
        browser::post(&Signal::Changed);
    }
    Ok(Answer::Office(bytes))
}

async fn download(app: &App, path: &str) -> Result<Answer, Failure> {
    let token = token_for(app, path).await?;
    let (name, bytes) = network::file(&token, path).await?;
    let bytes = bytes.into();
    Ok(Answer::File { name, bytes })
}

async fn open(app: &Rc<App>, by_session: bool) -> Result<Answer, Failure> {
    open_store(app).await?;
    if by_session {
        session::take_up(app).await;
    }
    sync_soon(app);
    Ok(Answer::Status(app.status().await))
}

/// Looks what is kept on this device, for the one tab that writes.
pub(crate) async fn open_store(app: &App) -> Result<(), Failure> {
    let _one_at_a_time = app.opening.lock().await;
    if !app.writer.get() {
        if !browser::become_writer(WRITER_PATIENCE_MS).await {
            let message = "Ứng dụng đang mở ở một thẻ khác.".to_owned();
            return Err(Failure {
                cause: Cause::OtherTab,
                message,
            });
        }
        app.writer.set(true);
    }
    app.local.lock().await.look().await.map_err(|_| Failure {
        cause: Cause::Storage,
        message: "Không mở được bộ nhớ của ứng dụng trên máy này.".to_owned(),
    })
}

async fn enrol(app: &Rc<App>, code: String, device: String) -> Result<Answer, Failure> {
    // The form may be sent before the store is open; a code must not be spent in vain.
    open_store(app).await?;
    // Nor may the token that it gives have nowhere to go: a lock comes first, that opens without a network.
    let lock = app.local.lock().await.lock();
    if lock.state != LockState::Open || !lock.is_own() {
        return Err(locked());
    }
    // The token of before shows that this is still the device on which unsent work was written.
    let old = app.token().await.ok();
    let body = browser::json(&[("code", &code.into()), ("device", &device.into())]);
    let enrolled = network::post(old.as_deref(), "/api/v1/enrolments", &body);
    let Enrolment { token, profile } = enrolled.await?;
    app.local.lock().await.sign_in(token, profile).await?;
    *app.failure.borrow_mut() = None;
    app.tell_status().await;
    sync_soon(app);
    Ok(Answer::Status(app.status().await))
}

/// Syncs without anybody waiting for it.
pub(crate) fn sync_soon(app: &Rc<App>) {
    let app = app.clone();
    spawn_local(async move {
        if app.local.lock().await.signed_in.is_some() {
            sync_and_tell(&app).await;
        }
    });
}

async fn detail(app: &Rc<App>, id: DocumentId) -> Result<Answer, Failure> {
    if !app.local.lock().await.cards.contains(id) {
        // An office browser holds only what it asked for.
        want(app, id).await?;
    }
    let local = app.local.lock().await;
    let mut documents = local.documents(&[id]).await?;
    let stored = documents.remove(&id).ok_or_else(not_found_failure)?;
    let document = Document::load(&stored.saved).map_err(|_| storage_failure())?;
    let header = stored.header;
    let record = document.record(header.kind);
    let profile = local.signed_in.as_ref().map(|s| &s.profile);
    let unit = profile.and_then(|profile| profile.unit(&header.unit));
    let fields = Fields::from(&record);
    let meeting = fields.document("meeting");
    let deliveries = local.deliveries();
    Ok(Answer::Detail(Box::new(Detail {
        unit_name: unit.map_or_else(|| header.unit.0.clone(), |unit| unit.name.clone()),
        meeting: meeting
            .and_then(|meeting| local.cards.fields(meeting))
            .cloned(),
        fields,
        conflicts: record.conflicts(),
        history: document.history(header.kind),
        header,
        heads: document.heads(),
        petitioner: local.petitioner_of(id).cloned(),
        delivery: deliveries.get(&id).copied().unwrap_or(Delivery::Received),
    })))
}

async fn held(app: &App, id: DocumentId) -> Result<Option<StoredDocument>, Failure> {
    let local = app.local.lock().await;
    Ok(local.documents(&[id]).await?.remove(&id))
}

/// The document that is to be changed, asked of the server when it is not held here up to the version that was looked
/// at; none when a new one is to be made.
async fn changed(app: &Rc<App>, save: &Save) -> Result<Option<DocumentHeader>, Failure> {
    let Some(id) = save.id else {
        return Ok(None);
    };
    let stored = held(app, id).await?;
    let suffices = match &stored {
        Some(stored) => holds(app, stored, &save.heads).await?,
        None if save.fresh => true,
        None if save.unit.0.is_empty() => return Err(not_found_failure()),
        None => false,
    };
    if suffices {
        return Ok(stored.map(|stored| stored.header));
    }
    let asked = ask_for(app, id).await;
    match (held(app, id).await?, asked) {
        // Written on top of less, it would choose nothing.
        (Some(stored), Err(failure)) if !holds(app, &stored, &save.heads).await? => Err(failure),
        (Some(stored), _) => Ok(Some(stored.header)),
        (None, _) if save.heads.is_empty() => Ok(None),
        // What somebody was looking at is no new document.
        (None, asked) => Err(asked.err().unwrap_or_else(not_found_failure)),
    }
}

/// Whether the version that somebody was looking at is here: a desk is shown what the server has, and a phone what it
/// has itself.
async fn holds(app: &App, stored: &StoredDocument, heads: &[ChangeHash]) -> Result<bool, Failure> {
    if app
        .local
        .lock()
        .await
        .signed_in
        .as_ref()
        .is_some_and(holds_scope)
    {
        return Ok(true);
    }
    let document = Document::load(&stored.saved).map_err(|_| storage_failure())?;
    Ok(heads.iter().all(|head| document.contains(head)))
}

/// Asks the server for a document, for as long as a person may be kept waiting.
async fn ask_for(app: &Rc<App>, id: DocumentId) -> Result<(), Failure> {
    let asking = app.clone();
    // Goes on by itself: a sync is not broken off.
    let asked = future_to_promise(async move {
        let asked = want(&asking, id).await;
        asked
            .map(|()| JsValue::UNDEFINED)
            .map_err(|_| JsValue::UNDEFINED)
    });
    let answered = JsFuture::from(asked);
    let patience = std::pin::pin!(browser::wait_ms(ASKING_MS_MAX));
    match select(answered, patience).await {
        Either::Left((Ok(_), _)) => Ok(()),
        _ => Err(app.failure.borrow().clone().unwrap_or_else(network_failure)),
    }
}

/// A document that is made now, with what the worker adds to its fields.
async fn made(app: &App, save: &Save, edits: &mut Vec<Edit>) -> Result<DocumentHeader, Failure> {
    let user = {
        let local = app.local.lock().await;
        let signed_in = local.signed_in.as_ref().ok_or_else(signed_out_failure)?;
        signed_in.session.user().0.clone()
    };
    let id = save.id.unwrap_or_else(browser::fresh_document);
    edits.extend(added(save.kind, id, user, browser::now_ms()));
    Ok(DocumentHeader {
        id,
        kind: save.kind,
        unit: save.unit.clone(),
    })
}

/// What a new document holds beside what was typed, as far as its kind has such fields.
fn added(kind: Kind, id: DocumentId, user: String, now_ms: i64) -> Vec<Edit> {
    let mut added = vec![
        Edit::new("recorder", user),
        Edit::new("recorded_at", now_ms),
    ];
    if kind == Kind::Petition {
        added.push(Edit::new("code", petition_code(id)));
    }
    added.retain(|edit| kind.field(&edit.field).is_some());
    added
}

async fn save(app: &Rc<App>, save: Save) -> Result<Answer, Failure> {
    let (mut edits, mut heads) = (save.edits.clone(), save.heads.clone());
    let header = match changed(app, &save).await? {
        Some(header) => header,
        None => {
            // What was looked at was another document: the meeting.
            heads.clear();
            made(app, &save, &mut edits).await?
        }
    };
    let petitioner = {
        let local = app.local.lock().await;
        waiting(&local, &header, save.again, save.person)
    };
    if let Some(waiting) = &petitioner {
        edits.push(Edit::new(PETITIONER, waiting.id.to_string()));
    }
    let good = MadeGood {
        draft: save.draft.as_deref(),
        again: save.again,
        petitioner: petitioner.as_ref(),
    };
    write(app, &header, &heads, &edits, good).await
}

/// Makes one change durable, tells the page, and sends it when the network allows. `heads` is the
/// version that the person was looking at.
async fn write(
    app: &Rc<App>,
    header: &DocumentHeader,
    heads: &[ChangeHash],
    edits: &[Edit],
    good: MadeGood<'_>,
) -> Result<Answer, Failure> {
    let mut local = app.local.lock().await;
    let mut documents = local.documents(&[header.id]).await?;
    let stored = documents.remove(&header.id);
    let signed_in = local.signed_in.as_ref().ok_or_else(signed_out_failure)?;
    let base = Base {
        heads: heads.to_vec(),
        fresh: browser::fresh_actor(),
    };
    let writes = signed_in
        .session
        .edit(
            header,
            stored.as_ref(),
            Some(&base),
            edits,
            browser::now_ms(),
        )
        .map_err(step_failure)?;
    match writes {
        Some(writes) => local.persist(writes, Some(good)).await?,
        None => local.drop_good(good).await?,
    }
    drop(local);
    browser::post(&Signal::Changed);
    app.tell_status().await;
    sync_soon(app);
    Ok(Answer::Saved(header.id))
}

/// What the office has not received, with the changes that wait.
async fn unsent(local: &Local) -> Result<Answer, Failure> {
    let signed_in = local.signed_in.as_ref().ok_or_else(signed_out_failure)?;
    let outbox = signed_in.session.outbox();
    let ids: Vec<_> = signed_in.session.unsent().into_iter().collect();
    let mut unsent = Vec::new();
    for StoredDocument { header, saved, .. } in local.documents(&ids).await?.into_values() {
        let document = Document::load(&saved).map_err(|_| storage_failure())?;
        let waiting = outbox
            .values()
            .filter(|waiting| waiting.header.id == header.id);
        unsent.push(Unsent {
            fields: document.record(header.kind).values(),
            changes: waiting
                .map(|waiting| waiting.bytes.clone().into())
                .collect(),
            header,
        });
    }
    Ok(Answer::Unsent(unsent))
}
