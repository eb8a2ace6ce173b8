//! A file that a person chose on this machine.

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, File, HtmlInputElement};

/// The file.
#[derive(Debug, Clone)]
pub struct Chosen(File);

impl Chosen {
    /// What an `<input type="file">` says at its `change`; none when nothing is chosen any more.
    #[must_use]
    pub fn of(event: &Event) -> Option<Self> {
        let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
        input.files()?.get(0).map(Self)
    }

    /// Has the `<input>` forget what was chosen, so that the same file, put right, can be chosen again.
    pub fn forget(event: &Event) {
        if let Some(input) = event
            .target()
            .and_then(|it| it.dyn_into::<HtmlInputElement>().ok())
        {
            input.set_value("");
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// How many bytes it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.0.size() as u64
    }

    /// Its bytes; none when it cannot be read, because it was changed or removed since for instance.
    pub async fn bytes(&self) -> Option<Vec<u8>> {
        let buffer = JsFuture::from(self.0.array_buffer()).await.ok()?;
        Some(Uint8Array::new(&buffer).to_vec())
    }
}
