//! The recording: attach, tell the state before, then drain the rings until an end is asked for.

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use crate::recorder::confine::confine;
use crate::recorder::encode::{Encoder, Settings};
use crate::recorder::load::{self, Programs};
use crate::recorder::options::Options;
use crate::recorder::plan::{Plan, Wanted};
use crate::recorder::record::Record;
use crate::recorder::reorder::Reorder;
use crate::recorder::sink::Sink;
use crate::recorder::status::{Numbers, Status};
use crate::recorder::{preamble, sys};

/// Times between two drains: short while there is much to do.
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_millis(10);
/// A drain that brought at least this many records was not too early.
const MUCH: usize = 64;
/// How long after its time an event may still come: the longest that calls stay on a cpu without leaving it, and more.
const WINDOW: u64 = 30_000_000;
/// Records taken from one ring before the others get their turn.
const TURN: usize = 1 << 16;

/// Records until the time is over, a signal comes or the reader goes away.
///
/// # Errors
/// A sentence for standard error.
pub(crate) fn record(options: &Options) -> Result<(), String> {
    let status = options.status.map(sys::inherited).transpose();
    let status = status.map_err(|error| format!("--status-fd: {error}"))?;
    sys::no_new_privileges().map_err(|error| format!("privileges cannot be limited: {error}"))?;
    sys::catch_signals().map_err(|error| format!("signals cannot be caught: {error}"))?;
    let mut sink = Sink::new(options.output.as_deref()).map_err(|error| match &options.output {
        Some(path) => format!("{}: {error}", path.display()),
        None => format!("standard output: {error}"),
    })?;
    let wanted = Wanted { names: options.syscalls.clone(), compat: options.compat };
    let plan = Plan::new(&wanted);
    let boot = sys::boot_time();
    let began = boot + sys::since_boot();
    let programs = load::load(options, &plan).inspect_err(|_| sink.remove())?;
    let mut status = Status::new(status);
    status.ready();
    let settings = Settings { boot, enters: options.enters, compat: options.compat, page: sys::page_size() };
    let mut recorder = Recorder {
        nameless: Vec::new(),
        encoder: Encoder::new(plan, settings),
        reorder: Reorder::new(began),
        numbers: Numbers { drops: vec![0; sys::cpus() as usize], ..Numbers::default() },
        status,
        boot,
        programs,
    };
    match recorder.run(options, &mut sink) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(format!("the stream cannot be written: {error}")),
    }
}

struct Recorder {
    programs: Programs,
    encoder: Encoder,
    reorder: Reorder,
    numbers: Numbers,
    status: Status,
    boot: u64,
    /// Records of programs that were executed, whose names may still be in the ring of another cpu.
    nameless: Vec<Vec<u8>>,
}

impl Recorder {
    fn run(&mut self, options: &Options, sink: &mut Sink) -> io::Result<()> {
        let began = Instant::now();
        self.begin(options, sink)?;
        let mut pause = SHORTEST;
        loop {
            let (records, horizon) = self.drain();
            self.reorder.release(horizon.saturating_sub(WINDOW), sink)?;
            sink.flush()?;
            if self.status.is_due() {
                self.tell(sink, false);
            }
            if sys::stopped() || options.duration.is_some_and(|duration| began.elapsed() >= duration) {
                break;
            }
            pause = if records >= MUCH { SHORTEST } else { (pause * 2).min(LONGEST) };
            if sys::wait(sink.descriptor(), pause) {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
        }
        self.end(sink)
    }

    /// Writes the state of the machine. The programs are at work already, so that nothing is missed between the two:
    /// what they send meanwhile waits. Privileges end with it.
    fn begin(&mut self, options: &Options, sink: &mut Sink) -> io::Result<()> {
        let taken = options.clone();
        let state = std::thread::spawn(move || preamble::take(&taken));
        sys::keep_capability(load::CAP_BPF)?;
        while !state.is_finished() {
            self.drain();
            std::thread::sleep(SHORTEST);
        }
        let mut state = state.join().map_err(|_| io::Error::other("reading the state of the machine failed"))??;
        // Of a thread that ended while it was looked for, the end may still be in the rings.
        self.drain();
        preamble::complete(&mut state, self.encoder.meanwhile());
        if !options.comms.is_empty() {
            self.programs.name(&state.processes, options)?;
        }
        confine();
        sink.write_all(&preamble::blocks(&state)?)?;
        sink.flush()
    }

    /// Takes what the rings hold. Gives how many records, and the time up to which nothing earlier is in a ring.
    fn drain(&mut self) -> (usize, u64) {
        let mut horizon = self.boot + sys::since_boot();
        let mut records = 0;
        let mut nameless = Vec::new();
        for ring in &mut self.programs.rings {
            let mut taken = 0;
            let mut bytes = 0;
            while let Some(item) = ring.next() {
                taken += 1;
                bytes += item.len() as u64 + 8;
                let Some(record) = Record::parse(&item) else { continue };
                let time = self.boot + record.time;
                if record.lost > 0 {
                    if let Some(drops) = self.numbers.drops.get_mut(usize::from(record.cpu)) {
                        *drops += u64::from(record.lost);
                    }
                }
                if self.encoder.lacks_name(&record) {
                    nameless.push(item.to_vec());
                } else {
                    self.encoder.record(record, &mut self.reorder);
                }
                if taken == TURN {
                    horizon = horizon.min(time);
                    break;
                }
            }
            self.numbers.buffer = self.numbers.buffer.max(bytes as f64 / self.programs.ring_size as f64);
            records += taken;
        }
        self.encode(nameless);
        let waiting = self.nameless.iter().filter_map(|item| Record::parse(item));
        // What waits is in its place yet when it has its name.
        (records, waiting.fold(horizon, |horizon, record| horizon.min(self.boot + record.time)))
    }

    /// Encodes those that waited for their names while all rings were drained once more, and of others those that have them
    /// by now: later the end of their process may take the name along.
    fn encode(&mut self, nameless: Vec<Vec<u8>>) {
        let mut waited = std::mem::take(&mut self.nameless);
        for item in nameless {
            let waits = Record::parse(&item).is_some_and(|record| self.encoder.lacks_name(&record));
            (if waits { &mut self.nameless } else { &mut waited }).push(item);
        }
        for record in waited.iter().filter_map(|item| Record::parse(item)) {
            self.encoder.record(record, &mut self.reorder);
        }
    }

    /// Writes what is left, and the losses that no later record told of.
    fn end(&mut self, sink: &mut Sink) -> io::Result<()> {
        while self.drain().0 >= TURN {}
        self.drain();
        self.encode(Vec::new());
        let now = self.boot + sys::since_boot();
        for (cpu, lost) in self.programs.untold() {
            if let Some(drops) = self.numbers.drops.get_mut(usize::from(cpu)) {
                *drops += u64::from(lost);
            }
            self.encoder.lost_at_end(cpu, now, lost, &mut self.reorder);
        }
        self.reorder.finish(sink)?;
        sink.flush()?;
        self.tell(sink, true);
        Ok(())
    }

    fn tell(&mut self, sink: &Sink, last: bool) {
        self.numbers.events = self.reorder.events;
        self.numbers.late = self.reorder.late;
        self.numbers.bytes = sink.written;
        self.status.numbers(&self.numbers, last);
        self.numbers.buffer = 0.0;
    }
}
