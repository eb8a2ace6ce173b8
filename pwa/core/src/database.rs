//! A thin layer over IndexedDB: byte values in a few stores, one strict transaction a step. Every value
//! but the lock's own record is sealed here, and here alone: what has no key is neither written nor read.
//!
//! Values are sealed before a transaction begins and opened after its results are there: it would commit
//! itself while anything else is awaited.
//!
//! "Saved" is said when the transaction's `complete` event came, never before. A connection that
//! the browser dropped in the background is opened anew once.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use futures_util::future::{Either, select};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction,
    IdbTransactionMode,
};

use crate::browser;
use crate::seal::{self, Unsealable};

/// The database. Its forerunner of another name held the same in the clear ([`crate::plain`]).
const NAME: &str = "kiennghi-sealed";
const VERSION: u32 = 2;
const OPENING_MS_MAX: u64 = 10_000;

/// The stores, each from a key to bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    /// Single values: token, profile, progress, results with their version.
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
    /// Petitioners not yet taken in, by id.
    Petitioners,
    /// How the rest is unlocked: the one store in the clear.
    Lock,
}

impl Store {
    /// Those that are sealed.
    pub(crate) const SEALED: [Store; 7] = [
        Store::Meta,
        Store::Documents,
        Store::Cards,
        Store::Outbox,
        Store::Refused,
        Store::Drafts,
        Store::Petitioners,
    ];

    fn all() -> impl Iterator<Item = Store> {
        Self::SEALED.into_iter().chain([Store::Lock])
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Store::Meta => "meta",
            Store::Documents => "documents",
            Store::Cards => "cards",
            Store::Outbox => "outbox",
            Store::Refused => "refused",
            Store::Drafts => "drafts",
            Store::Petitioners => "petitioners",
            Store::Lock => "lock",
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

    pub(crate) fn of_js(key: &JsValue) -> Self {
        match key.as_f64() {
            Some(order) => Key::Order(order as u64),
            None => Key::Name(key.as_string().unwrap_or_default()),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Name(name) => f.write_str(name),
            Key::Order(order) => write!(f, "{order}"),
        }
    }
}

/// Where a value stands: sealed with it, so that values cannot be exchanged.
fn place(store: Store, key: &Key) -> Vec<u8> {
    format!("{}\0{key}", store.name()).into_bytes()
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

impl From<Unsealable> for StorageError {
    fn from(_: Unsealable) -> Self {
        browser::log("local store: a value that does not open");
        Self
    }
}

/// The local database.
#[derive(Debug, Default)]
pub(crate) struct Database {
    connection: RefCell<Option<IdbDatabase>>,
    key: Option<seal::Key>,
}

impl Database {
    /// Opens and seals with this key from now on; without one nothing can be read or written.
    pub(crate) fn set_key(&mut self, key: Option<seal::Key>) {
        self.key = key;
    }

    /// Whether there is a key.
    pub(crate) fn is_open(&self) -> bool {
        self.key.is_some()
    }

    fn key(&self) -> Result<&seal::Key, StorageError> {
        self.key.as_ref().ok_or(StorageError)
    }

    /// Reads values, in the order of the keys.
    pub(crate) async fn get_many(
        &self,
        store: Store,
        keys: &[Key],
    ) -> Result<Vec<Option<Vec<u8>>>, StorageError> {
        let reading = self.open_store(store).await?;
        let mut results = Vec::with_capacity(keys.len());
        for key in keys {
            results.push(Pending::of(reading.get(&key.to_js())?));
        }
        let mut sealed = Vec::new();
        let mut found = Vec::with_capacity(keys.len());
        for (key, result) in keys.iter().zip(results) {
            let value = result.finish().await?;
            found.push(!value.is_undefined());
            if !value.is_undefined() {
                sealed.push((place(store, key), Uint8Array::new(&value)));
            }
        }
        let mut opened = self.key()?.open(&sealed).await?.into_iter();
        let values = found.into_iter();
        Ok(values
            .map(|found| if found { opened.next() } else { None })
            .collect())
    }

    /// Reads all values of a store, in the order of their keys.
    pub(crate) async fn get_all(&self, store: Store) -> Result<Vec<(Key, Vec<u8>)>, StorageError> {
        let found = read_all(&self.open_store(store).await?).await?;
        let with_place = |(key, value)| (place(store, &key), value);
        let (keys, sealed): (Vec<_>, Vec<_>) = found
            .into_iter()
            .map(|(key, value)| (key.clone(), with_place((key, value))))
            .unzip();
        let opened = self.key()?.open(&sealed).await?;
        Ok(keys.into_iter().zip(opened).collect())
    }

    /// How many values a store has; can be asked without the key.
    pub(crate) async fn count(&self, store: Store) -> Result<u32, StorageError> {
        let count = Pending::of(self.open_store(store).await?.count()?);
        Ok(count.finish().await?.as_f64().unwrap_or_default() as u32)
    }

    /// How the rest is unlocked; none when it never was locked.
    pub(crate) async fn lock(&self) -> Result<Option<Vec<u8>>, StorageError> {
        let store = self.open_store(Store::Lock).await?;
        let value = Pending::of(store.get(&Store::Lock.name().into())?);
        let value = value.finish().await?;
        Ok((!value.is_undefined()).then(|| Uint8Array::new(&value).to_vec()))
    }

    /// Stores all or nothing, on the disk when it returns.
    pub(crate) async fn write(&self, puts: &[Put]) -> Result<(), StorageError> {
        self.write_with_lock(puts, None).await
    }

    /// The same, and in the same transaction how it is unlocked.
    pub(crate) async fn write_with_lock(
        &self,
        puts: &[Put],
        lock: Option<&[u8]>,
    ) -> Result<(), StorageError> {
        let values = puts.iter();
        let values: Vec<_> = values
            .filter_map(|(store, key, bytes)| Some((place(*store, key), bytes.as_deref()?)))
            .collect();
        let mut sealed = match values.as_slice() {
            [] => Vec::new(),
            values => self.key()?.seal(values).await?,
        }
        .into_iter();
        let transaction = self.transaction(IdbTransactionMode::Readwrite).await?;
        let done = completion(&transaction);
        let put = |store: Store, key: &JsValue, value: Option<Uint8Array>| {
            let store = transaction.object_store(store.name())?;
            match value {
                Some(value) => store.put_with_key(&value, key),
                None => store.delete(key),
            }
        };
        let mut requested = puts.iter().try_for_each(|(store, key, bytes)| {
            let value = bytes.as_ref().and_then(|_| sealed.next());
            put(*store, &key.to_js(), value).map(drop)
        });
        if let Some(lock) = lock {
            let key = Store::Lock.name().into();
            let lock = Some(Uint8Array::from(lock));
            requested = requested.and_then(|()| put(Store::Lock, &key, lock).map(drop));
        }
        if let Err(error) = requested {
            // The transaction would commit the rest by itself.
            let _ = transaction.abort();
            return Err(error.into());
        }
        JsFuture::from(done).await?;
        Ok(())
    }

    /// Erases the database, the lock with it.
    pub(crate) async fn erase(&mut self) -> Result<(), StorageError> {
        self.key = None;
        if let Some(connection) = self.connection.take() {
            connection.close();
        }
        erase(NAME).await
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
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"durability".into(), &"strict".into())?;
    let transaction: js_sys::Function =
        js_sys::Reflect::get(connection, &"transaction".into())?.dyn_into()?;
    transaction
        .call3(
            connection,
            &connection.object_store_names(),
            &mode.into(),
            &options,
        )?
        .dyn_into()
}

fn factory() -> Result<IdbFactory, StorageError> {
    let factory = js_sys::Reflect::get(&browser::scope(), &"indexedDB".into())?;
    factory.dyn_into().map_err(|_| StorageError)
}

async fn connect() -> Result<IdbDatabase, StorageError> {
    let upgrade = |database: &IdbDatabase, _: &IdbOpenDbRequest| {
        let there = database.object_store_names();
        for store in Store::all() {
            let is_new = !there.contains(store.name());
            if is_new && database.create_object_store(store.name()).is_err() {
                browser::log("local store: a store could not be made");
            }
        }
    };
    open(factory()?.open_with_u32(NAME, VERSION)?, upgrade).await
}

/// A database of this name; none when there is none, which is not the same as one that cannot be opened.
pub(crate) async fn existing(name: &str) -> Result<Option<IdbDatabase>, StorageError> {
    let is_new = Rc::new(Cell::new(false));
    let none_made = {
        let is_new = is_new.clone();
        move |_: &IdbDatabase, request: &IdbOpenDbRequest| {
            is_new.set(true);
            if let Some(transaction) = request.transaction() {
                let _ = transaction.abort();
            }
        }
    };
    match open(factory()?.open(name)?, none_made).await {
        Ok(database) => Ok(Some(database)),
        Err(_) if is_new.get() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Waits until a database is open; `upgrade` makes what is new in it.
async fn open(
    opening: IdbOpenDbRequest,
    upgrade: impl FnOnce(&IdbDatabase, &IdbOpenDbRequest) + 'static,
) -> Result<IdbDatabase, StorageError> {
    let upgrade = Closure::once(move |event: web_sys::Event| {
        let request: IdbOpenDbRequest = event
            .target()
            .expect("an event of the request")
            .unchecked_into();
        let database = request.result().expect("open while upgrading");
        upgrade(&database.unchecked_into(), &request);
    });
    opening.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    let database: IdbDatabase = in_time(opening).await?.unchecked_into();
    // Another tab with a newer app may need to upgrade: never stand in its way.
    let close = Closure::once_into_js({
        let database = database.clone();
        move || database.close()
    });
    database.set_onversionchange(Some(close.unchecked_ref()));
    Ok(database)
}

/// Erases the database of this name; well done where there is none.
pub(crate) async fn erase(name: &str) -> Result<(), StorageError> {
    in_time(factory()?.delete_database(name)?).await?;
    Ok(())
}

async fn in_time(request: IdbOpenDbRequest) -> Result<JsValue, StorageError> {
    let answered = std::pin::pin!(Pending::of(request.into()).finish());
    let patience = std::pin::pin!(browser::wait_ms(OPENING_MS_MAX));
    match select(answered, patience).await {
        Either::Left((answered, _)) => Ok(answered?),
        Either::Right(_) => Err(JsValue::from("IndexedDB does not answer").into()),
    }
}

/// All values of a store as they are stored, in the order of their keys.
pub(crate) async fn read_all(
    store: &IdbObjectStore,
) -> Result<Vec<(Key, Uint8Array)>, StorageError> {
    let keys = Pending::of(store.get_all_keys()?);
    let values = Pending::of(store.get_all()?);
    let keys: Array = keys.finish().await?.unchecked_into();
    let values: Array = values.finish().await?.unchecked_into();
    let keys = keys.iter().map(|key| Key::of_js(&key));
    let values = values.iter().map(|value| Uint8Array::new(&value));
    Ok(keys.zip(values).collect())
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
