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
/// Bytes of a UUID.
const UUID: usize = 36;
/// Letters that Kubernetes takes for the end of a pod's name, and how many.
/// Source: kubernetes/apimachinery, `pkg/util/rand/rand.go`, `alphanums`; kubernetes/apiserver, `pkg/storage/names`.
const POD_ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
const POD: usize = 5;

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

/// A path in which numbers of processes and runs, ids and random names became `N` and `*`.
pub(crate) fn of_path(path: &[u8]) -> Vec<u8> {
    let place = Place::of(path);
    let mut out = Vec::with_capacity(path.len());
    for (at, part) in path.split(|byte| *byte == b'/').enumerate() {
        if at > 0 {
            out.push(b'/');
        }
        if place != Place::Installed && !part.is_empty() && part.iter().all(u8::is_ascii_digit) {
            out.push(b'N');
        } else {
            named(&mut out, part, place == Place::Made && !is_library(part));
        }
    }
    out
}

/// What short numbers in a path mean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Programs and their settings do not change from run to run: numbers are versions and the like.
    Installed,
    /// Running programs made it: a number that stands alone counts runs, restarts or processes.
    Made,
    /// Nothing is known: only a part made of digits alone is a number.
    Elsewhere,
}

impl Place {
    /// Source: Filesystem Hierarchy Standard 3.0, what is static and what is variable.
    fn of(path: &[u8]) -> Self {
        const INSTALLED: [&[u8]; 8] = [b"bin", b"boot", b"etc", b"lib", b"lib64", b"opt", b"sbin", b"usr"];
        const MADE: [&[u8]; 4] = [b"proc", b"run", b"tmp", b"var"];
        let mut parts = path.split(|byte| *byte == b'/');
        let (root, first) = (parts.next(), parts.next().unwrap_or_default());
        match root {
            Some(b"") if INSTALLED.contains(&first) => Self::Installed,
            Some(b"") if MADE.contains(&first) => Self::Made,
            Some(b"") if first == b"dev" && parts.next() == Some(b"shm") => Self::Made,
            _ => Self::Elsewhere,
        }
    }
}

/// Whether a name is of a library, in which numbers are versions wherever it lies.
fn is_library(name: &[u8]) -> bool {
    name.ends_with(b".so") || name.windows(4).any(|four| four == b".so.")
}

/// A part of a path; `counts` says whether numbers that stand alone are counts.
fn named(out: &mut Vec<u8>, part: &[u8], counts: bool) {
    let mut rest = part;
    while let Some(at) = rest.windows(UUID).position(is_uuid) {
        let (before, from) = rest.split_at(at);
        words(out, before, counts);
        out.push(b'*');
        rest = from.get(UUID..).unwrap_or_default();
    }
    words(out, rest, counts);
}

/// Groups of 8, 4, 4, 4 and 12 hexadecimal digits; control groups join them by `_`.
fn is_uuid(text: &[u8]) -> bool {
    let sign = text.get(8).copied().unwrap_or_default();
    matches!(sign, b'-' | b'_')
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == sign,
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Word by word: words are of letters and digits.
fn words(out: &mut Vec<u8>, text: &[u8], counts: bool) {
    let mut rest = text;
    while let Some(first) = rest.first() {
        let is_word = first.is_ascii_alphanumeric();
        let length = rest.iter().position(|byte| byte.is_ascii_alphanumeric() != is_word).unwrap_or(rest.len());
        let before = text.get(..text.len() - rest.len()).unwrap_or_default();
        let (word, behind) = rest.split_at(length);
        rest = behind;
        let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
        let is_hex = word.iter().all(u8::is_ascii_hexdigit);
        if !is_word {
            out.extend_from_slice(word);
        } else if (is_hex && digits > 0 && word.len() >= LONG_HEX) || is_of_pod(out, word) {
            out.push(b'*');
        } else if counts && digits == word.len() && !is_version(before, behind) {
            out.push(b'N');
        } else {
            numbers(out, word);
        }
    }
}

/// Whether a word is what Kubernetes puts behind the name of a pod: behind an id, or with a letter behind a digit.
fn is_of_pod(before: &[u8], word: &[u8]) -> bool {
    word.len() == POD
        && word.iter().all(|byte| POD_ALPHABET.contains(byte))
        && (before.ends_with(b"*-")
            || before.ends_with(b"-")
                && word.windows(2).any(|two| matches!(two, [a, b] if a.is_ascii_digit() && b.is_ascii_lowercase())))
}

/// Whether a number is joined to another one by a dot.
fn is_version(before: &[u8], behind: &[u8]) -> bool {
    matches!(before, [.., digit, b'.'] if digit.is_ascii_digit())
        || matches!(behind, [b'.', digit, ..] if digit.is_ascii_digit())
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
            // What numbers processes, descriptors, runs and restarts.
            ("/proc/4711/stat", "/proc/N/stat"),
            ("/proc/123/fd/4", "/proc/N/fd/N"),
            ("/dev/pts/0", "/dev/pts/N"),
            ("/var/log/pods/nginx_1.log", "/var/log/pods/nginx_N.log"),
            ("/var/log/pods/web/nginx/0.log", "/var/log/pods/web/nginx/N.log"),
            ("/var/log/messages.1", "/var/log/messages.N"),
            ("/run/worker-3.sock", "/run/worker-N.sock"),
            ("/dev/shm/sem-7", "/dev/shm/sem-N"),
            ("/tmp/ssh-key/agent.12", "/tmp/ssh-key/agent.N"),
            ("/data/3/part", "/data/N/part"),
            ("/proc/self/fd/3", "/proc/self/fd/N"),
            ("/usr/lib/libssl.so.1.1", "/usr/lib/libssl.so.1.1"),
            ("/usr/lib/python3.11/re.py", "/usr/lib/python3.11/re.py"),
            ("/tmp/run-20417.log", "/tmp/run-N.log"),
            ("/var/lib/docker/59fd49aa4072/config", "/var/lib/docker/*/config"),
            ("/etc/deadbeef", "/etc/deadbeef"),
            // Ids and random names.
            ("pod/3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f", "pod/*"),
            (
                "/sys/fs/cgroup/kubepods-pod3f2c9a1e_7b64_4c0e_9d53_0a1b2c3d4e5f.slice",
                "/sys/fs/cgroup/kubepods-pod*.slice",
            ),
            ("/var/log/pods/web-7d4b9c6f5-x2x7k/web/0.log", "/var/log/pods/web-*-*/web/N.log"),
            ("/var/log/pods/web-7d4b9c6f5-kqxzb/web/0.log", "/var/log/pods/web-*-*/web/N.log"),
            ("/etc/agents/fluentd-x2x7k.conf", "/etc/agents/fluentd-*.conf"),
            // Versions, disks and settings are real differences.
            ("/lib/x86_64-linux-gnu/libfoo.so.6", "/lib/x86_64-linux-gnu/libfoo.so.6"),
            ("/lib/x86_64-linux-gnu/libc-2.31.so", "/lib/x86_64-linux-gnu/libc-2.31.so"),
            ("/usr/lib/libnl-3.so.200", "/usr/lib/libnl-3.so.200"),
            ("/var/lib/app/libnl-3.so.200", "/var/lib/app/libnl-3.so.200"),
            ("/var/lib/app/app-1.2", "/var/lib/app/app-1.2"),
            ("/tmp/build/python3.11", "/tmp/build/python3.11"),
            ("/usr/lib/postgresql/15/bin/postgres", "/usr/lib/postgresql/15/bin/postgres"),
            ("/usr/lib/jvm/java-17-openjdk/lib/modules", "/usr/lib/jvm/java-17-openjdk/lib/modules"),
            ("/usr/lib/python3.11/encodings/utf_8.py", "/usr/lib/python3.11/encodings/utf_8.py"),
            ("/usr/bin/crc-crc32", "/usr/bin/crc-crc32"),
            ("/etc/nginx/conf.d/app-php82.conf", "/etc/nginx/conf.d/app-php82.conf"),
            ("/etc/nginx/certs/tls.1.crt", "/etc/nginx/certs/tls.1.crt"),
            ("/home/app/config-2.yaml", "/home/app/config-2.yaml"),
            ("/dev/sda1", "/dev/sda1"),
            ("/dev/dm-0", "/dev/dm-0"),
            ("/variable/run-1", "/variable/run-1"),
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
