//! Sockets.

use super::From::{Arg, Data, In, Ret, VectorData, VectorSize, With};
use super::{
    address, address_out, call, extra, fixed_out, given, message_read, message_written, messages_read,
    messages_written, read, traits, written, Call, RESULT,
};
use crate::recorder::context::Context;
use crate::recorder::flags;
use crate::recorder::params::Params;
use crate::recorder::record::chunk;
use crate::recorder::sockets::{self, Direction};

fn socket_flags(context: &Context<'_>, params: &mut Params) {
    params.u32(flags::descriptor(context.arg(1)) as u32);
}

/// The address that is the first operation's.
fn bound(context: &Context<'_>, params: &mut Params) {
    match context.bytes(0).and_then(sockets::address) {
        Some(address) => params.bytes(&address),
        None => params.empty(),
    }
}

fn tuple(context: &Context<'_>, params: &mut Params, direction: Direction, named: Option<&[u8]>) {
    match context.socket().and_then(|socket| socket.tuple(direction, named)) {
        Some(tuple) => params.bytes(&tuple),
        None => params.empty(),
    }
}

fn connected(context: &Context<'_>, params: &mut Params) {
    tuple(context, params, Direction::Out, context.bytes(0));
}

fn accepted(context: &Context<'_>, params: &mut Params) {
    tuple(context, params, Direction::In, None);
}

/// The address is the second operation's.
fn sent(context: &Context<'_>, params: &mut Params) {
    tuple(context, params, Direction::Out, context.bytes(1));
}

fn received(context: &Context<'_>, params: &mut Params) {
    tuple(context, params, Direction::In, context.bytes(1));
}

fn message_sent(context: &Context<'_>, params: &mut Params) {
    tuple(context, params, Direction::Out, context.bytes(chunk::NAME));
}

fn message_received(context: &Context<'_>, params: &mut Params) {
    tuple(context, params, Direction::In, context.bytes(chunk::NAME));
}

fn control(context: &Context<'_>, params: &mut Params) {
    params.bytes(context.bytes(chunk::CONTROL).unwrap_or_default());
}

/// Of one of several messages its bytes, else the call's result.
fn message_result(context: &Context<'_>, params: &mut Params) {
    params.i64(context.chunks.message_bytes().map_or(context.record.ret, i64::from));
}

/// Bytes of the message that was received.
fn message_size(context: &Context<'_>, params: &mut Params) {
    params.u32(context.chunks.message_bytes().unwrap_or(0));
}

fn queue_percent(context: &Context<'_>, params: &mut Params) {
    match context.queue() {
        Some((length, most)) if most > 0 => {
            params.bytes(&[u8::try_from(u64::from(length) * 100 / u64::from(most)).unwrap_or(u8::MAX)]);
        }
        Some(_) => params.bytes(&[0]),
        None => params.empty(),
    }
}

fn queue_length(context: &Context<'_>, params: &mut Params) {
    params.maybe_u32(context.queue().map(|queue| queue.0));
}

fn queue_most(context: &Context<'_>, params: &mut Params) {
    params.maybe_u32(context.queue().map(|queue| queue.1));
}

fn pair(context: &Context<'_>, params: &mut Params, index: usize) {
    params.u64(context.pair(index));
}

fn first(context: &Context<'_>, params: &mut Params) {
    pair(context, params, 0);
}

fn second(context: &Context<'_>, params: &mut Params) {
    pair(context, params, 1);
}

fn option_level(context: &Context<'_>, params: &mut Params) {
    params.bytes(&[flags::socket_level(context.arg(1)) as u8]);
}

fn option_name(context: &Context<'_>, params: &mut Params) {
    params.bytes(&[flags::socket_option(context.arg(1), context.arg(2)) as u8]);
}

fn option_value(context: &Context<'_>, params: &mut Params) {
    params.bytes(&sockets::option(context.arg(1), context.arg(2), context.bytes(0).unwrap_or_default()));
}

/// How long the value is that getsockopt gave.
fn option_length(context: &Context<'_>, params: &mut Params) {
    params.u32(context.bytes(0).map_or(0, <[u8]>::len) as u32);
}

const FD0: u8 = 0;

#[rustfmt::skip]
pub(super) static CALLS: &[Call] = &[
    call("socket", 19, &[], &[Ret, Arg(0), Arg(1), Arg(2), With(socket_flags)]),
    call("socketpair", 43, &[fixed_out(3, 8)], &[Ret, In(0, 0, 4), In(0, 4, 4), With(first), With(second), Arg(0), Arg(1), Arg(2)]).extra(extra::PAIR, 3),
    call("bind", 21, &[address(1, 2)], &[Ret, With(bound), Arg(0)]),
    call("connect", 23, &[address(1, 2)], &[Ret, With(connected), Arg(0), With(bound)]).extra(extra::SOCKET, FD0),
    call("listen", 25, &[], &[Ret, Arg(0), Arg(1)]),
    call("accept", 247, &[], &[Ret, With(accepted), With(queue_percent), With(queue_length), With(queue_most)]).extra(extra::SOCKET | extra::QUEUE, RESULT),
    call("accept4", 389, &[], &[Ret, With(accepted), With(queue_percent), With(queue_length), With(queue_most), Arg(3)]).extra(extra::SOCKET | extra::QUEUE, RESULT),
    call("getsockname", 39, &[], &[]),
    call("getpeername", 41, &[], &[]),
    call("shutdown", 37, &[], &[Ret, Arg(0), Arg(1)]),
    call("setsockopt", 45, &[given(3, 4)], &[Ret, Arg(0), With(option_level), With(option_name), With(option_value), Arg(4)]),
    call("getsockopt", 47, &[address_out(3, 4)], &[Ret, Arg(0), With(option_level), With(option_name), With(option_value), With(option_length)]),
    call("sendto", 31, &[written(1, 2), address(4, 5)], &[Ret, Data(0), Arg(0), Arg(2), With(sent)]).extra(extra::SOCKET, FD0),
    call("recvfrom", 35, &[read(1), address_out(4, 5)], &[Ret, Data(0), With(received), Arg(0), Arg(2)]).extra(extra::SOCKET, FD0),
    call("sendmsg", 49, &[message_written(1)], &[Ret, VectorData(0), Arg(0), VectorSize(0), With(message_sent)]).extra(extra::SOCKET, FD0),
    call("recvmsg", 53, &[message_read(1)], &[Ret, VectorSize(0), VectorData(0), With(message_received), With(control), Arg(0)]).extra(extra::SOCKET, FD0).traits(traits::GIVES),
    call("sendmmsg", 51, &[messages_written(1)], &[With(message_result), Arg(0), VectorSize(0), VectorData(0), With(message_sent)]).extra(extra::SOCKET, FD0),
    call("recvmmsg", 55, &[messages_read(1)], &[With(message_result), Arg(0), With(message_size), VectorData(0), With(message_received), With(control)]).extra(extra::SOCKET, FD0).traits(traits::GIVES),
];
