//! Events as text.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use scap_inspect::clock::Zone;
use scap_inspect::escape::Policy;
use scap_inspect::print::{field_ref, Layout, Manner, Printer as Inner, Template, TimeStyle};
use scap_inspect::render::{DataStyle, Style};
use scap_inspect::store;

use crate::capture::{Capture, Filter};
use crate::errors::refuse;

/// Writes the events a filter selects as text, in order, while the capture is read.
#[pyclass(frozen, module = "scaptui._core")]
pub(crate) struct Printer {
    capture: Arc<store::Capture>,
    inner: Mutex<Desk>,
}

/// A printer, and memory for what it writes: new memory for each piece costs more than the writing.
struct Desk {
    printer: Inner,
    text: Vec<u8>,
}

impl Printer {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn zone(name: &str) -> PyResult<Zone> {
    match name {
        "local" => Ok(Zone::local()),
        "UTC" => Ok(Zone::utc()),
        name => Zone::named(name).map_err(|error| refuse(error.to_string(), error.hint())),
    }
}

/// From now on filters compare times of day in a zone.
#[pyfunction]
pub(crate) fn settle_filter_zone(name: &str) -> PyResult<()> {
    zone(name)?.settle();
    Ok(())
}

fn policy(name: &str) -> PyResult<Policy> {
    match name {
        "terminal" => Ok(Policy::Terminal),
        "pipe" => Ok(Policy::Pipe),
        "raw" => Ok(Policy::Raw),
        other => Err(refuse(format!("there is no way of escaping called {other:?}"), "use terminal, pipe or raw")),
    }
}

fn style(name: &str, whole: bool) -> PyResult<Style> {
    let data = match name {
        "dots" => DataStyle::Dots,
        "text" => DataStyle::Ascii,
        "hex" => DataStyle::Hex,
        "hexascii" => DataStyle::HexAscii,
        "base64" => DataStyle::Base64,
        other => {
            let hint = "use dots, text, hex, hexascii or base64";
            return Err(refuse(format!("there is no way of writing buffers called {other:?}"), hint));
        }
    };
    Ok(Style { data, cut: None, whole })
}

fn layout(form: &str, kind: &str) -> PyResult<Layout> {
    if kind == "line" {
        return match Template::new(form) {
            Ok(template) => Ok(Layout::Line(template)),
            Err(error) => Err(refuse(format!("{}, at column {}", error.message, error.at + 1), error.hint)),
        };
    }
    let named = |name: &str| match field_ref(name) {
        Ok(field) => Ok((name.to_owned(), field)),
        Err((message, hint)) => Err(refuse(message, hint)),
    };
    let fields = form.split(',').map(|name| named(name.trim())).collect::<PyResult<Vec<_>>>()?;
    match kind {
        "tsv" => Ok(Layout::Tsv(fields)),
        "csv" => Ok(Layout::Csv(fields)),
        "jsonl" => Ok(Layout::JsonLines(fields)),
        other => Err(refuse(format!("there is no output called {other:?}"), "use line, tsv, csv or jsonl")),
    }
}

/// Writes all of a piece. Where a write ends early a signal may be why: a reader may be slow for long, and Ctrl-C has to
/// get through.
fn write_all(output: &mut File, piece: &[u8]) -> PyResult<()> {
    let mut rest = piece;
    while !rest.is_empty() {
        match output.write(rest) {
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Python::attach(|py| os_error(py, &error))),
        }
        if !rest.is_empty() {
            Python::attach(|py| {
                py.check_signals()?;
                PyResult::Ok(())
            })?;
        }
    }
    Ok(())
}

/// The error that Python raises for the same one: by its number it is a `BrokenPipeError`, for example.
fn os_error(py: Python<'_>, error: &io::Error) -> PyErr {
    let Some(number) = error.raw_os_error() else { return PyOSError::new_err(error.to_string()) };
    let said = py.import("os").and_then(|os| os.call_method1("strerror", (number,)));
    said.map_or_else(|error| error, |said| PyOSError::new_err((number, said.unbind())))
}

#[pymethods]
impl Printer {
    #[new]
    #[pyo3(signature = (capture, selected, form, *, kind = "line", time = "h", zone = "local", escape = "pipe",
                        buffers = "dots", limit = None))]
    #[allow(clippy::too_many_arguments, reason = "Python names each of them")]
    fn new(
        capture: &Capture,
        selected: Option<&Filter>,
        form: &str,
        kind: &str,
        time: &str,
        zone: &str,
        escape: &str,
        buffers: &str,
        limit: Option<u64>,
    ) -> PyResult<Self> {
        let filter = Filter::or_all(selected);
        let time = TimeStyle::from_letter(time)
            .ok_or_else(|| refuse(format!("there is no way of showing time called {time:?}"), "use h, a, r, d or D"))?;
        let manner = Manner {
            time,
            zone: self::zone(zone)?,
            policy: policy(escape)?,
            style: style(buffers, kind != "line" || escape == "raw")?,
            limit,
        };
        let printer = Inner::new(filter, layout(form, kind)?, manner);
        let inner = Mutex::new(Desk { printer, text: Vec::new() });
        Ok(Printer { capture: Arc::clone(&capture.inner), inner })
    }

    /// The next piece of output; empty when nothing is ready yet or all is done.
    fn step<'py>(&self, py: Python<'py>, budget_ms: u64) -> Bound<'py, PyBytes> {
        let text = py.detach(|| {
            let mut desk = self.desk();
            let mut text = std::mem::take(&mut desk.text);
            text.clear();
            let Ok(()) = desk.printer.step(&self.capture, Duration::from_millis(budget_ms), |piece| {
                text.extend_from_slice(piece);
                Ok::<(), Infallible>(())
            });
            text
        });
        let piece = PyBytes::new(py, &text);
        self.desk().text = text;
        piece
    }

    /// Writes the next pieces to standard output and says how many bytes they were: none when nothing is ready yet or
    /// all is done. Text then is never copied.
    fn write(&self, py: Python<'_>, budget_ms: u64) -> PyResult<usize> {
        let output = io::stdout().as_fd().try_clone_to_owned().map_err(|error| os_error(py, &error))?;
        let mut output = File::from(output);
        let mut written = 0;
        py.detach(|| {
            self.desk().printer.step(&self.capture, Duration::from_millis(budget_ms), |piece| {
                written += piece.len();
                write_all(&mut output, piece)
            })
        })?;
        Ok(written)
    }

    /// Whether all that can be written has been.
    #[getter]
    fn done(&self) -> bool {
        self.desk().printer.is_done()
    }

    /// How many events have been written.
    #[getter]
    fn matched(&self) -> u64 {
        self.desk().printer.matched()
    }
}
