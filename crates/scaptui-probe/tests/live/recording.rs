//! Runs the probe around some work and reads what it wrote.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use scap_format::event::{signed, unsigned};
use scap_format::reader::{Next, Reader};
use scap_format::source::{open, Input, OpenOptions};
use scap_format::tables::{event_info, ParamType as T};

/// An event with its own copy of the parameters.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) ts: u64,
    pub(crate) tid: i64,
    pub(crate) kind: u16,
    pub(crate) block_flags: u32,
    pub(crate) params: Vec<Vec<u8>>,
}

impl Event {
    pub(crate) fn name(&self) -> &'static str {
        event_info(self.kind).map_or("?", |info| info.name)
    }

    pub(crate) fn is_exit(&self) -> bool {
        self.kind & 1 == 1
    }

    fn index(&self, name: &str) -> usize {
        event_info(self.kind).and_then(|info| info.param(name)).expect(name)
    }

    /// The bytes of a parameter.
    pub(crate) fn bytes(&self, name: &str) -> &[u8] {
        &self.params[self.index(name)]
    }

    pub(crate) fn int(&self, name: &str) -> i64 {
        signed(self.bytes(name)).unwrap_or_else(|| panic!("{name} of {self:?}"))
    }

    /// `type name=value name=value`, numbers in decimal, the rest as text with escapes.
    pub(crate) fn line(&self) -> String {
        let info = event_info(self.kind).expect("a known type");
        let mut line = info.name.to_owned();
        for (param, value) in info.params.iter().zip(&self.params) {
            let value = match param.ty {
                _ if value.is_empty() => "-".to_owned(),
                T::Int16 | T::Int32 | T::Int64 | T::Errno | T::Fd | T::Pid => {
                    signed(value).expect("a number").to_string()
                }
                T::Dyn => hex(value),
                ty if ty.width().is_some() => unsigned(value).expect("a number").to_string(),
                T::CharBuf | T::FsPath | T::FsRelPath => {
                    let text = value.strip_suffix(b"\0").expect("a NUL at the end");
                    text.escape_ascii().to_string()
                }
                _ => value.escape_ascii().to_string(),
            };
            line.extend([" ", param.name, "=", &value]);
        }
        line
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// A running probe.
pub(crate) struct Recording {
    probe: Child,
    path: PathBuf,
}

/// What the probe says where the kernel, not the probe, is the reason.
const REFUSALS: [&str; 3] =
    ["the kernel does not take", "the kernel does not describe its types", "recording needs CAP_"];

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Recording {
    /// Starts the probe; `None`, with its words on standard error, where the kernel refuses.
    pub(crate) fn start(arguments: &[&str]) -> Option<Self> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("scaptui-probe-{}-{number}.scap", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let mut probe = Command::new(env!("CARGO_BIN_EXE_scaptui-probe"))
            .arg("-o")
            .arg(&path)
            .args(["--status-fd", "2"])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the probe was built");
        let mut said = BufReader::new(probe.stderr.take().expect("it is piped"));
        let mut first = String::new();
        said.read_line(&mut first).expect("a line");
        if first.trim() != "{\"ready\":true}" {
            let _ = said.read_to_string(&mut first);
            let _ = probe.wait();
            let refused = REFUSALS.iter().any(|refusal| first.contains(refusal));
            assert!(refused, "{}", first.trim());
            eprintln!("left out: {}", first.trim());
            return None;
        }
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut said, &mut std::io::sink());
        });
        Some(Recording { probe, path })
    }

    pub(crate) fn pid(&self) -> i64 {
        i64::from(self.probe.id())
    }

    fn signal(&self, signal: libc::c_int) {
        let pid = i32::try_from(self.probe.id()).expect("a pid");
        // SAFETY: a signal to our own child, which has not been waited for.
        assert_eq!(unsafe { libc::kill(pid, signal) }, 0);
    }

    /// Waits until the state of the machine is written.
    pub(crate) fn wait_for_list(&self) {
        while std::fs::metadata(&self.path).expect("its file").len() == 0 {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }

    /// It takes nothing from its rings until [`Recording::go_on`].
    pub(crate) fn pause(&self) {
        self.signal(libc::SIGSTOP);
    }

    pub(crate) fn go_on(&self) {
        self.signal(libc::SIGCONT);
    }

    /// Ends it as a user would.
    pub(crate) fn stop(&mut self) {
        self.signal(libc::SIGINT);
        let status = self.probe.wait().expect("our child");
        assert!(status.success(), "{status}");
    }

    /// Ends it and reads the stream, which must be without any damage.
    pub(crate) fn finish(mut self) -> Vec<Event> {
        self.stop();
        let events = read(self.path.clone());
        std::fs::remove_file(&self.path).expect("our file");
        events
    }

    /// Ends it and gives the file, which is then the caller's.
    pub(crate) fn into_file(mut self) -> PathBuf {
        self.stop();
        self.path.clone()
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let _ = self.probe.kill();
        let _ = self.probe.wait();
    }
}

/// All events of a file.
pub(crate) fn read(path: PathBuf) -> Vec<Event> {
    read_all(path).1
}

/// The threads listed before the events, and these.
pub(crate) fn read_all(path: PathBuf) -> (HashSet<i64>, Vec<Event>) {
    let opened = open(Input::File(path), OpenOptions::default()).expect("a capture");
    let mut reader = Reader::new(opened.pieces);
    let mut events = Vec::new();
    let mut threads = HashSet::new();
    loop {
        match reader.next() {
            Next::Event { event, .. } => events.push(Event {
                ts: event.ts,
                tid: event.tid,
                kind: event.event_type,
                block_flags: event.block_flags,
                params: event.params.iter().map(<[u8]>::to_vec).collect(),
            }),
            Next::Processes(list) => threads.extend(list.iter().map(|thread| thread.tid)),
            Next::End => break,
            _ => {}
        }
    }
    let notes: Vec<String> = reader.notes().iter().map(|note| format!("{note:?}")).collect();
    assert_eq!(notes, Vec::<String>::new());
    (threads, events)
}
