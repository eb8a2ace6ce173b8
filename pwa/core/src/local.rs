//! What is kept on this device, and the one way to change it: a session's writes go to the
//! database in one strict transaction, then to the lists, then to the session itself.

mod lock;
mod petitioners;
mod remade;
mod results;

use std::collections::{BTreeMap, HashMap};

use kiennghi_messages::{Draft, Failure, WaitingPetitioner};
use kiennghi_shared::id::DocumentId;
use kiennghi_shared::limits::OFFERED_DOCUMENTS_MAX;
use kiennghi_shared::profile::Profile;
use kiennghi_shared::session::{
    Delivery, Outgoing, Progress, RefusedWork, Session, StoredDocument, Writes,
};
use kiennghi_shared::wire::Held;
use minicbor::{Decode, Encode};

use crate::app::storage_failure;
use crate::browser;
use crate::cards::{Card, Cards, Deliveries};
use crate::database::{Database, Key, Put, StorageError, Store};
pub(crate) use lock::locked;

const TOKEN: &str = "token";
const PROFILE: &str = "profile";
const PROGRESS: &str = "progress";

/// Who is signed in on this device, with the session that syncs.
pub(crate) struct SignedIn {
    pub(crate) token: String,
    pub(crate) profile: Profile,
    pub(crate) session: Session,
}

/// The local store and its lists.
#[derive(Default)]
pub(crate) struct Local {
    database: Database,
    pub(crate) signed_in: Option<SignedIn>,
    pub(crate) cards: Cards,
    pub(crate) refused: BTreeMap<u64, RefusedWork>,
    /// Those that the office has not taken in.
    pub(crate) petitioners: Vec<WaitingPetitioner>,
    /// How it is locked; none before it is.
    record: Option<lock::Record>,
    /// Whether an earlier version of the app has left something in the clear.
    plain: bool,
    /// Changes that wait to be sent, as far as can be known while it is locked.
    pub(crate) waiting: u32,
    looked: bool,
}

/// Who is signed in, the cards, the refused work by its number in the list, and petitioners that wait.
type Stored = (
    Option<SignedIn>,
    Cards,
    BTreeMap<u64, RefusedWork>,
    Vec<WaitingPetitioner>,
);

/// What a save makes good, and goes with it.
#[derive(Clone, Copy, Default)]
pub(crate) struct MadeGood<'a> {
    /// A half-written form.
    pub(crate) draft: Option<&'a str>,
    /// Refused work, by its number in the list.
    pub(crate) again: Option<u64>,
    /// The petitioner of what is saved.
    pub(crate) petitioner: Option<&'a WaitingPetitioner>,
}

impl MadeGood<'_> {
    fn puts(&self) -> impl Iterator<Item = Put> {
        let draft = self.draft.map(|draft| (Store::Drafts, name(draft), None));
        let again = self
            .again
            .map(|order| (Store::Refused, Key::Order(order), None));
        let petitioner = self.petitioner.map(petitioners::put);
        draft.into_iter().chain(again).chain(petitioner)
    }
}

fn name(key: &str) -> Key {
    Key::Name(key.to_owned())
}

fn document_key(id: DocumentId) -> Key {
    Key::Name(id.to_string())
}

fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("a Vec takes all that is written")
}

fn decode<T: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Result<T, StorageError> {
    minicbor::decode(bytes).map_err(|_| {
        browser::log("local store: a value that cannot be read");
        StorageError
    })
}

fn order(key: &Key) -> u64 {
    match key {
        Key::Order(order) => *order,
        Key::Name(_) => 0,
    }
}

impl Local {
    /// Reads the store, which has just been unlocked; locks it again if that fails.
    async fn read(&mut self) -> Result<(), Failure> {
        match self.stored().await {
            Ok(stored) => {
                self.take(stored);
                Ok(())
            }
            Err(_) => {
                self.database.set_key(None);
                Err(storage_failure())
            }
        }
    }

    fn take(&mut self, stored: Stored) {
        (self.signed_in, self.cards, self.refused, self.petitioners) = stored;
    }

    /// Everything as the store has it.
    async fn stored(&self) -> Result<Stored, StorageError> {
        let (mut cards, mut outbox) = (Cards::default(), Vec::new());
        let (mut refused, mut petitioners) = (BTreeMap::new(), Vec::new());
        let mut of_another_form = Vec::new();
        for store in [
            Store::Cards,
            Store::Outbox,
            Store::Refused,
            Store::Petitioners,
        ] {
            for (key, bytes) in self.database.get_all(store).await? {
                match store {
                    Store::Cards => match minicbor::decode(&bytes) {
                        Ok(card) => cards.put(card),
                        Err(_) => of_another_form.push(key),
                    },
                    Store::Outbox => outbox.push((order(&key), decode::<Outgoing>(&bytes)?)),
                    Store::Refused => drop(refused.insert(order(&key), decode(&bytes)?)),
                    _ => petitioners.push(decode(&bytes)?),
                }
            }
        }
        self.remake(&of_another_form, &mut cards).await?;
        let signed_in = self.stored_sign_in(outbox).await?;
        Ok((signed_in, cards, refused, petitioners))
    }

    /// Who is signed in, with the session as it is stored.
    async fn stored_sign_in(
        &self,
        outbox: Vec<(u64, Outgoing)>,
    ) -> Result<Option<SignedIn>, StorageError> {
        let single = [name(TOKEN), name(PROFILE), name(PROGRESS)];
        let single = self.database.get_many(Store::Meta, &single).await?;
        let mut single = single.into_iter().flatten();
        let (Some(token), Some(profile), Some(progress)) =
            (single.next(), single.next(), single.next())
        else {
            return Ok(None);
        };
        let profile: Profile = decode(&profile)?;
        let progress = Progress {
            grant: profile.grant,
            ..decode(&progress)?
        };
        let actor = browser::fresh_actor();
        let session = Session::open(profile.user.clone(), actor, progress, outbox);
        let token = String::from_utf8(token).map_err(|_| StorageError)?;
        Ok(Some(SignedIn {
            token,
            profile,
            session,
        }))
    }

    /// Signs a user in on this device. Work that another sign-in left unsent stays in the outbox:
    /// it is sent, or refused into the list of refused work, but not lost.
    pub(crate) async fn sign_in(
        &mut self,
        token: String,
        profile: Profile,
    ) -> Result<(), StorageError> {
        let before = self.signed_in.as_ref().map(|signed_in| &signed_in.session);
        let next_order = before.map_or(0, |session| session.progress().next_order);
        let outbox = before
            .map(|session| session.outbox().clone())
            .unwrap_or_default();
        let is_other = before.is_some_and(|session| *session.user() != profile.user);
        let progress = match before {
            // What is held stays, and where it stands in the feed.
            Some(session) if !is_other => Progress {
                grant: profile.grant,
                ..session.progress().clone()
            },
            _ => Progress {
                grant: profile.grant,
                next_order,
                ..Progress::default()
            },
        };
        let mut puts = vec![
            (Store::Meta, name(TOKEN), Some(token.clone().into_bytes())),
            (Store::Meta, name(PROFILE), Some(encode(&profile))),
            (Store::Meta, name(PROGRESS), Some(encode(&progress))),
        ];
        // What another user held here is not this one's to read.
        let unsent = before.map(Session::unsent).unwrap_or_default();
        let purged: Vec<_> = self
            .cards
            .ids()
            .filter(|id| is_other && !unsent.contains(id))
            .collect();
        for id in &purged {
            puts.push((Store::Documents, document_key(*id), None));
            puts.push((Store::Cards, document_key(*id), None));
        }
        if is_other {
            puts.extend(results::drop_puts());
        }
        self.database.write(&puts).await?;
        for id in purged {
            self.cards.remove(id);
        }
        let session = Session::open(
            profile.user.clone(),
            browser::fresh_actor(),
            progress,
            outbox,
        );
        self.signed_in = Some(SignedIn {
            token,
            profile,
            session,
        });
        Ok(())
    }

    /// Replaces the profile by a newer one.
    pub(crate) async fn renew_profile(&mut self, profile: Profile) -> Result<(), StorageError> {
        let Some(signed_in) = &mut self.signed_in else {
            return Ok(());
        };
        let writes = signed_in.session.note_grant(profile.grant);
        self.database
            .write(&[
                (Store::Meta, name(PROFILE), Some(encode(&profile))),
                (Store::Meta, name(PROGRESS), Some(encode(&writes.progress))),
            ])
            .await?;
        signed_in.session.committed(&writes);
        signed_in.profile = profile;
        Ok(())
    }

    /// Reads documents.
    pub(crate) async fn documents(
        &self,
        ids: &[DocumentId],
    ) -> Result<HashMap<DocumentId, StoredDocument>, StorageError> {
        let keys: Vec<_> = ids.iter().map(|id| document_key(*id)).collect();
        let values = self.database.get_many(Store::Documents, &keys).await?;
        let mut documents = HashMap::new();
        for (id, bytes) in ids.iter().zip(values) {
            if let Some(bytes) = bytes {
                documents.insert(*id, decode(&bytes)?);
            }
        }
        Ok(documents)
    }

    /// What is to be offered to a server that came back from a backup.
    pub(crate) async fn offer(&self) -> Result<Vec<Held>, StorageError> {
        let session = self.signed_in.as_ref().map(|signed_in| &signed_in.session);
        let Some(after) = session.and_then(Session::offers_after) else {
            return Ok(Vec::new());
        };
        let mut ids: Vec<_> = self.cards.ids().collect();
        ids.sort_unstable();
        ids.retain(|id| after.is_none_or(|after| *id > after));
        ids.truncate(OFFERED_DOCUMENTS_MAX);
        let documents = self.documents(&ids).await?;
        // One that cannot be read has nothing to give.
        let offered = ids.iter().filter_map(|id| documents.get(id)?.held().ok());
        Ok(offered.collect())
    }

    /// Stores what a step of the session changes, and with it drops what it makes good.
    pub(crate) async fn persist(
        &mut self,
        writes: Writes,
        good: Option<MadeGood<'_>>,
    ) -> Result<(), Failure> {
        let Some(signed_in) = &mut self.signed_in else {
            return Err(storage_failure());
        };
        let mut puts: Vec<Put> = Vec::new();
        let mut cards = Vec::new();
        for write in &writes.documents {
            let card = write
                .stored
                .as_ref()
                .map(|(stored, record)| Card::new(&stored.header, record));
            let stored = write.stored.as_ref().map(|(stored, _)| encode(stored));
            puts.push((Store::Documents, document_key(write.id), stored));
            puts.push((
                Store::Cards,
                document_key(write.id),
                card.as_ref().map(encode),
            ));
            cards.push((write.id, card));
        }
        for order in &writes.outbox_remove {
            puts.push((Store::Outbox, Key::Order(*order), None));
        }
        for (order, outgoing) in &writes.outbox_add {
            puts.push((Store::Outbox, Key::Order(*order), Some(encode(outgoing))));
        }
        for (order, work) in &writes.refused_add {
            puts.push((Store::Refused, Key::Order(*order), Some(encode(work))));
        }
        let good = good.unwrap_or_default();
        puts.extend(good.puts());
        puts.push((Store::Meta, name(PROGRESS), Some(encode(&writes.progress))));
        if self.database.write(&puts).await.is_err() {
            signed_in.session.abandon(&writes, browser::fresh_actor());
            // It may be stored all the same: what the disk says holds, if it says anything.
            if let Ok(stored @ (Some(_), ..)) = self.stored().await {
                self.take(stored);
            }
            return Err(storage_failure());
        }
        signed_in.session.committed(&writes);
        for (id, card) in cards {
            match card {
                Some(card) => self.cards.put(card),
                None => self.cards.remove(id),
            }
        }
        self.refused.extend(writes.refused_add);
        self.made(good);
        Ok(())
    }

    /// Drops what is good already, or not wanted.
    pub(crate) async fn drop_good(&mut self, good: MadeGood<'_>) -> Result<(), StorageError> {
        let puts: Vec<Put> = good.puts().collect();
        self.database.write(&puts).await?;
        self.made(good);
        Ok(())
    }

    fn made(&mut self, good: MadeGood<'_>) {
        self.refused.retain(|order, _| good.again != Some(*order));
        if let Some(waiting) = good.petitioner {
            self.petitioners.retain(|other| other.id != waiting.id);
            self.petitioners.push(waiting.clone());
        }
    }

    /// Keeps a half-written form, or throws it away when there is none.
    pub(crate) async fn put_draft(
        &self,
        key: &str,
        draft: Option<&Draft>,
    ) -> Result<(), StorageError> {
        self.database
            .write(&[(Store::Drafts, name(key), draft.map(encode))])
            .await
    }

    /// All half-written forms, newest first.
    pub(crate) async fn drafts(&self) -> Result<Vec<Draft>, StorageError> {
        let mut drafts = Vec::new();
        for (_, bytes) in self.database.get_all(Store::Drafts).await? {
            drafts.push(decode::<Draft>(&bytes)?);
        }
        drafts.sort_by_key(|draft| std::cmp::Reverse(draft.kept_at));
        Ok(drafts)
    }

    /// Where each document stands that the office has not received as a whole, with its petitioner; all
    /// others are received.
    pub(crate) fn deliveries(&self) -> Deliveries {
        let Some(signed_in) = &self.signed_in else {
            return HashMap::new();
        };
        let unsent = self.unsent_petitioners();
        let mut deliveries: HashMap<_, _> = unsent
            .map(|waiting| (waiting.petition, Delivery::Saved))
            .collect();
        let unsent = signed_in.session.unsent().into_iter();
        deliveries.extend(unsent.map(|id| (id, signed_in.session.delivery(id))));
        deliveries
    }
}
