//! The recording: programs in the kernel, and the stream that is made of what they send.
//!
//! [`load`] puts the programs of `bpf/` into the kernel, told by [`plan`] what to copy at which call and by [`asked`] of
//! whom. [`run`] drains their rings: [`record`] reads what they send, [`encode`] makes events of it, [`reorder`] puts them in
//! the order of time, [`sink`] writes them. The plan and the encoder are both made from the one [`table`] of system calls.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "numbers of the kernel's interface are taken bit by bit; shares and seconds need no more digits"
)]

mod asked;
mod confine;
mod context;
mod encode;
mod flags;
mod given;
mod life;
mod load;
pub(crate) mod options;
mod params;
mod plan;
mod preamble;
mod record;
mod reorder;
pub(crate) mod run;
mod sink;
mod sockets;
mod status;
mod sys;
mod table;
