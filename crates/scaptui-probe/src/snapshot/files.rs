//! Files, links and folders of /proc, read into memory that is used again.

use std::mem::MaybeUninit;

use rustix::fd::AsFd;
use rustix::fs::{openat, readlinkat_raw, Mode, OFlags, RawDir};
use rustix::io::{read, Errno, Result};
use rustix::path::Arg;

/// Room that readers of captures have for a path.
pub(super) const PATH: usize = 1023;
/// Room that they have for arguments, environments and control groups.
pub(super) const ARGS: usize = 4096;

/// Enough for any file of a process that is read at once.
const TEXT: usize = 64 << 10;
/// The kernel does not give longer links.
const LINK: usize = 4096;
/// About a thousand names.
const ENTRIES: usize = 32 << 10;

/// Memory for what is read; each read overwrites the one before.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) text: Vec<u8>,
    pub(super) link: Vec<u8>,
    pub(super) entries: Vec<MaybeUninit<u8>>,
    /// A path within the folder of a process.
    pub(super) path: String,
}

impl Default for Scratch {
    fn default() -> Self {
        Scratch {
            text: vec![0; TEXT],
            link: vec![0; LINK],
            entries: vec![MaybeUninit::uninit(); ENTRIES],
            path: String::new(),
        }
    }
}

/// The beginning of a file, as much as there is room for.
///
/// One read: the kernel makes the files of a process as a whole.
pub(super) fn text(dir: impl AsFd, path: impl Arg, room: &mut [u8]) -> Result<&[u8]> {
    let file = openat(dir, path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    let length = loop {
        match read(&file, &mut *room) {
            Err(Errno::INTR) => {}
            done => break done?,
        }
    };
    Ok(room.get(..length).unwrap_or_default())
}

/// Where a link points, as its bytes.
pub(super) fn link(dir: impl AsFd, path: impl Arg, room: &mut [u8]) -> Result<&[u8]> {
    let length = readlinkat_raw(dir, path, &mut *room)?;
    Ok(room.get(..length).unwrap_or_default())
}

/// The names in a folder that are numbers, in ascending order, whether or not an error ends them.
pub(super) fn numbers(dir: impl AsFd, room: &mut [MaybeUninit<u8>], into: &mut Vec<u32>) -> Result<()> {
    let mut entries = RawDir::new(dir, room);
    let mut all = || {
        while let Some(entry) = entries.next() {
            into.extend(number::<u32>(entry?.file_name().to_bytes()));
        }
        Ok(())
    };
    let result = all();
    into.sort_unstable();
    result
}

/// Opens a folder.
pub(super) fn folder(dir: impl AsFd, path: impl Arg) -> Result<rustix::fd::OwnedFd> {
    openat(dir, path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
}

/// Calls for each line of a file, in pieces: the file may be of any length, a line at most as long as the room.
///
/// A longer line is cut.
pub(super) fn lines(dir: impl AsFd, path: impl Arg, room: &mut [u8], mut each: impl FnMut(&[u8])) -> Result<()> {
    let file = openat(dir, path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    let mut held = 0;
    let mut skipping = false;
    loop {
        let read = match read(&file, room.get_mut(held..).unwrap_or_default()) {
            Err(Errno::INTR) => continue,
            done => done?,
        };
        let end = held + read;
        let mut rest = room.get(..end).unwrap_or_default();
        while let Some(at) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, behind) = rest.split_at(at);
            if !skipping {
                each(line);
            }
            skipping = false;
            rest = behind.get(1..).unwrap_or_default();
        }
        held = rest.len();
        if read == 0 || held == room.len() {
            if held > 0 && !skipping {
                each(rest);
            }
            if read == 0 {
                return Ok(());
            }
            skipping = true;
            held = 0;
        }
        room.copy_within(end - held..end, 0);
    }
}

/// A decimal number that is the whole text.
pub(super) fn number<N: std::str::FromStr>(text: &[u8]) -> Option<N> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// At most so many bytes of the text, as an owned one.
pub(super) fn cut(text: &[u8], most: usize) -> Vec<u8> {
    text.get(..most).unwrap_or(text).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_any_file_come_whole_and_longer_ones_cut() {
        let folder = std::env::temp_dir().join(format!("scaptui-lines-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let long = "x".repeat(40);
        std::fs::write(folder.join("file"), format!("one\n\ntwo two\n{long}\nlast one")).unwrap();
        let dir = super::folder(rustix::fs::CWD, &folder).unwrap();
        let mut found = Vec::new();
        lines(&dir, "file", &mut [0; 16], |line| found.push(String::from_utf8(line.to_vec()).unwrap())).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found, ["one", "", "two two", &long[..16], "last one"]);
    }
}
