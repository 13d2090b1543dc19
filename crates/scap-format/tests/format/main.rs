//! What the format crate promises, idea by idea.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod building;
mod captures;
mod cuts;
mod damage;
mod inputs;
mod layouts;
mod round_trip;
mod sysdig;
