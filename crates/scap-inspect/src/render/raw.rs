//! The raw text of a parameter: what the event holds.

use super::{append, data, net, number, selected, Scene, Style};
use scap_format::event::{charbuf, signed, unsigned};
use scap_format::tables::{signal_name, ParamInfo, ParamType as T, PrintFormat};

/// Appends what the bytes of a parameter say.
///
/// Numbers are read in the width they have in the file: types were widened over the years. A value that is not
/// there prints "NULL" for buffers, tuples and lists and `<NA>` for the rest, and so does a number of an impossible
/// width.
pub fn raw_text<S: Scene + ?Sized>(out: &mut Vec<u8>, param: &ParamInfo, bytes: &[u8], scene: &S, style: Style) {
    if bytes.is_empty() {
        out.extend_from_slice(if is_buffer(param.ty) { b"NULL" } else { b"<NA>" });
        return;
    }
    let written = match param.ty {
        T::CharBuf | T::FsPath | T::FsRelPath => charbuf(bytes).map(|text| append(out, text)),
        T::ByteBuf => {
            data::bytes(out, bytes, style);
            Some(())
        }
        T::SockAddr => {
            net::sockaddr(out, bytes);
            Some(())
        }
        T::SockTuple => {
            net::socktuple(out, bytes);
            Some(())
        }
        T::FdList => {
            fd_list(out, bytes, scene);
            Some(())
        }
        T::Dyn => {
            match selected(param, bytes) {
                Some((chosen, value)) => raw_text(out, &chosen, value, scene, style),
                None => out.extend_from_slice(b"NULL"),
            }
            Some(())
        }
        // What the file holds is an address in the memory of the program that wrote it.
        T::CharBufArray | T::CharBufPairArray => {
            out.extend_from_slice(b"NULL");
            Some(())
        }
        T::Ipv4Addr | T::Ipv6Addr | T::IpAddr | T::Ipv4Net | T::Ipv6Net | T::IpNet => address(out, bytes),
        _ => numeric(out, param, bytes, scene),
    };
    if written.is_none() {
        out.extend_from_slice(b"<NA>");
    }
}

const fn is_buffer(ty: T) -> bool {
    matches!(ty, T::ByteBuf | T::SockTuple | T::FdList | T::CharBufArray | T::CharBufPairArray | T::Dyn)
}

fn numeric<S: Scene + ?Sized>(out: &mut Vec<u8>, param: &ParamInfo, bytes: &[u8], scene: &S) -> Option<()> {
    match param.ty {
        T::Errno | T::Fd | T::Fd32 | T::Pid | T::Pid32 => number::signed(out, signed(bytes)?),
        T::Uid | T::Gid => match unsigned(bytes)? {
            0xffff_ffff => out.extend_from_slice(b"-1"),
            id => number::unsigned(out, id),
        },
        T::Flags8
        | T::Flags16
        | T::Flags32
        | T::EnumFlags8
        | T::EnumFlags16
        | T::EnumFlags32
        | T::SyscallId
        | T::SigType
        | T::Port
        | T::L4Proto
        | T::SockFamily => number::unsigned(out, unsigned(bytes)?),
        T::Mode => number::octal(out, unsigned(bytes)?),
        T::RelTime => match unsigned(bytes)? {
            u64::MAX => out.extend_from_slice(b"none"),
            nanoseconds => number::unsigned(out, nanoseconds),
        },
        T::AbsTime => scene.zone().datetime(out, unsigned(bytes)?),
        T::Bool => out.extend_from_slice(if unsigned(bytes)? == 0 { b"false" } else { b"true" }),
        T::SigSet => signal_set(out, unsigned(bytes)?),
        T::Double => one_decimal(out, f64::from_bits(unsigned(bytes)?)),
        T::None => return None,
        _ => integer(out, param.format, bytes)?,
    }
    Some(())
}

/// A plain number. Unsigned types print decimals with their sign bit as a sign, as libsinsp does in arguments.
fn integer(out: &mut Vec<u8>, format: PrintFormat, bytes: &[u8]) -> Option<()> {
    match format {
        PrintFormat::Hex => number::upper_hex(out, unsigned(bytes)?),
        PrintFormat::Oct => number::octal(out, unsigned(bytes)?),
        PrintFormat::PaddedDec => number::padded(out, unsigned(bytes)?, 9),
        PrintFormat::Na | PrintFormat::Dec | PrintFormat::Id | PrintFormat::Dir => number::signed(out, signed(bytes)?),
    }
    Some(())
}

fn one_decimal(out: &mut Vec<u8>, value: f64) {
    use std::io::Write;
    // Writing to a Vec cannot fail.
    let _ = write!(out, "{value:.1}");
}

/// Bit n stands for signal n+1.
fn signal_set(out: &mut Vec<u8>, set: u64) {
    let start = out.len();
    for bit in 0..32u8 {
        if let Some(name) = signal_name(bit + 1).filter(|_| set >> bit & 1 == 1) {
            if out.len() > start {
                out.push(b' ');
            }
            out.extend_from_slice(name.as_bytes());
        }
    }
}

/// "fd:Cx" for each of the list: C is the descriptor's type letter, x its poll flags in hexadecimal.
fn fd_list<S: Scene + ?Sized>(out: &mut Vec<u8>, bytes: &[u8], scene: &S) {
    let Some((count, entries)) = bytes.split_first_chunk::<2>() else {
        out.extend_from_slice(b"NULL");
        return;
    };
    let count = usize::from(u16::from_le_bytes(*count));
    for (index, entry) in entries.chunks_exact(10).take(count).enumerate() {
        let (Some(fd), Some(flags)) = (signed(&entry[..8]), unsigned(&entry[8..])) else { continue };
        if index > 0 {
            out.push(b' ');
        }
        // libsinsp prints the number without its sign: a hole in the list is 18446744073709551615.
        number::unsigned(out, u64::from_le_bytes(fd.to_le_bytes()));
        out.push(b':');
        out.push(scene.fd(fd).map_or(b'?', |look| look.type_char));
        number::lower_hex(out, flags);
    }
}

fn address(out: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    if let Some(address) = bytes.first_chunk::<16>() {
        net::ipv6(out, *address);
    } else {
        net::ipv4(out, *bytes.first_chunk::<4>()?);
    }
    Some(())
}
