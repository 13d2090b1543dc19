//! Paths and endpoints without what differs from run to run: ids, ports, addresses of the kernel.

use std::io::Write;

use crate::state::fds::{FdKind, FdRecord, Role};
use crate::store::Store;

/// Ports from here on are taken from a range for clients: they differ from run to run.
const PASSING: u16 = 32_768;
/// So many digits after each other are a number that differs from run to run.
const LONG_NUMBER: usize = 4;
/// Hexadecimal words from this length on are ids.
const LONG_HEX: usize = 8;

/// What a descriptor stands for.
pub(crate) fn of_record(store: &Store, record: &FdRecord) -> Vec<u8> {
    let name = store.state.strings.get(record.name);
    match record.kind {
        FdKind::Ipv4 | FdKind::Ipv6 | FdKind::Ipv4Listen | FdKind::Ipv6Listen => endpoint(record),
        FdKind::Unix => {
            let path = name.split(|byte| *byte == b' ').next_back().filter(|_| name.contains(&b' '));
            let path = path.unwrap_or(if name.windows(2).any(|two| two == b"->") { b"" } else { name });
            if path.is_empty() {
                b"unix socket".to_vec()
            } else {
                of_path(path)
            }
        }
        FdKind::Pipe => b"pipe".to_vec(),
        FdKind::File | FdKind::Directory | FdKind::MemFd | FdKind::PidFd | FdKind::Absent => of_path(name),
        kind if name.is_empty() => kind.word().into(),
        _ => of_path(name),
    }
}

fn endpoint(record: &FdRecord) -> Vec<u8> {
    let mut out = Vec::new();
    let word = record.transport().map_or("socket", crate::state::fds::L4::word);
    let Some(ends) = record.ends else {
        return word.into();
    };
    let (ip, port) = ends.dest;
    let sign = match record.role {
        _ if record.kind.is_listening() => "at",
        Role::Server => "on",
        Role::Client | Role::None => "to",
    };
    let _ = write!(out, "{word} {sign} ");
    if record.role != Role::Server {
        let _ = match ip {
            std::net::IpAddr::V6(ip) => write!(out, "[{ip}]"),
            std::net::IpAddr::V4(ip) => write!(out, "{ip}"),
        };
    }
    if port < PASSING {
        let _ = write!(out, ":{port}");
    }
    out
}

/// A path in which numbers of processes, ids and random names became `N` and `*`.
pub(crate) fn of_path(path: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    for (at, part) in path.split(|byte| *byte == b'/').enumerate() {
        if at > 0 {
            out.push(b'/');
        }
        if !part.is_empty() && part.iter().all(u8::is_ascii_digit) {
            out.push(b'N');
        } else {
            words(&mut out, part);
        }
    }
    out
}

/// A part of a path, word by word: words are of letters and digits.
fn words(out: &mut Vec<u8>, part: &[u8]) {
    let mut rest = part;
    while let Some(first) = rest.first() {
        let is_word = first.is_ascii_alphanumeric();
        let length = rest.iter().position(|byte| byte.is_ascii_alphanumeric() != is_word).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(length);
        rest = behind;
        let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
        let is_hex = word.iter().all(u8::is_ascii_hexdigit);
        if is_word && is_hex && digits > 0 && word.len() >= LONG_HEX {
            out.push(b'*');
        } else if is_word && digits >= LONG_NUMBER {
            numbers(out, word);
        } else {
            out.extend_from_slice(word);
        }
    }
}

/// A word with long numbers in it.
fn numbers(out: &mut Vec<u8>, word: &[u8]) {
    let mut rest = word;
    while let Some(first) = rest.first() {
        let is_number = first.is_ascii_digit();
        let length = rest.iter().position(|byte| byte.is_ascii_digit() != is_number).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(length);
        rest = behind;
        if is_number && run.len() >= LONG_NUMBER {
            out.push(b'N');
        } else {
            out.extend_from_slice(run);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_run_to_run_leaves_a_path() {
        for (path, class) in [
            ("/proc/4711/stat", "/proc/N/stat"),
            ("/proc/self/fd/3", "/proc/self/fd/N"),
            ("/usr/lib/libssl.so.1.1", "/usr/lib/libssl.so.1.1"),
            ("/usr/lib/python3.11/re.py", "/usr/lib/python3.11/re.py"),
            ("/tmp/run-20417.log", "/tmp/run-N.log"),
            ("/var/lib/docker/59fd49aa4072/config", "/var/lib/docker/*/config"),
            ("/etc/deadbeef", "/etc/deadbeef"),
            ("pod/3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f", "pod/*-7b64-4c0e-9d53-*"),
            ("", ""),
            ("/", "/"),
        ] {
            assert_eq!(String::from_utf8(of_path(path.as_bytes())).unwrap(), class, "{path}");
        }
    }

    #[test]
    fn no_bytes_are_a_panic() {
        for path in [&b"\xff\xfe/\x00"[..], b"//", &[b'9'; 5000], &[b'/'; 5000]] {
            assert!(of_path(path).len() <= path.len().max(1));
        }
    }
}
