//! The stream of a capture into files.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::mpsc::{sync_channel, Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use scap_format::packing::Packing;
use scap_format::reader::{block_sort, BlockSort};

use super::sieve::{Sieve, Verdict};
use super::target::Target;
use crate::query::plan::Filter;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Only events that it selects, and what readers need to know about them; all without one.
    pub filter: Option<Filter>,
    /// More than one file will be written.
    pub rotates: bool,
    /// The most events in all.
    pub max_events: Option<u64>,
    /// No kinds of descriptors that sysdig 0.29 does not know.
    pub old_kinds: bool,
    /// How files are compressed.
    pub packing: Packing,
}

/// When a file is full; never where there is none.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileLimits {
    /// The most bytes of the file.
    pub bytes: Option<u64>,
    /// How long it takes events.
    pub time: Option<Duration>,
}

/// Where a recording stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// More may come.
    #[default]
    Running,
    /// The stream has ended.
    Ended,
    /// The file has no room, or no time, for the next event.
    FileFull,
    /// So many events as were asked for are written.
    Enough,
    /// The file cannot be written, for this reason.
    Failed(String),
    /// What was to be read is no stream of a capture.
    NotACapture,
}

/// How far a recording has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Where it stands.
    pub state: State,
    /// Events in all files, without those that only change the state.
    pub events: u64,
    /// Events that are there only to change the state.
    pub state_only: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Whether the stream has begun.
    pub begun: bool,
}

/// Bytes of a piece of the stream.
const PIECE: usize = 1 << 20;
/// Pieces that are read ahead.
const AHEAD: usize = 4;
/// Bytes that tell what a block is.
const HEAD: usize = 14;
/// How often what was taken is made readable, whatever happens then.
const SYNC: Duration = Duration::from_millis(500);

/// Writes the stream of a capture into files.
pub struct Recorder {
    settings: Settings,
    pieces: Receiver<Vec<u8>>,
    used: SyncSender<Vec<u8>>,
    /// What has come of a block, and blocks there was no room for.
    incoming: Vec<u8>,
    /// Blocks before the first event.
    preamble: Vec<u8>,
    has_events: bool,
    sieve: Option<Sieve>,
    target: Option<Target>,
    file_limits: FileLimits,
    /// When the file began, and whether it has events.
    file_began: Instant,
    file_has_events: bool,
    next_sync: Instant,
    has_ended: bool,
    /// Bytes of the files that are finished.
    bytes: u64,
    progress: Progress,
}

impl Recorder {
    /// A recorder of what comes through `source`.
    ///
    /// # Errors
    /// There are no threads left.
    pub fn new(source: File, settings: Settings) -> io::Result<Self> {
        let (pieces, received) = sync_channel(AHEAD);
        let (used, unused) = sync_channel(AHEAD);
        let read = move || read_ahead(source, &pieces, &unused);
        std::thread::Builder::new().name("stream".into()).spawn(read)?;
        Ok(Recorder {
            settings,
            pieces: received,
            used,
            incoming: Vec::new(),
            preamble: Vec::new(),
            has_events: false,
            sieve: None,
            target: None,
            file_limits: FileLimits::default(),
            file_began: Instant::now(),
            file_has_events: false,
            next_sync: Instant::now() + SYNC,
            has_ended: false,
            bytes: 0,
            progress: Progress::default(),
        })
    }

    /// Begins a file, standard output for `None`, and ends the one before. Each begins with the state as of its first
    /// event.
    ///
    /// # Errors
    /// It cannot be made, as when it exists, or the one before cannot be ended.
    pub fn begin(&mut self, path: Option<&Path>, limits: FileLimits) -> io::Result<()> {
        let packing = self.settings.packing;
        let target = match path {
            Some(path) => Target::create(path, packing, limits.bytes)?,
            None => Target::stdout(packing, limits.bytes)?,
        };
        if let Some(before) = self.target.replace(target) {
            let mut before = before;
            self.bytes += before.finish()?;
            let preamble = match &mut self.sieve {
                Some(sieve) => sieve.begin_anew()?,
                None => self.preamble.clone(),
            };
            self.write(&preamble)?;
            self.leave_room()?;
        }
        self.file_limits = limits;
        (self.file_began, self.file_has_events) = (Instant::now(), false);
        if self.progress.state == State::FileFull {
            self.progress.state = State::Running;
        }
        Ok(())
    }

    /// Takes what comes, for at most so long. A failure is told by the state.
    pub fn step(&mut self, budget: Duration) -> Progress {
        let deadline = Instant::now() + budget;
        while self.progress.state == State::Running {
            let now = Instant::now();
            if now >= deadline {
                break;
            }
            if let Err(error) = self.turn(deadline.min(self.next_sync).saturating_duration_since(now)) {
                self.fail(&error);
            }
        }
        self.progress()
    }

    /// Writes what waits and ends the file.
    pub fn finish(&mut self) -> Progress {
        // Only while it runs; what waits is not asked for where enough is written.
        let released = self.release(true);
        if let Err(error) = released {
            self.fail(&error);
        }
        let Some(mut target) = self.target.take() else { return self.progress() };
        if matches!(self.progress.state, State::Failed(_)) {
            self.bytes += target.written();
            return self.progress();
        }
        match target.finish() {
            Ok(bytes) => self.bytes += bytes,
            Err(error) => {
                self.bytes += target.written();
                self.count_lost(&target);
                self.fail(&error);
            }
        }
        self.progress()
    }

    fn count_lost(&mut self, target: &Target) {
        let (events, state_only) = target.lost();
        self.progress.events -= events.min(self.progress.events);
        self.progress.state_only -= state_only.min(self.progress.state_only);
    }

    fn progress(&self) -> Progress {
        let of_file = self.target.as_ref().map_or(0, Target::written);
        Progress {
            bytes: self.bytes + of_file,
            begun: self.has_events || !self.preamble.is_empty(),
            ..self.progress.clone()
        }
    }

    fn fail(&mut self, error: &io::Error) {
        // The first failure is the one to tell.
        if matches!(self.progress.state, State::Failed(_)) {
            return;
        }
        self.progress.state = State::Failed(reason(error));
        if let Some(target) = self.target.take() {
            self.count_lost(&target);
            self.target = Some(target);
        }
    }

    fn turn(&mut self, wait: Duration) -> io::Result<()> {
        match self.pieces.recv_timeout(wait) {
            Ok(piece) => {
                self.incoming.extend_from_slice(&piece);
                // Where nobody takes it back it is let go.
                let _ = self.used.try_send(piece);
                self.sort()?;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.has_ended = true,
        }
        self.release(self.has_ended)?;
        if self.has_ended && self.progress.state == State::Running {
            self.progress.state = if self.preamble.is_empty() { State::NotACapture } else { State::Ended };
        }
        if Instant::now() >= self.next_sync {
            self.next_sync = Instant::now() + SYNC;
            if let Some(target) = &mut self.target {
                target.sync()?;
            }
            if let Some(sieve) = &mut self.sieve {
                sieve.tidy()?;
            }
        }
        Ok(())
    }

    /// Takes whole blocks out of what has come.
    fn sort(&mut self) -> io::Result<()> {
        let incoming = std::mem::take(&mut self.incoming);
        let mut rest = incoming.as_slice();
        while self.progress.state == State::Running {
            let events = rest.get(..events_in_front(rest)).unwrap_or_default();
            let taken = if events.is_empty() {
                let Some((_, length)) = block_sort(rest) else {
                    if rest.len() >= HEAD {
                        self.progress.state = State::NotACapture;
                    }
                    break;
                };
                let Some(block) = rest.get(..length) else { break };
                self.preamble.extend_from_slice(block);
                self.write(block)?;
                length
            } else {
                self.begin_events()?;
                self.take(events)?
            };
            rest = rest.get(taken..).unwrap_or_default();
        }
        self.incoming = rest.to_vec();
        Ok(())
    }

    /// The blocks before the events are complete.
    fn begin_events(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.has_events, true) {
            return Ok(());
        }
        let Settings { filter, old_kinds, rotates, .. } = &self.settings;
        if filter.is_some() || *rotates {
            self.sieve = Some(Sieve::new(&self.preamble, filter.clone(), *old_kinds, *rotates)?);
        }
        self.leave_room()
    }

    fn write(&mut self, blocks: &[u8]) -> io::Result<()> {
        self.target.as_mut().map_or(Ok(()), |target| target.write(blocks))
    }

    fn leave_room(&mut self) -> io::Result<()> {
        self.target.as_mut().map_or(Ok(()), Target::leave_room)
    }

    /// Takes events; gives how many bytes of them: all, but for those there is no room for.
    fn take(&mut self, blocks: &[u8]) -> io::Result<usize> {
        if let Some(sieve) = &mut self.sieve {
            sieve.take(blocks, Instant::now());
            return Ok(blocks.len());
        }
        let mut taken = 0;
        while let Some((sort, length)) = blocks.get(taken..).and_then(block_sort) {
            let is_hidden = sort == BlockSort::Event { state_only: true };
            if self.progress.state != State::Running || !self.admit(length as u64, is_hidden)? {
                break;
            }
            self.write(blocks.get(taken..taken + length).unwrap_or_default())?;
            taken += length;
        }
        Ok(taken)
    }

    /// Whether one more event may be written; counts it then.
    fn admit(&mut self, length: u64, is_hidden: bool) -> io::Result<bool> {
        let Some(target) = &mut self.target else { return Ok(true) };
        let is_over = |most| self.file_has_events && self.file_began.elapsed() >= most;
        if self.file_limits.time.is_some_and(is_over) || !target.has_room(length)? {
            self.progress.state = State::FileFull;
            return Ok(false);
        }
        self.file_has_events = true;
        if is_hidden {
            self.progress.state_only += 1;
            return Ok(true);
        }
        self.progress.events += 1;
        if self.settings.max_events.is_some_and(|most| self.progress.events >= most) {
            self.progress.state = State::Enough;
        }
        Ok(true)
    }

    /// Writes events that have waited long enough, as long as there is room for them.
    fn release(&mut self, all: bool) -> io::Result<()> {
        let now = Instant::now();
        while self.progress.state == State::Running {
            let Some(offer) = self.sieve.as_ref().and_then(|sieve| sieve.next(now, all)) else { break };
            let is_hidden = offer.hidden || offer.verdict == Verdict::StateOnly;
            if offer.verdict != Verdict::Drop && !self.admit(offer.length, is_hidden)? {
                break;
            }
            if let (Some(sieve), Some(target)) = (&mut self.sieve, &mut self.target) {
                sieve.pass(|block| target.write(block))?;
            }
        }
        Ok(())
    }
}

/// Bytes of the whole event blocks that these begin with.
fn events_in_front(bytes: &[u8]) -> usize {
    let mut length = 0;
    loop {
        let rest = bytes.get(length..).unwrap_or_default();
        match block_sort(rest) {
            Some((BlockSort::Event { .. }, block)) if block <= rest.len() => length += block,
            _ => return length,
        }
    }
}

/// Reads the source to its end, as long as somebody takes what it gives.
fn read_ahead(mut source: File, pieces: &SyncSender<Vec<u8>>, unused: &Receiver<Vec<u8>>) {
    loop {
        let mut piece = unused.try_recv().unwrap_or_default();
        piece.resize(PIECE, 0);
        match source.read(&mut piece) {
            Ok(0) => return,
            Ok(length) => {
                piece.truncate(length);
                if pieces.send(piece).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// Why writing failed, in the system's words without its number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    text.to_lowercase()
}
