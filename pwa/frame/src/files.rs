//! Files that the server makes: fetched by the worker, which shows the server who asks, and given to the person.

use kiennghi_messages::{Cause, DeskAnswer, DeskCommand};
use kiennghi_parts::live::live;
use kiennghi_shared::code::Code;
use leptos::prelude::*;

use crate::browser;
use crate::failure::{Failure, Step};
use crate::worker;

/// The files that can be had on a page, one at a time.
#[derive(Clone, Copy)]
pub struct Files {
    step: Step,
    /// The name of the last one.
    got: RwSignal<Option<String>>,
}

impl Files {
    /// Nothing was fetched yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            step: Step::new(),
            got: RwSignal::new(None),
        }
    }

    /// A button that fetches what stands at a path under `/api/v1/`; `class` says how it looks beside `button`.
    pub fn button(
        self,
        test: &'static str,
        class: &'static str,
        words: &'static str,
        path: impl Fn() -> String + Send + Sync + 'static,
    ) -> AnyView {
        self.step.button(test, class, words, move || {
            self.got.set(None);
            let path = path();
            self.step.take(async move {
                self.got.set(Some(fetch(path).await?));
                Ok(())
            });
        })
    }

    /// What came of it, in words.
    pub fn outcome(self) -> AnyView {
        let words = live(move || {
            if self.step.is_busy() {
                return Some(view! { <p class="muted">"Đang lấy tệp…"</p> }.into_any());
            }
            let name = self.got.get()?;
            let words = format!("Đã tải “{name}”. Tệp nằm trong mục Tải xuống của trình duyệt.");
            Some(
                view! { <p class="notice ok" data-test="downloaded" data-name=name>{words}</p> }
                    .into_any(),
            )
        });
        view! { <div role="status">{words}</div>{self.step.failure()} }.into_any()
    }
}

impl Default for Files {
    fn default() -> Self {
        Self::new()
    }
}

/// Fetches a file, hands it over, and says what it is called.
async fn fetch(path: String) -> Result<String, Failure> {
    match worker::ask(DeskCommand::Download(format!("/api/v1/{path}"))).await {
        Ok(DeskAnswer::File { name, bytes }) => {
            browser::download_bytes(&name, "application/octet-stream", &bytes);
            Ok(name)
        }
        Ok(_) => Err(worker::unexpected().into()),
        Err(told) => Err(in_words(told.into())),
    }
}

fn in_words(mut failure: Failure) -> Failure {
    let words = match failure.0.cause {
        Cause::Server(Code::NotFound) => {
            "Chưa có nội dung cho tệp này, hoặc bạn không được xem phần này."
        }
        Cause::Server(Code::TooLarge) => {
            "Khoảng thời gian này có quá nhiều vụ việc cho một tệp. Hãy chọn khoảng ngắn hơn."
        }
        _ => return failure,
    };
    words.clone_into(&mut failure.0.message);
    failure
}
