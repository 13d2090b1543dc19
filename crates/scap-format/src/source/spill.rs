//! Where packed pieces go when memory is not to hold more of them: a file without a name, gone with the process.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::process;

const O_DIRECTORY: i32 = if cfg!(any(target_arch = "aarch64", target_arch = "arm")) { 0o40_000 } else { 0o200_000 };
/// A file that never had a name. Source: linux/fcntl.h, on the architectures that we build for.
const O_TMPFILE: i32 = 0o20_000_000 | O_DIRECTORY;

/// Bytes written one behind the other, read back by their place.
#[derive(Debug)]
pub(super) struct Spill {
    file: File,
    end: u64,
}

impl Spill {
    /// A file in a folder, readable by nobody else. It has no name, or loses it at once.
    pub(super) fn in_folder(folder: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).mode(0o600);
        let file = match options.clone().custom_flags(O_TMPFILE).open(folder) {
            Ok(file) => file,
            // The file system knows no files without names.
            Err(_) => named(&options, folder)?,
        };
        Ok(Spill { file, end: 0 })
    }

    /// Writes bytes behind the others; returns where they are.
    pub(super) fn add(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let at = self.end;
        self.file.write_all_at(bytes, at)?;
        self.end = at.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Ok(at)
    }

    /// The same file, to read.
    pub(super) fn reader(&self) -> io::Result<File> {
        self.file.try_clone()
    }
}

fn named(options: &OpenOptions, folder: &Path) -> io::Result<File> {
    for attempt in 0..16u32 {
        let path = folder.join(format!(".scaptui-{}-{attempt}", process::id()));
        match options.clone().create_new(true).open(&path) {
            Ok(file) => {
                std::fs::remove_file(&path)?;
                return Ok(file);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_back_from_a_file_that_has_no_name() {
        let folder = std::env::temp_dir().join(format!("spill-test-{}", process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for make in [Spill::in_folder(&folder), named(OpenOptions::new().read(true).write(true), &folder).map(of)] {
            let mut spill = make.unwrap();
            assert_eq!((spill.add(b"first").unwrap(), spill.add(b"second").unwrap()), (0, 5));
            assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
            let mut found = [0; 6];
            spill.reader().unwrap().read_exact_at(&mut found, 5).unwrap();
            assert_eq!(&found, b"second");
        }
        std::fs::remove_dir(&folder).unwrap();
    }

    fn of(file: File) -> Spill {
        Spill { file, end: 0 }
    }

    #[test]
    fn a_folder_that_is_none_is_an_error() {
        assert!(Spill::in_folder(Path::new("/nonexistent-folder")).is_err());
    }
}
