//! An open capture: a thread reads it into the store while others ask.

mod again;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};
use scap_format::reader::{Next, Reader};
use scap_format::source::{open, Input, OpenError, OpenOptions, Opened};

use super::{InputFacts, Store};
use again::Origin;

/// How a capture is opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenFlags {
    /// Wait for more at the end of a file that is still written.
    pub follow: bool,
    /// Bytes of memory that events may take; then the oldest go.
    pub keep: Option<usize>,
}

/// How far reading has come. A snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Number of the oldest event that is kept.
    pub first: u32,
    /// Number of the newest event, hidden ones included.
    pub events: u32,
    /// Events that are shown.
    pub shown: u32,
    /// Bytes read of the inputs as they are on disk.
    pub bytes_read: u64,
    /// Bytes of all inputs, where known.
    pub bytes_total: Option<u64>,
    /// Nothing more will come.
    pub done: bool,
}

struct Shared {
    store: RwLock<Store>,
    progress: Mutex<Progress>,
    news: Condvar,
    stop: AtomicBool,
    keep: Option<usize>,
    pause: Pause,
    /// The plain file that is read, once and whole, with its key when that began.
    origin: Option<Origin>,
    whole: AtomicBool,
}

impl Shared {
    fn new(store: Store, bytes_total: Option<u64>) -> Self {
        Shared {
            store: RwLock::new(store),
            progress: Mutex::new(Progress { first: 1, bytes_total, ..Progress::default() }),
            news: Condvar::new(),
            stop: AtomicBool::new(false),
            keep: None,
            pause: Pause::default(),
            origin: None,
            whole: AtomicBool::new(false),
        }
    }
}

/// A store without events that knows its inputs.
fn empty_store(opened: &[Opened]) -> Store {
    let mut store = Store::new();
    for input in opened {
        store.raw.push(input.raw.clone());
        store.inputs.push(InputFacts {
            name: input.name.clone(),
            size: input.size,
            compression: input.compression.to_string(),
            comments: Vec::new(),
        });
    }
    store
}

/// An open capture.
pub struct Capture {
    shared: Arc<Shared>,
    reader: Mutex<Option<JoinHandle<()>>>,
}

/// Events taken between two looks at whether somebody waits for the store.
const BATCH: u32 = 1024;
/// How long the reader sleeps when its source has nothing, before it looks whether it should stop.
const PATIENCE: Duration = Duration::from_millis(100);
/// How often progress is told.
const TELL: Duration = Duration::from_millis(10);

impl Capture {
    /// Opens inputs as one capture, in the order given, and begins to read.
    ///
    /// # Errors
    /// An input cannot be opened or does not begin like a capture.
    pub fn open(inputs: Vec<Input>, flags: OpenFlags) -> Result<Self, OpenError> {
        let last = inputs.len().saturating_sub(1);
        let origin = Origin::of(&inputs, flags);
        let mut opened = Vec::new();
        for (at, input) in inputs.into_iter().enumerate() {
            // Only the newest of a set of rotated files still grows.
            opened.push(open(input, OpenOptions { follow: flags.follow && at == last })?);
        }
        let bytes_total = opened.iter().map(|o| o.size).sum();
        let shared = Shared { keep: flags.keep, origin, ..Shared::new(empty_store(&opened), bytes_total) };
        Ok(Capture::begin(shared, |shared| read_all(opened, shared)))
    }

    fn begin(shared: Shared, read: impl FnOnce(&Shared) + Send + 'static) -> Self {
        let shared = Arc::new(shared);
        let of_thread = Arc::clone(&shared);
        let reader = std::thread::Builder::new().name("reader".into()).spawn(move || read(&of_thread)).ok();
        Capture { shared, reader: Mutex::new(reader) }
    }

    /// The store, for asking; the reader pauses meanwhile, so be quick.
    ///
    /// While somebody asks at length and the reader waits for that, others need not wait for the reader.
    pub fn store(&self) -> RwLockReadGuard<'_, Store> {
        self.shared.store.read_recursive()
    }

    /// Lets the reader pause so long from now, for whoever is about to ask much in little time; zero ends a pause.
    pub fn pause(&self, length: Duration) {
        self.shared.pause.begin(length);
    }

    /// Whether a pause has not ended.
    pub fn is_paused(&self) -> bool {
        self.shared.pause.left().is_some()
    }

    /// How far reading has come.
    pub fn progress(&self) -> Progress {
        *self.shared.progress.lock()
    }

    /// How far reading has come once it has come further than `seen` events or is done, at the latest after `budget`.
    pub fn wait_beyond(&self, seen: u32, budget: Duration) -> Progress {
        let deadline = Instant::now() + budget;
        let mut progress = self.shared.progress.lock();
        while !progress.done && progress.events <= seen {
            if self.shared.news.wait_until(&mut progress, deadline).timed_out() {
                break;
            }
        }
        *progress
    }

    /// Waits until progress is told again, at most so long.
    pub fn wait_for_news(&self, budget: Duration) {
        let mut progress = self.shared.progress.lock();
        if !progress.done {
            let _ = self.shared.news.wait_for(&mut progress, budget);
        }
    }

    /// How far reading has come when it is done, at the latest after `budget`.
    pub fn wait(&self, budget: Duration) -> Progress {
        self.wait_beyond(u32::MAX, budget)
    }

    /// Stops reading; what was read stays.
    pub fn stop(&self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }
}

/// A pause that ends by itself, or when it is ended.
#[derive(Default)]
struct Pause {
    until: Mutex<Option<Instant>>,
    ended: Condvar,
    /// Whether there may be one: looked at before each batch, so without the lock.
    begun: AtomicBool,
}

impl Pause {
    fn begin(&self, length: Duration) {
        let begins = !length.is_zero();
        *self.until.lock() = begins.then(|| Instant::now() + length);
        self.begun.store(begins, Ordering::Release);
        if !begins {
            self.ended.notify_all();
        }
    }

    fn left(&self) -> Option<Instant> {
        if !self.begun.load(Ordering::Acquire) {
            return None;
        }
        self.until.lock().filter(|until| Instant::now() < *until)
    }

    /// Returns when there is none.
    fn pass(&self) {
        if !self.begun.load(Ordering::Acquire) {
            return;
        }
        let mut until = self.until.lock();
        while let Some(end) = until.filter(|end| Instant::now() < *end) {
            self.ended.wait_until(&mut until, end);
        }
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.stop();
        // The thread may sit in a read of a pipe nobody writes to: it is let go, not waited for.
        drop(self.reader.lock().take());
    }
}

fn read_all(opened: Vec<Opened>, shared: &Shared) {
    let mut before = 0;
    // More inputs than a chunk can number do not fit a command line.
    for (at, input) in (0..u16::MAX).zip(opened) {
        let mut reader = Reader::new(input.pieces).without_waiting();
        read_one(at, &mut reader, shared, before);
        before += reader.bytes_read();
        shared.store.write().notes.extend_from_slice(reader.notes());
    }
    shared.store.write().end();
    shared.whole.store(!shared.stop.load(Ordering::Relaxed), Ordering::Relaxed);
    tell(shared, before, true);
}

fn tell(shared: &Shared, bytes_read: u64, done: bool) {
    let (first, events, shown) = {
        let store = shared.store.read();
        (store.first, store.events, store.shown())
    };
    let mut progress = shared.progress.lock();
    *progress = Progress { first, events, shown, bytes_read, done, bytes_total: progress.bytes_total };
    drop(progress);
    shared.news.notify_all();
}

fn read_one(input: u16, reader: &mut Reader, shared: &Shared, before: u64) {
    let mut told = Instant::now();
    let mut begun = false;
    let mut chunks = 0;
    loop {
        if shared.stop.load(Ordering::Relaxed) {
            return;
        }
        shared.pause.pass();
        let mut store = shared.store.write();
        let state = take(input, reader, &mut store, &mut begun);
        if let Some(keep) = shared.keep.filter(|_| store.chunks.len() > chunks) {
            chunks = store.chunks.len();
            store.trim(keep);
        }
        RwLockWriteGuard::bump(&mut store);
        drop(store);
        match state {
            Taken::End => return,
            Taken::Idle => {
                // Waiting for the source happens without the store. What comes at once is told with what comes then.
                let rest = TELL.saturating_sub(told.elapsed());
                if !rest.is_zero() && reader.wait(rest) {
                    continue;
                }
                tell(shared, before + reader.bytes_read(), false);
                reader.wait(PATIENCE);
                told = Instant::now();
            }
            Taken::More if told.elapsed() >= TELL => {
                tell(shared, before + reader.bytes_read(), false);
                told = Instant::now();
            }
            Taken::More => {}
        }
    }
}

enum Taken {
    More,
    Idle,
    End,
}

/// Takes a batch of what the reader has.
fn take(input: u16, reader: &mut Reader, store: &mut Store, begun: &mut bool) -> Taken {
    let mut taken = 0;
    while taken < BATCH {
        taken += 1 + reader.events(BATCH - taken, |offset, event| store.push(input, offset, event));
        let n = store.events + 1;
        match reader.next() {
            Next::Event { offset, event } => store.push(input, offset, &event),
            Next::Section(header) => {
                if std::mem::replace(begun, true) || input > 0 {
                    store.restart();
                }
                let comments = header.comment().map(<[u8]>::to_vec);
                if let Some(facts) = store.inputs.get_mut(usize::from(input)) {
                    facts.comments.extend(comments);
                }
            }
            Next::Machine(machine) => store.state.load_machine(machine),
            Next::Interfaces(interfaces) => store.state.load_interfaces(interfaces),
            Next::Users(users) => store.state.load_users(&users, n),
            Next::Processes(processes) => store.state.load_processes(&processes, n),
            Next::Fds(fds) => store.state.load_fds(&fds),
            Next::Idle => return Taken::Idle,
            Next::End => return Taken::End,
        }
    }
    Taken::More
}
