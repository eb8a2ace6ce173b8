//! Bodies of requests and replies: whatever comes, decoding ends, and what decodes is encoded to
//! the same meaning.
#![no_main]

use kiennghi_shared::wire::{Reply, Request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    if let Ok(request) = Request::decode(body) {
        let again = Request::decode(&request.encode());
        assert_eq!(again.as_ref(), Ok(&request));
    }
    if let Ok(reply) = Reply::decode(body) {
        // A reply may break off anywhere, and what came before is the same.
        let half = Reply::decode(&body[..body.len() / 2]);
        if let Ok(half) = half {
            assert!(!half.complete && half.chunks.len() <= reply.chunks.len());
        }
    }
});
