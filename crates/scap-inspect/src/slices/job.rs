//! A slice being made, on a thread of its own.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use parking_lot::Mutex;

use super::choose::chosen;
use super::compare::compare;
use super::file::{Output, Unfinished};
use super::head::head;
use super::plan::{plan, Part};
use super::write::{write, Stop};
use super::{Mark, Report, Settings, State};
use crate::store::{Capture, Store};

/// What is being done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// The events are being chosen.
    #[default]
    Choosing,
    /// What they need is being looked for.
    Planning,
    /// The file is being written.
    Writing,
    /// It is being compared.
    Comparing,
    /// There is a report.
    Done,
    /// It was called off, and there is no file.
    CalledOff,
    /// There is no file, for a reason.
    Failed,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Events done of this stage.
    pub done: u64,
    /// Events of this stage.
    pub of: u64,
}

/// Tells how far the work has come, and whether it is still wanted.
#[derive(Debug, Default)]
pub(super) struct Watch {
    progress: Mutex<Progress>,
    called_off: AtomicBool,
}

impl Watch {
    /// `None` when it was called off.
    pub(super) fn tell(&self, done: u64, of: u64) -> Option<()> {
        let mut progress = self.progress.lock();
        (progress.done, progress.of) = (done, of);
        (!self.called_off.load(Ordering::Relaxed)).then_some(())
    }

    fn begin(&self, stage: Stage) {
        *self.progress.lock() = Progress { stage, ..Progress::default() };
    }
}

/// A slice being made.
#[derive(Debug)]
pub struct Job {
    watch: Arc<Watch>,
    result: Arc<Mutex<Option<Result<Report, io::Error>>>>,
}

impl Job {
    /// Begins to make it; without `output` only to find out what it would be.
    ///
    /// # Errors
    /// There are no threads left.
    pub fn begin(capture: Arc<Capture>, settings: Settings, output: Option<Output>) -> io::Result<Self> {
        let (watch, result) = (Arc::<Watch>::default(), Arc::default());
        let job = Job { watch: Arc::clone(&watch), result: Arc::clone(&result) };
        let work = move || {
            let made = make(&capture, &settings, output.as_ref(), &watch);
            let stage = match made {
                Ok(report) => {
                    *result.lock() = Some(Ok(report));
                    Stage::Done
                }
                Err(Stop::CalledOff) => Stage::CalledOff,
                Err(Stop::Failed(error)) => {
                    *result.lock() = Some(Err(error));
                    Stage::Failed
                }
            };
            watch.begin(stage);
        };
        std::thread::Builder::new().name("slice".into()).spawn(work)?;
        Ok(job)
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        *self.watch.progress.lock()
    }

    /// Calls it off.
    pub fn call_off(&self) {
        self.watch.called_off.store(true, Ordering::Relaxed);
    }

    /// What became of it, once; `None` before it is done.
    pub fn take_result(&self) -> Option<Result<Report, io::Error>> {
        self.result.lock().take()
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.call_off();
    }
}

fn make(capture: &Capture, settings: &Settings, output: Option<&Output>, watch: &Watch) -> Result<Report, Stop> {
    let shown = chosen(capture, settings, watch).ok_or(Stop::CalledOff)?;
    watch.begin(Stage::Planning);
    watch.tell(0, 0).ok_or(Stop::CalledOff)?;
    let parts = plan(&capture.store(), &shown, settings);
    let mut report = Report {
        events: shown.len() as u64,
        hidden: parts.iter().map(|part| (part.hidden.before.len() + part.hidden.between.len()) as u64).sum(),
        ..Report::default()
    };
    let is_shown = |n: &&u32| shown.binary_search(n).is_ok();
    report.marks = settings.marks.iter().filter(is_shown).map(|n| Mark { event: *n, copy: 0, nth: 0 }).collect();
    let Some(output) = output.filter(|_| !shown.is_empty()) else {
        (report.state, report.unpacked) = expected(&capture.store(), &parts, settings)?;
        return Ok(report);
    };
    watch.begin(Stage::Writing);
    let mut file = Unfinished::create(output)?;
    (report.state, report.unpacked) = write(capture, &parts, settings, watch, &mut file)?;
    report.bytes = file.finish()?;
    watch.begin(Stage::Comparing);
    report.comparison = Some(compare(capture, &shown, &output.path, settings, watch, &mut report.marks)?);
    Ok(report)
}

/// What stands at the heads, and about how many bytes there will be.
fn expected(store: &Store, parts: &[Part], settings: &Settings) -> Result<(State, u64), Stop> {
    let mut state = State::default();
    let mut bytes = 0;
    for part in parts {
        let (blocks, told) = head(store, part, settings)?;
        state.add(&told);
        bytes += blocks.len() as u64;
        bytes += part.events().iter().map(|(n, _)| length(store, *n)).sum::<u64>();
    }
    Ok((state, bytes))
}

/// Bytes of an event's block, as far as where the next one begins tells.
fn length(store: &Store, n: u32) -> u64 {
    const USUAL: u64 = 100;
    const MOST: u64 = 1 << 20;
    let offset = |n| store.row(n).map(|row| row.offset);
    let own = offset(n).zip(offset(n + 1)).and_then(|(from, to)| to.checked_sub(from));
    own.filter(|length| *length < MOST).unwrap_or(USUAL)
}
