//! The one table of system calls: for each its event, what the kernel copies, and where every parameter comes from.
//!
//! The kernel's plan ([`crate::recorder::plan`]) and the encoder ([`crate::recorder::encode`]) are both made from it. Calls that are not in
//! it become generic events. Parameters are those of the event's newest schema, in its order; enter events take theirs
//! by name.

mod files;
mod memory;
mod network;
mod processes;
mod quota;

use crate::recorder::context::Context;
use crate::recorder::params::Params;

/// What the kernel copies for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    pub(crate) copy: u8,
    pub(crate) argument: u8,
    /// The argument with the length, [`RESULT`], or an argument plus [`UNLESS_RESULT`].
    pub(crate) length: u8,
    /// 1: valid when the call begins; 2: an input, but copied only when it returns; 0: an output, valid on success.
    pub(crate) at_enter: u8,
    pub(crate) size: u16,
}

/// The length is the call's result.
pub(crate) const RESULT: u8 = 6;
/// The length is the call's result when that is above zero, else the argument.
const UNLESS_RESULT: u8 = 8;

const fn operation(copy: u8, argument: u8, length: u8, at_enter: u8, size: u16) -> Operation {
    Operation { copy, argument, length, at_enter, size }
}

/// A string the call is given.
const fn text(argument: u8) -> Operation {
    operation(1, argument, 0, 1, 0)
}
/// A string the call writes.
const fn text_out(argument: u8) -> Operation {
    operation(1, argument, 0, 0, 0)
}
/// Bytes the call read; the result is their number.
const fn read(argument: u8) -> Operation {
    operation(2, argument, RESULT, 0, 0)
}
/// Bytes the call writes.
const fn written(argument: u8, length: u8) -> Operation {
    operation(2, argument, length | UNLESS_RESULT, 2, 0)
}
/// Bytes the call is given whose number has nothing to do with the result.
const fn given(argument: u8, length: u8) -> Operation {
    operation(2, argument, length, 2, 0)
}
/// A structure the call is given.
const fn fixed(argument: u8, size: u16) -> Operation {
    operation(3, argument, 0, 1, size)
}
/// A structure the call writes.
const fn fixed_out(argument: u8, size: u16) -> Operation {
    operation(3, argument, 0, 0, size)
}
/// A structure the call is given or fills, depending on what it is asked to do: copied when it returns, however it does.
const fn given_structure(argument: u8, size: u16) -> Operation {
    operation(3, argument, 0, 2, size)
}
/// A socket address the call is given.
const fn address(argument: u8, length: u8) -> Operation {
    operation(4, argument, length, 1, 0)
}
/// A socket address, or another value with its length, that the call writes.
const fn address_out(argument: u8, length: u8) -> Operation {
    operation(5, argument, length, 0, 0)
}
/// Buffers the call fills.
const fn vector_read(argument: u8, count: u8) -> Operation {
    operation(6, argument, count, 0, 0)
}
/// Buffers the call writes.
const fn vector_written(argument: u8, count: u8) -> Operation {
    operation(6, argument, count, 2, 0)
}
/// A message the call receives.
const fn message_read(argument: u8) -> Operation {
    operation(7, argument, 0, 0, 0)
}
/// A message the call sends.
const fn message_written(argument: u8) -> Operation {
    operation(7, argument, 0, 2, 0)
}
/// Messages the call receives; the result is their number.
const fn messages_read(argument: u8) -> Operation {
    operation(9, argument, 0, 0, 0)
}
/// Messages the call sends.
const fn messages_written(argument: u8) -> Operation {
    operation(9, argument, 0, 2, 0)
}
/// An array the call is given.
const fn list(argument: u8, count: u8, size: u16) -> Operation {
    operation(8, argument, count, 1, size)
}

/// What else the kernel looks at: the bits of `EXTRA_` in `bpf/records.h`.
pub(crate) mod extra {
    pub(crate) const SOCKET: u8 = 1;
    pub(crate) const FILE: u8 = 2;
    pub(crate) const MEMORY: u8 = 4;
    pub(crate) const CLONE: u8 = 8;
    pub(crate) const EXEC: u8 = 16;
    pub(crate) const QUEUE: u8 = 32;
    pub(crate) const PAIR: u8 = 64;
    pub(crate) const PIPE: u8 = 128;
}

/// Where a parameter comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum From {
    /// The result.
    Ret,
    /// An argument; ids and descriptors are 32 bits wide with a sign.
    Arg(u8),
    /// An argument whose bits have another meaning in captures.
    Map(u8, fn(u64) -> u64),
    /// A string: the operation's number.
    Text(u8),
    /// Bytes: the operation's number.
    Data(u8),
    /// A number in a structure: operation, offset, bytes.
    In(u8, u8, u8),
    /// A number in a structure, through a function: operation, offset, bytes.
    MapIn(u8, u8, u8, fn(u64) -> u64),
    /// All buffers of an array together: the operation's number.
    VectorData(u8),
    /// Bytes that an array of buffers has room for: the operation's number.
    VectorSize(u8),
    /// Something of its own.
    With(fn(&Context<'_>, &mut Params)),
    /// Not available.
    Nothing,
}

/// A call that has an event of its own.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) name: &'static str,
    /// The exit event; its enter event is one less.
    pub(crate) exit: u16,
    pub(crate) operations: &'static [Operation],
    pub(crate) extra: u8,
    /// The argument with the descriptor that `extra` is about, or [`RESULT`].
    pub(crate) fd: u8,
    pub(crate) params: &'static [From],
    /// Parameters of the enter event that the exit does not have.
    pub(crate) enter: &'static [(&'static str, From)],
    pub(crate) traits: u8,
}

/// Bits of [`Call::traits`].
pub(crate) mod traits {
    /// Its beginning is sent at once: it may not return, or changes what it was given.
    pub(crate) const NOW: u8 = 1;
    /// Makes or changes threads: wanted of every process.
    pub(crate) const LIFE: u8 = 2;
    /// With the path of the descriptor.
    pub(crate) const PATH: u8 = 4;
    /// May bring descriptors: where it is not asked for, those that do are wanted all the same.
    pub(crate) const GIVES: u8 = 8;
}

const fn call(name: &'static str, exit: u16, operations: &'static [Operation], params: &'static [From]) -> Call {
    Call { name, exit, operations, extra: 0, fd: 0, params, enter: &[], traits: 0 }
}

impl Call {
    const fn extra(mut self, extra: u8, fd: u8) -> Self {
        self.extra = extra;
        self.fd = fd;
        self
    }
    const fn enter(mut self, enter: &'static [(&'static str, From)]) -> Self {
        self.enter = enter;
        self
    }
    const fn traits(mut self, traits: u8) -> Self {
        self.traits = traits;
        self
    }
}

/// Every call with an event of its own.
pub(crate) fn calls() -> impl Iterator<Item = &'static Call> {
    files::CALLS.iter().chain(memory::CALLS).chain(network::CALLS).chain(processes::CALLS)
}
