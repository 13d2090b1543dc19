//! By what a capture is known again.

use std::fs::File;
use std::hash::Hasher;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};

use twox_hash::XxHash3_64;

use super::stored::{bytes_of, stored};
use super::{hash, ENDING};

/// Parts of a file that are hashed, spread evenly: the first and the last one are its begin and its end.
const PARTS: u64 = 16;
/// Bytes of each.
const PART: u64 = 16 << 10;

/// Size, time of the last change and a hash of parts. The name does not matter: a file that is moved stays the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    size: u64,
    seconds: i64,
    nanoseconds: i64,
    parts: u64,
}

stored!(Key { size, seconds, nanoseconds, parts });

impl Key {
    /// The key of a regular file as it is now; `None` of anything else.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn of(file: &File) -> io::Result<Option<Self>> {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Ok(None);
        }
        let size = metadata.len();
        let mut hasher = XxHash3_64::new();
        let mut part = Vec::new();
        for at in 0..PARTS {
            let length = size.min(PART);
            // Below 2^63 bytes: a product of 64 bits would not do.
            let start = u64::try_from(u128::from(size - length) * u128::from(at) / u128::from(PARTS - 1)).unwrap_or(0);
            part.resize(usize::try_from(length).unwrap_or(0), 0);
            file.read_exact_at(&mut part, start)?;
            hasher.write(&part);
        }
        let (seconds, nanoseconds) = (metadata.mtime(), metadata.mtime_nsec());
        Ok(Some(Key { size, seconds, nanoseconds, parts: hasher.finish() }))
    }

    /// Bytes of the capture.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// What an index of this capture is called.
    pub fn name(&self) -> String {
        format!("{:016x}{ENDING}", hash(&bytes_of(self)))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_changed_has_another_key() {
        let path = std::env::temp_dir().join(format!("scaptui-key-{}", std::process::id()));
        let key = |bytes: &[u8]| {
            fs::write(&path, bytes).expect("written");
            let file = File::open(&path).expect("opened");
            file.set_modified(std::time::UNIX_EPOCH).expect("set");
            Key::of(&file).expect("read").expect("a file")
        };
        for length in [0, 1, 100, 20_000, 1_000_000] {
            let mut bytes = vec![7; length];
            let before = key(&bytes);
            assert_eq!(key(&bytes), before);
            for (at, bit) in [(0, 1), (length.saturating_sub(1), 2)] {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= bit;
                    assert_ne!(key(&bytes), before, "{length} {at}");
                    assert_ne!(key(&bytes).name(), before.name());
                }
            }
            bytes.push(0);
            assert_ne!(key(&bytes), before);
        }
        let file = File::open(&path).expect("opened");
        let before = Key::of(&file).expect("read");
        file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_nanos(1)).expect("set");
        assert_ne!(Key::of(&file).expect("read"), before);
        fs::remove_file(&path).expect("removed");
    }
}
