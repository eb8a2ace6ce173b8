//! A thin layer over IndexedDB: byte values in a few stores, one strict transaction a step.
//!
//! "Saved" is said when the transaction's `complete` event came, never before. A connection that
//! the browser dropped in the background is opened anew once.

use std::cell::RefCell;

use futures_util::future::{Either, select};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction,
    IdbTransactionMode,
};

use crate::browser;

const NAME: &str = "kiennghi";
const VERSION: u32 = 1;

/// The stores, each from a key to bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    /// Single values: token, profile, progress.
    Meta,
    /// Documents by id.
    Documents,
    /// What lists show of documents, by id.
    Cards,
    /// Changes not yet acknowledged, by order number.
    Outbox,
    /// Refused work, by order number.
    Refused,
    /// Half-written forms, by name.
    Drafts,
}

impl Store {
    const ALL: [Store; 6] = [
        Store::Meta,
        Store::Documents,
        Store::Cards,
        Store::Outbox,
        Store::Refused,
        Store::Drafts,
    ];

    fn name(self) -> &'static str {
        match self {
            Store::Meta => "meta",
            Store::Documents => "documents",
            Store::Cards => "cards",
            Store::Outbox => "outbox",
            Store::Refused => "refused",
            Store::Drafts => "drafts",
        }
    }
}

/// The key of a value: a name or an order number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    Name(String),
    Order(u64),
}

impl Key {
    fn to_js(&self) -> JsValue {
        match self {
            Key::Name(name) => name.into(),
            Key::Order(order) => (*order as f64).into(),
        }
    }
}

/// One value to put, or to delete when it has no bytes.
pub(crate) type Put = (Store, Key, Option<Vec<u8>>);

/// Says that the local store failed; nothing of the step is stored.
#[derive(Debug)]
pub(crate) struct StorageError;

impl From<JsValue> for StorageError {
    fn from(error: JsValue) -> Self {
        let name = js_sys::Reflect::get(&error, &"name".into()).ok();
        let name = name.and_then(|name| name.as_string()).unwrap_or_default();
        browser::log(&format!("local store: {name}"));
        Self
    }
}

/// The local database.
#[derive(Debug, Default)]
pub(crate) struct Database {
    connection: RefCell<Option<IdbDatabase>>,
}

impl Database {
    /// Reads values, in the order of the keys.
    pub(crate) async fn get_many(
        &self,
        store: Store,
        keys: &[Key],
    ) -> Result<Vec<Option<Vec<u8>>>, StorageError> {
        let store = self.open_store(store).await?;
        let mut results = Vec::with_capacity(keys.len());
        for key in keys {
            results.push(Pending::of(store.get(&key.to_js())?));
        }
        let mut values = Vec::with_capacity(keys.len());
        for result in results {
            let value = result.finish().await?;
            values.push((!value.is_undefined()).then(|| Uint8Array::new(&value).to_vec()));
        }
        Ok(values)
    }

    /// Reads all values of a store, in the order of their keys.
    pub(crate) async fn get_all(
        &self,
        store: Store,
    ) -> Result<Vec<(JsValue, Vec<u8>)>, StorageError> {
        let store = self.open_store(store).await?;
        let keys = Pending::of(store.get_all_keys()?);
        let values = Pending::of(store.get_all()?);
        let keys: Array = keys.finish().await?.unchecked_into();
        let values: Array = values.finish().await?.unchecked_into();
        let bytes = values.iter().map(|value| Uint8Array::new(&value).to_vec());
        Ok(keys.iter().zip(bytes).collect())
    }

    /// Stores all or nothing, on the disk when it returns.
    pub(crate) async fn write(&self, puts: &[Put]) -> Result<(), StorageError> {
        let transaction = self.transaction(IdbTransactionMode::Readwrite).await?;
        let done = completion(&transaction);
        for (store, key, bytes) in puts {
            let store = transaction.object_store(store.name())?;
            let request = match bytes {
                Some(bytes) => {
                    store.put_with_key(&Uint8Array::from(bytes.as_slice()), &key.to_js())
                }
                None => store.delete(&key.to_js()),
            };
            if let Err(error) = request {
                // The transaction would commit the rest by itself.
                let _ = transaction.abort();
                return Err(error.into());
            }
        }
        JsFuture::from(done).await?;
        Ok(())
    }

    async fn open_store(&self, store: Store) -> Result<IdbObjectStore, StorageError> {
        let transaction = self.transaction(IdbTransactionMode::Readonly).await?;
        Ok(transaction.object_store(store.name())?)
    }

    /// Begins a transaction, on a new connection if the old one is gone.
    async fn transaction(&self, mode: IdbTransactionMode) -> Result<IdbTransaction, StorageError> {
        let known = self.connection.borrow().clone();
        if let Some(connection) = known
            && let Ok(transaction) = begin(&connection, mode)
        {
            return Ok(transaction);
        }
        let connection = connect().await?;
        *self.connection.borrow_mut() = Some(connection.clone());
        Ok(begin(&connection, mode)?)
    }
}

/// Begins a transaction that is on the disk when it completes (`durability: strict`, which the
/// bindings do not offer by name).
fn begin(connection: &IdbDatabase, mode: IdbTransactionMode) -> Result<IdbTransaction, JsValue> {
    let stores: Array = Store::ALL
        .iter()
        .map(|store| JsValue::from(store.name()))
        .collect();
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"durability".into(), &"strict".into())?;
    let transaction: js_sys::Function =
        js_sys::Reflect::get(connection, &"transaction".into())?.dyn_into()?;
    transaction
        .call3(connection, &stores, &mode.into(), &options)?
        .dyn_into()
}

async fn connect() -> Result<IdbDatabase, StorageError> {
    let factory = js_sys::Reflect::get(&browser::scope(), &"indexedDB".into())?;
    let factory: IdbFactory = factory.dyn_into().map_err(|_| StorageError)?;
    let opening = factory.open_with_u32(NAME, VERSION)?;
    let upgrade = Closure::once(|event: web_sys::Event| {
        let request: IdbOpenDbRequest = event
            .target()
            .expect("an event of the request")
            .unchecked_into();
        let database: IdbDatabase = request
            .result()
            .expect("open while upgrading")
            .unchecked_into();
        for store in Store::ALL {
            if database.create_object_store(store.name()).is_err() {
                browser::log("local store: a store could not be made");
            }
        }
    });
    opening.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    let opened = std::pin::pin!(Pending::of(opening.clone().into()).finish());
    let patience = std::pin::pin!(browser::wait_ms(10_000));
    let database: IdbDatabase = match select(opened, patience).await {
        Either::Left((opened, _)) => opened?.unchecked_into(),
        Either::Right(_) => return Err(JsValue::from("IndexedDB does not open").into()),
    };
    // Another tab with a newer app may need to upgrade: never stand in its way.
    let close = Closure::once_into_js({
        let database = database.clone();
        move || database.close()
    });
    database.set_onversionchange(Some(close.unchecked_ref()));
    Ok(database)
}

/// A request whose handlers are set, so that its event is not missed while others are awaited.
struct Pending {
    request: IdbRequest,
    settled: js_sys::Promise,
}

impl Pending {
    fn of(request: IdbRequest) -> Self {
        let settled = js_sys::Promise::new(&mut |resolve, reject| {
            request.set_onsuccess(Some(&resolve));
            request.set_onerror(Some(&reject));
        });
        Self { request, settled }
    }

    async fn finish(self) -> Result<JsValue, JsValue> {
        match JsFuture::from(self.settled).await {
            Ok(_) => self.request.result(),
            Err(event) => Err(self
                .request
                .error()
                .ok()
                .flatten()
                .map_or(event, JsValue::from)),
        }
    }
}

fn completion(transaction: &IdbTransaction) -> js_sys::Promise {
    js_sys::Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
        transaction.set_onerror(Some(&reject));
    })
}
