//! The few calls of bpf(2) that a check makes, without a loader.
#![allow(unsafe_code, reason = "no safe wrapper has bpf(2)")]

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

const MAP_CREATE: libc::c_int = 0;
const PROG_LOAD: libc::c_int = 5;
const RAW_TRACEPOINT_OPEN: libc::c_int = 17;

const MAP_TYPE_RING_BUFFER: u32 = 27;
const PROG_TYPE_RAW_TRACEPOINT: u32 = 17;
const HELPER_PROBE_READ_KERNEL: i32 = 113;

/// One instruction of BPF: operation, source and destination register, offset, constant.
#[repr(C)]
struct Instruction {
    code: u8,
    registers: u8,
    offset: i16,
    constant: i32,
}

const fn instruction(code: u8, destination: u8, source: u8, constant: i32) -> Instruction {
    Instruction { code, registers: source << 4 | destination, offset: 0, constant }
}

/// Reads eight bytes of the kernel onto its stack and ends: what lockdown forbids, and capabilities allow.
const PROGRAM: [Instruction; 7] = [
    // r1 = r10 - 8; r2 = 8; r3 = 0
    instruction(0xbf, 1, 10, 0),
    instruction(0x07, 1, 0, -8),
    instruction(0xb7, 2, 0, 8),
    instruction(0xb7, 3, 0, 0),
    instruction(0x85, 0, 0, HELPER_PROBE_READ_KERNEL),
    // return 0
    instruction(0xb7, 0, 0, 0),
    instruction(0x95, 0, 0, 0),
];

#[repr(C)]
struct MapCreate {
    kind: u32,
    key_size: u32,
    value_size: u32,
    max_entries: u32,
}

#[repr(C)]
struct ProgLoad {
    kind: u32,
    instruction_count: u32,
    instructions: u64,
    license: u64,
}

#[repr(C)]
struct RawTracepointOpen {
    name: u64,
    program: u32,
    padding: u32,
}

/// Makes a ring buffer of this many bytes, a power of two and a multiple of the page's.
pub(super) fn ring_buffer(bytes: usize) -> io::Result<OwnedFd> {
    let max_entries = u32::try_from(bytes).unwrap_or(u32::MAX);
    let attributes = MapCreate { kind: MAP_TYPE_RING_BUFFER, key_size: 0, value_size: 0, max_entries };
    // SAFETY: the attributes hold no pointers.
    unsafe { bpf(MAP_CREATE, &attributes) }
}

/// Loads a program that reads memory of the kernel.
pub(super) fn program() -> io::Result<OwnedFd> {
    let attributes = ProgLoad {
        kind: PROG_TYPE_RAW_TRACEPOINT,
        instruction_count: u32::try_from(PROGRAM.len()).unwrap_or_default(),
        instructions: address(PROGRAM.as_ptr()),
        license: address(c"GPL".as_ptr()),
    };
    // SAFETY: both pointers are to constants, of which the kernel reads as many instructions as are counted, and the
    // license up to its NUL.
    unsafe { bpf(PROG_LOAD, &attributes) }
}

/// Attaches the program to a tracepoint, until what it gives is dropped.
pub(super) fn attach(program: &OwnedFd, tracepoint: &CStr) -> io::Result<OwnedFd> {
    let program = u32::try_from(program.as_raw_fd()).unwrap_or_default();
    let attributes = RawTracepointOpen { name: address(tracepoint.as_ptr()), program, padding: 0 };
    // SAFETY: the name is read up to its NUL and lives as long as the call.
    unsafe { bpf(RAW_TRACEPOINT_OPEN, &attributes) }
}

fn address<T>(pointer: *const T) -> u64 {
    u64::try_from(pointer.addr()).unwrap_or_default()
}

/// # Safety
/// Every address in the attributes must be valid for what the command reads there.
unsafe fn bpf<T>(command: libc::c_int, attributes: &T) -> io::Result<OwnedFd> {
    // SAFETY: the kernel reads as many bytes of the attributes as it is told, and takes the rest as zeros.
    let result = unsafe { libc::syscall(libc::SYS_bpf, command, std::ptr::from_ref(attributes), size_of::<T>()) };
    match i32::try_from(result) {
        // SAFETY: these commands give a new descriptor that nobody else has.
        Ok(fd) if fd >= 0 => Ok(unsafe { OwnedFd::from_raw_fd(fd) }),
        _ => Err(io::Error::last_os_error()),
    }
}
