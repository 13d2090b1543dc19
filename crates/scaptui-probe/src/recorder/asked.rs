//! Which processes are asked for, as the programs are told it.

use std::collections::HashMap as Parents;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use aya::maps::HashMap;
use aya::Ebpf;

use crate::recorder::load::words;
use crate::recorder::options::Options;

mod filter {
    pub(super) const PID: u32 = 1;
    pub(super) const COMM: u32 = 2;
    pub(super) const UID: u32 = 4;
    pub(super) const CGROUP: u32 = 8;
}

/// The most processes that are followed at a time.
pub(crate) const FOLLOWED: u32 = 1 << 16;
/// The most threads whose names are decided; those of others may be any.
pub(crate) const NAMED: u32 = 1 << 16;
/// `ANY_LEVEL` of `bpf/records.h`.
const ANY_LEVEL: u32 = u32::MAX;
/// The id of no control group.
const GONE: u64 = u64::MAX;
const CGROUPS: &str = "/sys/fs/cgroup";
/// What `/proc/self/ns/cgroup` is where all control groups can be seen.
const FIRST_CGROUP_NAMESPACE: &str = "cgroup:[4026531835]";
const CGROUP2: u64 = 0x6367_7270;

/// `struct settings` of `bpf/records.h`.
pub(crate) fn settings(options: &Options) -> Result<Vec<u8>, String> {
    let mut filter = 0;
    for (asked, bit) in [
        (!options.pids.is_empty(), filter::PID),
        (!options.comms.is_empty(), filter::COMM),
        (!options.uids.is_empty(), filter::UID),
        (options.cgroup.is_some(), filter::CGROUP),
    ] {
        filter |= if asked { bit } else { 0 };
    }
    let pid = match options.pids[..] {
        [pid] if !options.follow => pid,
        _ => 0,
    };
    let (cgroup, level) = asked_group(options)?;
    let mut bytes = Vec::with_capacity(48);
    for number in [std::process::id(), options.exclude, options.snaplen, filter, pid, level] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&cgroup.to_le_bytes());
    bytes.extend_from_slice(&u32::from(options.enters).to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(&options.newest_cgroup.to_le_bytes());
    Ok(bytes)
}

/// What the programs compare control groups with.
fn asked_group(options: &Options) -> Result<(u64, u32), String> {
    let Some(asked) = options.cgroup.as_deref() else { return Ok((0, 0)) };
    let path = Path::new(CGROUPS).join(asked.strip_prefix("/").unwrap_or(asked));
    let is_gone = std::fs::metadata(&path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
    // Then those made later are asked for as well, and all that is true can still be recorded.
    if is_gone && options.newest_cgroup != 0 {
        // Nobody hears it when standard error is closed.
        let _ = writeln!(
            std::io::stderr(),
            "scaptui-probe: the control group {} has gone: recording what is in new ones",
            asked.display()
        );
        return Ok((GONE, ANY_LEVEL));
    }
    if is_gone {
        return Err(format!("there is no control group {} below {CGROUPS}", asked.display()));
    }
    cgroup(&path)
}

/// The id of a control group of the unified hierarchy, and how many are above it.
fn cgroup(path: &Path) -> Result<(u64, u32), String> {
    let unified = Path::new(CGROUPS).join("unified");
    let root = if unified.join("cgroup.controllers").exists() { unified } else { PathBuf::from(CGROUPS) };
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    // Its id is its directory's inode.
    let id = std::fs::metadata(path).map_err(told)?.ino();
    let kind = rustix::fs::statfs(path).map_err(|error| told(error.into()))?.f_type;
    if u64::try_from(kind).is_ok_and(|kind| kind != CGROUP2) {
        return Err(format!("{} is of no unified hierarchy of control groups", path.display()));
    }
    let sees_all =
        std::fs::read_link("/proc/self/ns/cgroup").is_ok_and(|link| link == Path::new(FIRST_CGROUP_NAMESPACE));
    let below = path.strip_prefix(&root).ok().filter(|_| sees_all).map(|below| below.components().count());
    Ok((id, below.and_then(|count| u32::try_from(count).ok()).unwrap_or(ANY_LEVEL)))
}

/// Tells the programs which processes, users and names are asked for.
pub(crate) fn ask(ebpf: &mut Ebpf, options: &Options) -> Result<(), String> {
    fill(ebpf, "pids", &options.pids)?;
    fill(ebpf, "uids", &options.uids)?;
    let comms: Vec<[u8; 16]> = options.comms.iter().map(|name| comm(name)).collect();
    fill(ebpf, "comms", &comms)
}

/// Tells the programs of the processes that those asked for have started. They are at work already: what is started
/// meanwhile is either known to them, or is found here.
pub(crate) fn ask_for_started(ebpf: &mut Ebpf, options: &Options) -> Result<(), String> {
    let mut known = options.pids.clone();
    loop {
        let more = started_by(&known, &parents());
        if more.is_empty() {
            return Ok(());
        }
        fill(ebpf, "pids", &more)?;
        known.extend(more);
    }
}

/// The parents of all processes.
fn parents() -> Parents<u32, u32> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let parent = |process: std::fs::DirEntry| {
        let pid = process.file_name().to_str()?.parse().ok()?;
        let text = std::fs::read(process.path().join("stat")).ok()?;
        // The name may hold anything; behind it are the state and the parent.
        let behind = text.get(text.iter().rposition(|byte| *byte == b')')? + 1..)?;
        let parent = std::str::from_utf8(behind).ok()?.split_whitespace().nth(1)?.parse().ok()?;
        Some((pid, parent))
    };
    processes.filter_map(parent).collect()
}

/// Processes with one of these among their ancestors, without these.
fn started_by(these: &[u32], parents: &Parents<u32, u32>) -> Vec<u32> {
    let is_below = |pid: u32| {
        let mut above = pid;
        // Processes come and go while they are looked at: no chain is longer than there are processes.
        for _ in 0..parents.len() {
            match parents.get(&above) {
                Some(parent) if these.contains(parent) => return true,
                Some(parent) => above = *parent,
                None => return false,
            }
        }
        false
    };
    parents.keys().copied().filter(|pid| !these.contains(pid) && is_below(*pid)).collect()
}

/// A thread's name as the kernel keeps it: 15 bytes and a NUL.
fn comm(name: &str) -> [u8; 16] {
    let mut comm = [0; 16];
    comm.iter_mut().zip(name.bytes().take(15)).for_each(|(to, from)| *to = from);
    comm
}

fn fill<K: aya::Pod>(ebpf: &mut Ebpf, name: &str, keys: &[K]) -> Result<(), String> {
    let map = ebpf.map_mut(name).ok_or_else(|| format!("the map {name} is missing"))?;
    let mut map: HashMap<_, K, u8> = map.try_into().map_err(|error| format!("the map {name}: {}", words(&error)))?;
    for key in keys {
        map.insert(key, 1, 0).map_err(|error| format!("more values of a filter than fit: {}", words(&error)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_laid_out_as_the_programs_read_them() {
        let options = Options { pids: vec![7], exclude: 9, snaplen: 80, ..Options::default() };
        let bytes = settings(&options).expect("settings");
        let numbers: Vec<u32> =
            bytes.chunks_exact(4).map(|b| u32::from_le_bytes(*b.first_chunk().expect("four"))).collect();
        assert_eq!(numbers, [std::process::id(), 9, 80, 1, 7, 0, 0, 0, 1, 0, 0, 0]);
        let followed = settings(&Options { follow: true, ..options }).expect("settings");
        assert_eq!(followed.get(16..20), Some(&[0; 4][..]), "one of several is looked up");
    }

    #[test]
    fn descendants_are_found_at_any_depth() {
        let parents = Parents::from([(1, 0), (7, 1), (8, 7), (9, 8), (10, 1), (11, 10), (12, 99)]);
        let mut below = started_by(&[7], &parents);
        below.sort_unstable();
        assert_eq!(below, [8, 9]);
        assert!(started_by(&[7, 8, 9], &parents).is_empty());
    }
}
