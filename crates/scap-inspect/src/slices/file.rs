//! The file a slice is written to: under another name until it is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use scap_format::packing::{Packed, Packing};

/// Where a slice goes.
#[derive(Clone, Debug)]
pub struct Output {
    /// The file.
    pub path: PathBuf,
    /// How it is compressed.
    pub packing: Packing,
    /// Takes the place of a file of that name.
    pub replaces: bool,
}

/// Bytes that are collected before they are compressed or written.
const ENOUGH: usize = 64 << 10;

/// A file that has its name only once it is finished; before, it is deleted when it is let go.
pub(super) struct Unfinished {
    packed: Packed<File>,
    file: File,
    temporary: PathBuf,
    waiting: Vec<u8>,
    output: Output,
}

impl Unfinished {
    /// A new file, which only its owner can read, beside the one it is to be.
    pub(super) fn create(output: &Output) -> io::Result<Self> {
        if !output.replaces && fs::symlink_metadata(&output.path).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let name = output.path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let folder = output.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        for attempt in 0..100u32 {
            let mut hidden = std::ffi::OsString::from(".");
            hidden.push(name);
            hidden.push(format!(".{}-{attempt}", std::process::id()));
            let temporary = folder.join(hidden);
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary) {
                Ok(file) => {
                    let packed = Packed::new(file.try_clone()?, output.packing)?;
                    let waiting = Vec::with_capacity(ENOUGH * 2);
                    return Ok(Unfinished { packed, file, temporary, waiting, output: output.clone() });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Gives it its name, once all of it is on the disk. Gives its length in bytes.
    pub(super) fn finish(mut self) -> io::Result<u64> {
        self.flush()?;
        let bytes = self.packed.finish()?;
        self.file.sync_all()?;
        if self.output.replaces {
            fs::rename(&self.temporary, &self.output.path)?;
        } else {
            // Unlike a rename, a link never takes the place of a file that came meanwhile.
            match fs::hard_link(&self.temporary, &self.output.path) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists && !self.output.path.exists() => {
                    fs::rename(&self.temporary, &self.output.path)?;
                }
                linked => linked?,
            }
        }
        if let Some(folder) = self.output.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            // Not every file system can do this, and the file is whole without it.
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(bytes)
    }
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= ENOUGH {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.packed.write_all(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It is gone already where it was given its name.
        let _ = fs::remove_file(&self.temporary);
    }
}
