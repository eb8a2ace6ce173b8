//! A page's end of the line to the core's worker: numbered calls that become futures, and signals.
//!
//! Refuses nothing and repeats nothing: a call is answered once, or the worker is gone and every
//! call fails at once.

use std::cell::RefCell;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use js_sys::Uint8Array;
use kiennghi_messages::{Answer, Cause, Command, Failure, Outcome, Signal, Status};
use minicbor::{Decode, Encode};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{MessageEvent, Worker};

use crate::browser;

/// What a call comes to.
pub type Answered<A = Answer> = Result<A, Failure>;

/// The same, as it was encoded.
type Encoded = Result<Vec<u8>, Failure>;

#[derive(Default)]
struct Line {
    worker: Option<Worker>,
    gone: bool,
    number: u32,
    waiting: Vec<(u32, Rc<RefCell<Slot>>)>,
}

#[derive(Default)]
struct Slot {
    answered: Option<Encoded>,
    waker: Option<Waker>,
}

impl Slot {
    fn fill(slot: &RefCell<Slot>, answered: Encoded) {
        let waker = {
            let mut slot = slot.borrow_mut();
            slot.answered = Some(answered);
            slot.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

thread_local! {
    static LINE: RefCell<Line> = RefCell::default();
}

/// An answer that is still to come.
#[must_use]
pub struct Reply<A = Answer> {
    slot: Rc<RefCell<Slot>>,
    answer: PhantomData<fn() -> A>,
}

impl<A: for<'b> Decode<'b, ()>> Future for Reply<A> {
    type Output = Answered<A>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answered<A>> {
        let mut slot = self.slot.borrow_mut();
        match slot.answered.take() {
            Some(Ok(bytes)) => Poll::Ready(minicbor::decode(&bytes).map_err(|_| unexpected())),
            Some(Err(failure)) => Poll::Ready(Err(failure)),
            None => {
                slot.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Sends a command; the answer comes when the reply is awaited.
pub fn call(command: Command) -> Reply {
    ask(command)
}

/// The same, of an app that knows fewer kinds of either.
pub fn ask<A>(command: impl Encode<()>) -> Reply<A> {
    Reply {
        slot: send(&|number| minicbor::to_vec((number, &command)).ok()),
        answer: PhantomData,
    }
}

/// Sends a command whose answer nobody waits for.
pub fn tell(command: impl Encode<()>) {
    drop(ask::<()>(command));
}

/// Sends what a call of this number is encoded as.
fn send(encode: &dyn Fn(u32) -> Option<Vec<u8>>) -> Rc<RefCell<Slot>> {
    let slot = Rc::new(RefCell::new(Slot::default()));
    let sent = LINE.with_borrow_mut(|line| {
        if line.gone {
            return false;
        }
        let Some(worker) = line.worker.clone() else {
            return false;
        };
        line.number += 1;
        let Some(bytes) = encode(line.number) else {
            return false;
        };
        line.waiting.push((line.number, Rc::clone(&slot)));
        worker
            .post_message(&Uint8Array::from(bytes.as_slice()))
            .is_ok()
    });
    if !sent {
        Slot::fill(&slot, Err(gone()));
    }
    slot
}

/// Takes the worker that the page's boot script started, as `boot_value("worker")`, and listens to it.
pub fn listen(
    on_status: impl Fn(Status) + 'static,
    on_changed: impl Fn() + 'static,
    on_erased: impl Fn() + 'static,
    on_gone: impl Fn(Failure) + Clone + 'static,
) {
    let worker = browser::boot_value("worker").and_then(|value| value.dyn_into::<Worker>().ok());
    let Some(worker) = worker else {
        on_gone(gone());
        return;
    };
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Ok(bytes) = event.data().dyn_into::<Uint8Array>() else {
            return;
        };
        match minicbor::decode::<Signal>(&bytes.to_vec()) {
            Ok(Signal::Answer { number, outcome }) => answer(number, outcome),
            Ok(Signal::Status(status)) => on_status(*status),
            Ok(Signal::Changed) => on_changed(),
            Ok(Signal::Erased) => on_erased(),
            Err(_) => browser::warn("a signal of the worker cannot be read"),
        }
    });
    let tell_gone = on_gone.clone();
    let broke = Closure::<dyn FnMut()>::new(move || {
        hang_up();
        tell_gone(gone());
    });
    worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    worker.set_onerror(Some(broke.as_ref().unchecked_ref()));
    heard.forget();
    broke.forget();
    LINE.with_borrow_mut(|line| line.worker = Some(worker));
    let broken_before = browser::boot_value("workerError").is_some_and(|error| error.is_string());
    if broken_before {
        hang_up();
        on_gone(gone());
    }
}

fn answer(number: u32, outcome: Outcome) {
    let slot = LINE.with_borrow_mut(|line| {
        let place = line.waiting.iter().position(|(call, _)| *call == number)?;
        Some(line.waiting.swap_remove(place).1)
    });
    if let Some(slot) = slot {
        Slot::fill(
            &slot,
            match outcome {
                Outcome::Done(bytes) => Ok(bytes),
                Outcome::Failed(failure) => Err(failure),
            },
        );
    }
}

/// Fails every call that waits, and all that come.
fn hang_up() {
    let waiting = LINE.with_borrow_mut(|line| {
        line.gone = true;
        std::mem::take(&mut line.waiting)
    });
    for (_, slot) in waiting {
        Slot::fill(&slot, Err(gone()));
    }
}

fn gone() -> Failure {
    Failure {
        cause: Cause::Storage,
        message: "Phần lưu trữ của ứng dụng không chạy. Hãy tải lại trang.".to_owned(),
    }
}

/// Says that the worker answered with something other than what was asked for.
pub fn unexpected() -> Failure {
    Failure {
        cause: Cause::NotFound,
        message: "Ứng dụng trả lời không đúng. Hãy tải lại trang.".to_owned(),
    }
}
