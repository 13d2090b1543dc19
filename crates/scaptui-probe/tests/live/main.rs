//! The probe on the running kernel: what was done is compared with what was recorded.
//!
//! Needs root and a kernel that takes the programs; elsewhere the tests say why not, in the kernel's own words.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]
#![allow(
    clippy::borrow_as_ptr,
    clippy::cast_possible_wrap,
    reason = "calls are made as C makes them, numbers compared bit by bit"
)]
#![allow(clippy::print_stderr, reason = "says why a test was left out")]

mod calls;
mod filters;
mod given;
mod layers;
mod network;
mod quotas;
mod recording;
mod stream;
