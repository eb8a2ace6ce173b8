//! Crash images: a day of real pushes on a disk that notes every write and sync, then the power is
//! cut at many of those points, and from each of the states in which the disk may come back the
//! store must open with all that was acknowledged until then.

use std::collections::HashMap;

use kiennghi_disk::{Event, Image, Media, Random};
use kiennghi_server::store::StoreError;
use kiennghi_shared::id::{ChangeHash, DocumentId};
use kiennghi_shared::record::Edit;
use kiennghi_shared::schema::Kind;
use kiennghi_shared::wire::DocumentHeader;

use super::check;
use super::district::{self, START_MS};
use super::flaws::Flaw;
use super::people::People;
use super::phone::{FaultyShelf, Owner, SimulatedPhone};
use super::server::{Answer, Server};
use crate::phone::{PhoneError, Shelf};

/// Requests of one workload: enough for some checkpoints.
const REQUESTS: usize = 120;
/// Images of one workload.
const IMAGES_OF_WORKLOAD: u64 = 50;

/// What was tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Images {
    /// Images that were opened and found whole.
    pub images: u64,
    /// Of these, cut at a sync.
    pub at_syncs: u64,
    /// Workloads that they were cut from.
    pub workloads: u64,
    /// Writes, syncs and other events of the workloads.
    pub events: u64,
    /// Acknowledged changes that were looked for and found, over all images.
    pub found: u64,
}

/// The changes that were acknowledged, with their bytes, and after which event each.
struct Workload {
    before: Media,
    events: Vec<Event>,
    acknowledged: Vec<(usize, ChangeHash, Vec<u8>)>,
}

/// Makes and opens so many images. With `lies` the disk does not sync what it says it has synced:
/// the images must show it.
///
/// # Errors
/// What is wrong with the first bad image, and how to make it again.
pub fn check_images(seed: u64, count: u64, lies: bool) -> Result<Images, String> {
    let mut done = Images::default();
    for workload in 0.. {
        let wanted = IMAGES_OF_WORKLOAD.min(count - done.images);
        if wanted == 0 {
            break;
        }
        let mut random = Random::new(seed.wrapping_add(workload));
        let replay = |what: String| {
            let seed = seed.wrapping_add(workload);
            format!("{what}\nreplay: soak images --seed {seed} --count {IMAGES_OF_WORKLOAD}")
        };
        let work = work(&mut random, lies).map_err(replay)?;
        done.workloads += 1;
        done.events += work.events.len() as u64;
        cut(work, wanted, &mut random, &mut done).map_err(replay)?;
    }
    Ok(done)
}

fn work(random: &mut Random, lies: bool) -> Result<Workload, String> {
    let founded = district::founded().map_err(|error| error.to_string())?;
    let mut server = Server::on(&founded.image, 0, lies.then_some(Flaw::LyingDisk));
    let before = server.disk.start_log();
    server.start().map_err(|error| error.to_string())?;
    let mut phones = Vec::new();
    for (user, devices) in founded.devices.iter().enumerate() {
        let shelf = FaultyShelf::default();
        let grant = People::founded().grant(user).ok_or("no grant")?;
        if grant.written_in(Kind::Petition).is_empty() {
            continue;
        }
        let owner = Owner::new(user, devices[0], grant);
        let phone = SimulatedPhone::open(owner, shelf, random);
        phones.push(phone.map_err(|error| error.to_string())?);
    }
    let mut acknowledged = Vec::new();
    for request in 0..REQUESTS {
        let which = random.below(phones.len() as u64) as usize;
        let phone = &mut phones[which];
        for _ in 0..=random.below(3) {
            write(phone, random).map_err(|error| error.to_string())?;
        }
        let pushed = phone.device.session().outbox().values();
        let pushed: HashMap<_, _> = pushed.map(|o| (o.hash, o.bytes.clone())).collect();
        push(&server, phone, START_MS + request as i64, random)?;
        let after = server.disk.logged();
        let receipts = phone.device.receipts();
        for receipt in &receipts[phone.receipts_taken..] {
            if receipt.verdict.is_stored() {
                acknowledged.push((after, receipt.hash, pushed[&receipt.hash].clone()));
            }
        }
        phone.receipts_taken = receipts.len();
        if random.chance(1, 40) {
            server.stop();
            server.start().map_err(|error| error.to_string())?;
        }
    }
    server.stop();
    Ok(Workload {
        before,
        events: server.disk.take_log(),
        acknowledged,
    })
}

fn write(phone: &mut SimulatedPhone, random: &mut Random) -> Result<(), PhoneError> {
    let ids = phone.device.shelf().ids()?;
    let header = if ids.is_empty() || random.chance(1, 3) {
        DocumentHeader {
            id: DocumentId::new(START_MS.unsigned_abs(), random.array()),
            kind: Kind::Petition,
            unit: random
                .pick(&phone.owner.grant.written_in(Kind::Petition))
                .clone(),
        }
    } else {
        let stored = phone.device.shelf().document(*random.pick(&ids))?;
        stored.ok_or(PhoneError::NoDocument(ids[0]))?.header
    };
    let length = 3 + random.below(40) as usize;
    let content = random.bytes(length);
    let content: String = content
        .iter()
        .map(|byte| (b'a' + byte % 26) as char)
        .collect();
    let edits = [Edit::new("content", content)];
    phone
        .act(START_MS, random, |device, moment| {
            device.write(&header, None, &edits, moment)
        })
        .map(|_| ())
}

fn push(
    server: &Server,
    phone: &mut SimulatedPhone,
    now_ms: i64,
    random: &mut Random,
) -> Result<(), String> {
    let requested = phone.request(now_ms);
    let (attempt, _) = requested.map_err(|error| error.to_string())?;
    let body = attempt.request.encode();
    let Answer::Reply(body) = server.answer(phone.device_id(), &body, now_ms)? else {
        return Err("no reply".to_owned());
    };
    match phone.take(&attempt, (&body, true), now_ms, random) {
        Ok((_, true)) => Ok(()),
        Ok((_, false)) => Err("the push is not done after one request".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Cuts the power during `wanted` events, half of them syncs.
fn cut(work: Workload, wanted: u64, random: &mut Random, done: &mut Images) -> Result<(), String> {
    let is_sync = |event: &Event| matches!(event, Event::Sync { .. });
    let syncs = work.events.iter().enumerate();
    let syncs: Vec<usize> = syncs
        .filter(|(_, event)| is_sync(event))
        .map(|(index, _)| index)
        .collect();
    let mut points: Vec<usize> = (0..wanted)
        .map(|index| match index % 4 {
            0 if !syncs.is_empty() => *random.pick(&syncs),
            1 if !syncs.is_empty() => random.pick(&syncs) + 1,
            _ => random.below(work.events.len() as u64 + 1) as usize,
        })
        .collect();
    points.sort_unstable();
    let mut media = work.before;
    let mut applied = 0;
    for point in points {
        for event in &work.events[applied..point] {
            media.apply(event);
        }
        applied = point;
        let acknowledged = work.acknowledged.iter();
        let acknowledged: Vec<_> = acknowledged.take_while(|(at, ..)| *at <= point).collect();
        let image = media.survivors(random);
        let found = open(&image, &acknowledged, random)
            .map_err(|what| format!("cut before event {point} of {}: {what}", work.events.len()))?;
        done.found += found;
        done.images += 1;
        let beside = |index: usize| work.events.get(index).is_some_and(is_sync);
        done.at_syncs += u64::from(beside(point) || point > 0 && beside(point - 1));
    }
    Ok(())
}

/// Opens an image as the server would; gives how many acknowledged changes it found.
fn open(
    image: &Image,
    acknowledged: &[&(usize, ChangeHash, Vec<u8>)],
    random: &mut Random,
) -> Result<u64, String> {
    let mut server = Server::on(image, random.number(), None);
    let said = |error: StoreError| error.to_string();
    server.start().map_err(said)?;
    let store = server.store().ok_or("the server is off")?;
    let feed = check::feed(&**store).map_err(said)??;
    check::documents(&feed)?;
    let stored: HashMap<_, _> = feed.iter().map(|fed| (fed.hash, &fed.bytes)).collect();
    for (_, hash, bytes) in acknowledged {
        match stored.get(hash) {
            None => return Err(format!("acknowledged and lost: {hash}")),
            Some(stored) if *stored != bytes => return Err(format!("altered: {hash}")),
            Some(_) => {}
        }
    }
    let (user, number) = (0, district::founded().map_err(said)?.devices[0][1]);
    let grant = People::founded().grant(user).ok_or("no grant")?;
    let owner = Owner::new(user, number, grant);
    let phone = SimulatedPhone::open(owner, FaultyShelf::default(), random);
    let mut phone = phone.map_err(|error| error.to_string())?;
    write(&mut phone, random).map_err(|error| error.to_string())?;
    push(&server, &mut phone, START_MS, random).map_err(|what| format!("new work: {what}"))?;
    Ok(acknowledged.len() as u64)
}
