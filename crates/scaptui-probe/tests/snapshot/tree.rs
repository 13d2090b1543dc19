//! Made trees: what the kernel would show, in a folder.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use scap_format::meta::{FdDetail, ProcessEntry};
use scaptui_probe::snapshot::{take, Options, Snapshot};

/// A root folder, removed in the end.
pub(crate) struct Tree {
    pub(crate) root: PathBuf,
}

impl Tree {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("scaptui-snapshot-{}-{number}", std::process::id()));
        fs::create_dir_all(root.join("proc")).unwrap();
        Tree { root }
    }

    pub(crate) fn file(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn link(&self, path: &str, target: impl AsRef<[u8]>) -> &Self {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(OsStr::from_bytes(target.as_ref()), path).unwrap();
        self
    }

    /// A process with what each has, and no more.
    pub(crate) fn process(&self, pid: u32) -> &Self {
        self.file(&format!("proc/{pid}/stat"), stat(pid, b"worker", 1, 0)).file(&format!("proc/{pid}/status"), "")
    }

    pub(crate) fn options(&self) -> Options {
        Options { root: self.root.clone(), ..Options::default() }
    }

    pub(crate) fn take(&self) -> Snapshot {
        take(&self.options()).unwrap()
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// A line of numbers that all differ. `flags` are those of the kernel's task.
pub(crate) fn stat(tid: u32, comm: &[u8], threads: u32, flags: u32) -> Vec<u8> {
    let head = format!("{tid} (");
    let rest =
        format!(") S 2 3 4 34816 4 {flags} 5 0 6 0 7 8 0 0 20 0 {threads} 0 900 1000 200 18446744073709551615\n");
    [head.as_bytes(), comm, rest.as_bytes()].concat()
}

pub(crate) fn process(snapshot: &Snapshot, tid: i64) -> &ProcessEntry {
    snapshot.processes.iter().find(|process| process.tid == tid).unwrap()
}

pub(crate) fn fd(snapshot: &Snapshot, tid: i64, number: i64) -> &FdDetail {
    let list = snapshot.fds.iter().find(|list| list.tid == tid).unwrap();
    &list.fds.iter().find(|fd| fd.fd == number).unwrap().detail
}

pub(crate) fn bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_bytes().to_vec()
}
