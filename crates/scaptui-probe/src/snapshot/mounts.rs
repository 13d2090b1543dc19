//! `/proc/PID/mountinfo`: the device of a mount, and whether a file of an overlay is the upper layer's.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fd::{AsFd, BorrowedFd};
use rustix::fs::{openat2, statx, AtFlags, FileType, Mode, OFlags, ResolveFlags, StatxFlags, CWD};
use rustix::io::Errno;

use super::files::{lines, link, number, Scratch};
use super::links::{inode, DELETED};

/// How often memory is looked through for a file.
const LOOK_UPS: usize = 3;

/// Mounts by their number, which is the same in all namespaces.
#[derive(Debug)]
pub(super) struct Mounts {
    root: PathBuf,
    known: HashMap<u64, Option<Mount>>,
    /// Mount namespaces that were read.
    read: HashSet<u64>,
}

/// One mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    /// Device, in the kernel's encoding: 12 bits of major among 20 of minor.
    pub(super) dev: u32,
    pub(super) read_only: bool,
    overlay: Option<Overlay>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Overlay {
    /// Where the mount is.
    at: Vec<u8>,
    /// The folder of the file system that is mounted there.
    top: Vec<u8>,
    /// The folder that holds the upper layer; read only overlays have none.
    upper: Option<Vec<u8>>,
}

/// Which layer of an overlay a file is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    Upper,
    Lower,
}

impl Mounts {
    pub(super) fn new(root: &Path) -> Self {
        Mounts { root: root.to_path_buf(), known: HashMap::new(), read: HashSet::new() }
    }

    /// The mount of this number, as the process sees it.
    pub(super) fn get(&mut self, id: u64, process: impl AsFd, scratch: &mut Scratch) -> Option<&Mount> {
        if !self.known.contains_key(&id) {
            self.read(process, scratch);
        }
        self.known.entry(id).or_insert(None).as_ref()
    }

    /// The layer that holds the file of this path, when its mount is an overlay.
    pub(super) fn layer(&self, id: u64, path: &[u8]) -> Option<Layer> {
        let overlay = self.known.get(&id)?.as_ref()?.overlay.as_ref()?;
        if path.ends_with(DELETED) {
            return None;
        }
        let Some(upper) = &overlay.upper else { return Some(Layer::Lower) };
        let inside = [relative(&overlay.top), relative(path.strip_prefix(overlay.at.as_slice())?)].join(&b'/');
        // Only what is in memory is looked up, so this never waits for another machine or for somebody's file system.
        // It is enough: the folder is in use, and a file of it that is open is in memory.
        let cached = |dir: BorrowedFd<'_>, path: &Path| {
            let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let how = ResolveFlags::CACHED | ResolveFlags::NO_MAGICLINKS;
            // The kernel also says that it is not in memory when a mount elsewhere got in its way.
            let mut tries = (0..LOOK_UPS).map(|_| openat2(dir, path, flags, Mode::empty(), how));
            tries.find(|file| !matches!(file, Err(Errno::AGAIN))).unwrap_or(Err(Errno::AGAIN))
        };
        let upper = cached(CWD, &self.root.join(OsStr::from_bytes(relative(upper)))).ok()?;
        let file = cached(upper.as_fd(), Path::new(OsStr::from_bytes(relative(&inside))));
        // A character device marks a file that was removed from the lower layer.
        let is_upper = file.is_ok_and(|file| !is_character_device(file.as_fd()));
        Some(if is_upper { Layer::Upper } else { Layer::Lower })
    }

    fn read(&mut self, process: impl AsFd, scratch: &mut Scratch) {
        let Some(namespace) = link(&process, c"ns/mnt", &mut scratch.link).ok().and_then(|text| inode(text, b"mnt:["))
        else {
            return;
        };
        if self.read.insert(namespace) {
            // What was read before an error counts; a mount that is not known has no layer and no device.
            let _ = lines(process, c"mountinfo", &mut scratch.text, |line| {
                if let Some((id, mount)) = parse(line) {
                    self.known.insert(id, Some(mount));
                }
            });
        }
    }
}

fn is_character_device(file: BorrowedFd<'_>) -> bool {
    statx(file, c"", AtFlags::EMPTY_PATH | AtFlags::STATX_DONT_SYNC, StatxFlags::TYPE)
        .is_ok_and(|stat| FileType::from_raw_mode(u32::from(stat.stx_mode)) == FileType::CharacterDevice)
}

/// A path without the slashes it begins with.
fn relative(path: &[u8]) -> &[u8] {
    let start = path.iter().position(|byte| *byte != b'/').unwrap_or(path.len());
    path.get(start..).unwrap_or_default()
}

/// A device number as the kernel writes it into 32 bits.
pub(super) fn device(major: u32, minor: u32) -> u32 {
    (minor & 0xff) | (major << 8) | ((minor & !0xff) << 12)
}

fn parse(line: &[u8]) -> Option<(u64, Mount)> {
    let mut words = line.split(|byte| *byte == b' ');
    let id = number(words.next()?)?;
    let mut numbers = words.nth(1)?.split(|byte| *byte == b':');
    let dev = device(number(numbers.next()?)?, number(numbers.next()?)?);
    let (top, at, options) = (words.next()?, words.next()?, words.next()?);
    // Any number of tags, then a dash.
    words.find(|word| *word == b"-")?;
    let (kind, super_options) = (words.next()?, words.nth(1).unwrap_or_default());
    let has = |options: &[u8], wanted: &[u8]| options.split(|byte| *byte == b',').any(|option| option == wanted);
    let overlay = (kind == b"overlay").then(|| Overlay {
        at: unescaped(at),
        top: unescaped(top),
        upper: super_options
            .split(|byte| *byte == b',')
            .find_map(|option| option.strip_prefix(b"upperdir="))
            .map(unescaped)
            // One that is relative to a place we do not know tells nothing.
            .filter(|upper| upper.starts_with(b"/")),
    });
    Some((id, Mount { dev, read_only: has(options, b"ro") || has(super_options, b"ro"), overlay }))
}

/// Blanks, tabs, line ends and backslashes stand as a backslash and three octal digits.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, behind)) = rest.split_first() {
        let octal =
            behind.get(..3).filter(|digits| *first == b'\\' && digits.iter().all(|d| (b'0'..=b'7').contains(d)));
        let byte = octal.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok());
        out.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { behind.get(3..).unwrap_or_default() } else { behind };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_and_options_of_a_mount() {
        let line = b"36 35 259:257 / /mnt rw,ro,noatime shared:1 master:2 - ext4 /dev/root rw";
        let (id, mount) = parse(line).unwrap();
        assert_eq!((id, mount.dev, mount.read_only, mount.overlay), (36, 0x0011_0301 & 0xfff_ffff, true, None));
        assert!(!parse(b"36 35 8:1 / / rw - ext4 /dev/root rw").unwrap().1.read_only);
        assert!(parse(b"36 35 8:1 / / rw shared:1").is_none());
    }

    #[test]
    fn an_overlay_has_its_upper_layer_unescaped() {
        let line = b"40 1 0:50 / /a\\040b\\134c rw - overlay over\\040lay rw,lowerdir=/l,upperdir=/u\\012x,workdir=/w";
        let overlay = parse(line).unwrap().1.overlay.unwrap();
        assert_eq!((overlay.at, overlay.upper), (b"/a b\\c".to_vec(), Some(b"/u\nx".to_vec())));
        assert_eq!(parse(b"40 1 0:50 / / ro - overlay o ro,lowerdir=/l").unwrap().1.overlay.unwrap().upper, None);
    }

    #[test]
    fn what_is_no_escape_stays() {
        assert_eq!(unescaped(b"\\9\\04 \\777\\"), b"\\9\\04 \\777\\");
    }
}
