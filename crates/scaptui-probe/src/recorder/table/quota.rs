//! quotactl: what its last argument points to depends on the command in its first.

use crate::recorder::context::Context;
use crate::recorder::flags;
use crate::recorder::params::{number, Params};

/// Operations of the call's row.
const PATH: usize = 1;
const STRUCTURE: usize = 2;

/// Commands as captures write them.
mod command {
    pub(super) const QUOTA_ON: u64 = 1;
    pub(super) const GET_FORMAT: u64 = 4;
    pub(super) const GET_INFO: u64 = 8;
    pub(super) const SET_INFO: u64 = 16;
    pub(super) const GET_QUOTA: u64 = 32;
    pub(super) const SET_QUOTA: u64 = 64;
    /// Commands whose third argument is a user, a group or a project.
    pub(super) const WITH_ID: u64 = 32 | 64 | 1024 | 2048;
}

/// `struct if_dqblk`: eight numbers, then which of them count.
const LIMITS_VALID: usize = 64;
/// `struct if_dqinfo`: two times and flags, then which of them count.
const INFO_VALID: usize = 20;

fn command(context: &Context<'_>) -> u64 {
    flags::quota_command(context.arg(0))
}

/// The structure of one of two commands: what is asked for is there when the call succeeded.
fn structure<'a>(context: &Context<'a>, get: u64, set: u64) -> Option<&'a [u8]> {
    let command = command(context);
    let is_there = command == set || command == get && context.record.ret >= 0;
    context.bytes(STRUCTURE).filter(|_| is_there)
}

/// A number of the limits, 0 where it does not count.
fn limit(context: &Context<'_>, params: &mut Params, at: usize, counts: u64) {
    let limits = structure(context, command::GET_QUOTA, command::SET_QUOTA);
    let limits = limits.filter(|limits| number(limits, LIMITS_VALID, 4) & counts != 0);
    params.u64(limits.map_or(0, |limits| number(limits, at, 8)));
}

fn info<'a>(context: &Context<'a>, counts: u64) -> Option<&'a [u8]> {
    let info = structure(context, command::GET_INFO, command::SET_INFO)?;
    Some(info).filter(|info| number(info, INFO_VALID, 4) & counts != 0)
}

pub(super) fn path(context: &Context<'_>, params: &mut Params) {
    match context.bytes(PATH).filter(|_| command(context) == command::QUOTA_ON) {
        Some(path) => params.text(path),
        None => params.empty(),
    }
}

pub(super) fn hard_space(context: &Context<'_>, params: &mut Params) {
    limit(context, params, 0, 1);
}

pub(super) fn soft_space(context: &Context<'_>, params: &mut Params) {
    limit(context, params, 8, 1);
}

pub(super) fn space(context: &Context<'_>, params: &mut Params) {
    limit(context, params, 16, 2);
}

pub(super) fn hard_inodes(context: &Context<'_>, params: &mut Params) {
    limit(context, params, 24, 4);
}

pub(super) fn soft_inodes(context: &Context<'_>, params: &mut Params) {
    limit(context, params, 32, 4);
}

pub(super) fn space_time(context: &Context<'_>, params: &mut Params) {
    limit(context, params, 48, 16);
}

pub(super) fn inode_time(context: &Context<'_>, params: &mut Params) {
    limit(context, params, 56, 32);
}

pub(super) fn space_grace(context: &Context<'_>, params: &mut Params) {
    params.u64(info(context, 1).map_or(0, |info| number(info, 0, 8)));
}

pub(super) fn inode_grace(context: &Context<'_>, params: &mut Params) {
    params.u64(info(context, 2).map_or(0, |info| number(info, 8, 8)));
}

pub(super) fn info_flags(context: &Context<'_>, params: &mut Params) {
    params.bytes(&[info(context, 4).map_or(0, |info| number(info, 16, 1) as u8)]);
}

pub(super) fn format_found(context: &Context<'_>, params: &mut Params) {
    let found = structure(context, command::GET_FORMAT, command::GET_FORMAT).filter(|_| context.record.ret >= 0);
    params.bytes(&[flags::quota_format(found.map(|format| number(format, 0, 4)))]);
}

pub(super) fn format_wanted(context: &Context<'_>, params: &mut Params) {
    let wanted = Some(context.arg(2)).filter(|_| command(context) == command::QUOTA_ON);
    params.bytes(&[flags::quota_format(wanted)]);
}

pub(super) fn id(context: &Context<'_>, params: &mut Params) {
    params.u32(if command(context) & command::WITH_ID != 0 { context.arg(2) as u32 } else { 0 });
}
