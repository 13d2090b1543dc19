//! Files of an overlay: opening one says whose layer it is of.

use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};

use super::calls::{check, Folder};

const UPPER: u64 = 0x8000;
const LOWER: u64 = 0x1_0000;

/// An overlay of this thread alone; `None`, with the kernel's words, where it cannot be.
fn overlay(folder: &Folder) -> Option<std::path::PathBuf> {
    let part = |name: &str| folder.0.join(name);
    for name in ["lower", "upper", "work", "all"] {
        std::fs::create_dir_all(part(name)).expect("a folder");
    }
    let c = |text: String| std::ffi::CString::new(text).expect("no NUL");
    let all = c(part("all").display().to_string());
    let options = c(format!(
        "lowerdir={},upperdir={},workdir={}",
        part("lower").display(),
        part("upper").display(),
        part("work").display()
    ));
    std::fs::write(part("lower").join("old"), "old").expect("room");
    std::fs::write(part("lower").join("changed"), "old").expect("room");
    // SAFETY: all text outlives the calls, which change what this thread sees of the machine.
    let mounted = unsafe {
        libc::unshare(libc::CLONE_NEWNS) == 0
            && libc::mount(
                c"none".as_ptr(),
                c"/".as_ptr(),
                std::ptr::null(),
                libc::MS_REC | libc::MS_PRIVATE,
                std::ptr::null(),
            ) == 0
            && libc::mount(c"overlay".as_ptr(), all.as_ptr(), c"overlay".as_ptr(), 0, options.as_ptr().cast()) == 0
    };
    if !mounted {
        eprintln!("left out: no overlay: {}", std::io::Error::last_os_error());
        return None;
    }
    Some(part("all"))
}

#[test]
fn opening_a_file_of_an_overlay_says_its_layer() {
    let folder = Folder::new("layers");
    let Some(all) = overlay(&folder) else { return };
    check(|| {
        let mut lines = Vec::new();
        let mut say = |name: &str, file: std::fs::File, flags: u64, mode: u32| {
            let metadata = file.metadata().expect("it is open");
            let path = all.join(name);
            let fd = std::os::fd::AsRawFd::as_raw_fd(&file);
            lines.push(format!(
                "openat fd={fd} dirfd=-100 name={} flags={} mode={mode} dev={} ino={}",
                path.display(),
                flags | 0x1000,
                metadata.dev(),
                metadata.ino()
            ));
        };
        let options = || {
            let mut options = std::fs::OpenOptions::new();
            options.mode(0o640);
            options
        };
        say("old", options().read(true).open(all.join("old")).expect("it exists"), 1 | LOWER, 0);
        // Opened to be written it is copied first.
        say("changed", options().write(true).open(all.join("changed")).expect("it exists"), 2 | UPPER, 0);
        say(
            "new",
            options().write(true).create_new(true).open(all.join("new")).expect("room"),
            2 | 0x4 | 0x20 | 0x4000 | UPPER,
            0o640,
        );
        #[cfg(target_arch = "x86_64")]
        {
            let path = std::ffi::CString::new(all.join("changed").display().to_string()).expect("no NUL");
            // SAFETY: the text outlives the call.
            let fd = unsafe { libc::syscall(libc::SYS_creat, path.as_ptr(), 0o600) };
            let metadata = std::fs::metadata(all.join("changed")).expect("it exists");
            lines.push(format!(
                "creat fd={fd} name={} mode=384 dev={} ino={} creat_flags=1",
                all.join("changed").display(),
                metadata.dev(),
                metadata.ino()
            ));
        }
        lines
    });
}
