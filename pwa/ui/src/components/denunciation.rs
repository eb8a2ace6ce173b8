//! Denunciations are not kept on this device: words that name one are asked about before they are saved.

use kiennghi_shared::text::fold;
use leptos::prelude::*;

use crate::browser;
use crate::form::Form;

/// Whether what was typed as a petition's content names a denunciation.
pub(crate) fn is_named(form: Form) -> bool {
    form.differs("content") && fold(&form.text("content")).contains("to cao")
}

/// Takes the person to the question, once it is there.
pub(crate) fn focus() {
    browser::soon(|| browser::focus("denunciation-question"));
}

/// Asks whether words that name a denunciation are one: such are not kept.
pub(crate) fn question(keep: Callback<()>, erase: Callback<()>) -> AnyView {
    view! {
        <section class="notice warning" role="group" aria-labelledby="denunciation-question" data-test="denunciation-question">
            <h2 id="denunciation-question" tabindex="-1">"Cử tri kiến nghị hay tố cáo?"</h2>
            <p>"Nội dung có chữ “tố cáo”, chưa được lưu. Tố cáo một người hay một cơ quan thì không được ghi trên máy."</p>
            <p class="actions">
                <button type="button" class="button danger" data-test="is-denunciation" on:click=move |_| erase.run(())>"Đây là tố cáo – xoá nội dung và xem cách làm"</button>
                <button type="button" class="button" data-test="is-petition" on:click=move |_| keep.run(())>"Đây là kiến nghị – lưu"</button>
            </p>
        </section>
    }
    .into_any()
}
