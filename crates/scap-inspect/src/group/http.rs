//! HTTP requests and their answers, as they stand at the beginning of what is read from and written to sockets.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use scap_format::tables::{event_info, Category, EventFlags};

use super::table::{Cell, Table};
use super::walk::{Growing, Walk};
use super::Tabled;
use crate::clock::Zone;
use crate::fields::EventAt;
use crate::query::plan::{Asker, Filter};
use crate::query::select::{Lent, Part};
use crate::state::fds::FdKind;
use crate::store::bits::Bits;
use crate::store::bytes::Windows;
use crate::store::Store;

/// Methods of requests; a text that begins otherwise is none.
const METHODS: &[&[u8]] =
    &[b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"CONNECT", b"TRACE", b"PROPFIND", b"REPORT"];
/// Requests without an answer that are remembered; of more, the oldest are told without one.
const WAITING: usize = 100_000;

/// What an event's payload begins with.
#[derive(Debug)]
struct Heard {
    n: u32,
    ts: u64,
    /// Whose descriptor.
    place: (i64, i64),
    /// Whether it was read.
    was_read: bool,
    said: Said,
}

#[derive(Debug, PartialEq, Eq)]
enum Said {
    Request { method: Box<[u8]>, path: Box<[u8]>, host: Option<Box<[u8]>> },
    Answer { status: u64, length: Option<u64> },
}

#[derive(Debug)]
struct Exchange {
    request: Heard,
    /// Number and time of the answer, what it said.
    answer: Option<(u32, u64, u64, Option<u64>)>,
}

/// Requests found so far; it grows while the capture is read.
#[derive(Debug)]
pub struct Requests {
    filter: Filter,
    askers: Lent<(Asker, Windows)>,
    exchanges: Vec<Exchange>,
    /// Requests that wait for their answer, by place among the exchanges.
    waiting: FxHashMap<(i64, i64), usize>,
    walk: Walk,
}

impl Requests {
    /// Requests among the events a filter selects.
    pub fn new(filter: Filter) -> Self {
        Requests {
            filter,
            askers: Lent::default(),
            exchanges: Vec::new(),
            waiting: FxHashMap::default(),
            walk: Walk::default(),
        }
    }

    fn said(&self, store: &Store, part: Part) -> Vec<Heard> {
        let make = || (Asker::new(&self.filter, Zone::of_filters()), Windows::default());
        self.askers.with(make, |(asker, windows)| {
            let mut found = Vec::new();
            let Some(chunk) = store.chunks.get(part.chunk) else { return found };
            let mut selected = Bits::range(part.start, part.end);
            selected.retain(|at| {
                let row = chunk.row(at).unwrap_or_default();
                row.errno == 0 && moves_payload(row.kind.event_type()) && {
                    let kind = store.state.fds.get(row.fd).kind;
                    !row.fd.is_none() && (kind.is_ip() || kind == FdKind::Unix)
                }
            });
            asker.select(&self.filter, store, chunk, &mut selected);
            let zone = Zone::utc();
            for at in selected.iter_from(part.start) {
                let row = chunk.row(at).unwrap_or_default();
                let event = EventAt::new(store, chunk.number(at), row, &zone).read_alone(windows, chunk, at);
                let data = event.event.and_then(|bytes| bytes.params.get(event.info.param("data")?));
                let Some(said) = data.and_then(understood) else { continue };
                let pid = event.thread().map_or(-1, |thread| thread.pid);
                let place = (pid, store.state.fds.get(row.fd).num);
                let was_read = event.info.has(EventFlags::READS);
                found.push(Heard { n: event.n, ts: row.ts, place, was_read, said });
            }
            found
        })
    }

    fn heard(&mut self, part: Heard) {
        match part.said {
            Said::Request { .. } => {
                if self.waiting.len() >= WAITING {
                    self.waiting.clear();
                }
                self.waiting.insert(part.place, self.exchanges.len());
                self.exchanges.push(Exchange { request: part, answer: None });
            }
            Said::Answer { status, length } => {
                let asked = self.waiting.get(&part.place).copied();
                let Some(exchange) = asked.and_then(|at| self.exchanges.get_mut(at)) else { return };
                // What answers a request goes the other way.
                if exchange.request.was_read != part.was_read {
                    exchange.answer = Some((part.n, part.ts, status, length));
                    self.waiting.remove(&part.place);
                }
            }
        }
    }
}

impl Growing for Requests {
    fn walk(&mut self) -> &mut Walk {
        &mut self.walk
    }

    fn forget(&mut self) {
        self.askers = Lent::default();
        (self.exchanges, self.waiting) = (Vec::new(), FxHashMap::default());
    }

    fn take(&mut self, store: &Store, parts: &[Part]) {
        let found: Vec<Vec<Heard>> = parts.par_iter().with_max_len(1).map(|part| self.said(store, *part)).collect();
        found.into_iter().flatten().for_each(|said| self.heard(said));
    }
}

impl Tabled for Requests {
    /// What was found so far. Cells: number of the request's event, its time, method, host, path, status, time to the
    /// answer's first bytes, length of the answer as it tells, "server" or "client", process id, descriptor, number of
    /// the answer's event.
    fn table(&self, _: &Store) -> Table {
        let text = |text: &[u8]| Cell::Text(text.into());
        let rows = self.exchanges.iter().filter_map(|Exchange { request, answer }| {
            let Said::Request { method, path, host } = &request.said else { return None };
            let number = |number: Option<u64>| number.map_or(Cell::Absent, Cell::Unsigned);
            let signed = |number: i64| u64::try_from(number).map_or(Cell::Signed(number), Cell::Unsigned);
            let cells = vec![
                Cell::Unsigned(request.n.into()),
                Cell::Unsigned(request.ts),
                text(method),
                host.as_deref().map_or(Cell::Absent, text),
                text(path),
                number(answer.map(|(_, _, status, _)| status)),
                number(answer.map(|(_, ts, _, _)| ts.saturating_sub(request.ts))),
                number(answer.and_then(|(_, _, _, length)| length)),
                text(if request.was_read { b"server" } else { b"client" }),
                signed(request.place.0),
                signed(request.place.1),
                number(answer.map(|(n, ..)| n.into())),
            ];
            Some((cells, request.n, answer.map_or(request.n, |(n, ..)| n)))
        });
        Table::of(1, rows.collect())
    }
}

fn moves_payload(event_type: u16) -> bool {
    event_info(event_type).is_some_and(|info| {
        info.is_exit() && matches!(info.category, Category::IoRead | Category::IoWrite) && info.param("data").is_some()
    })
}

/// What a payload begins with, if it is HTTP.
fn understood(data: &[u8]) -> Option<Said> {
    if let Some(rest) = data.strip_prefix(b"HTTP/") {
        let (_, rest) = split_once(rest, b' ')?;
        let digits = rest.get(..3)?;
        let status = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
        let length = header(data, b"content-length").and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
        return Some(Said::Answer { status: status.parse().ok()?, length });
    }
    let (method, rest) = split_once(data, b' ')?;
    if !METHODS.contains(&method) {
        return None;
    }
    let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
    let path = rest.get(..end).filter(|path| !path.is_empty())?;
    Some(Said::Request { method: method.into(), path: path.into(), host: header(data, b"host").map(Into::into) })
}

fn split_once(text: &[u8], by: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(by, text)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The value of a header whose line was captured whole.
fn header<'a>(data: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut rest = data;
    while let Some((line, more)) = split_once(rest, b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return None;
        }
        if let Some((_, value)) = split_once(line, b':').filter(|(found, _)| found.eq_ignore_ascii_case(name)) {
            return Some(value.trim_ascii());
        }
        rest = more;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_answers_are_told_from_other_text() {
        let request = understood(b"GET /foo?a=1 HTTP/1.1\r\nUser-Agent: x\r\nHOST: example.org\r\n\r\n");
        let host = Some(b"example.org"[..].into());
        assert_eq!(request, Some(Said::Request { method: b"GET"[..].into(), path: b"/foo?a=1"[..].into(), host }));
        let answer = understood(b"HTTP/1.0 502 Bad Gateway\r\nContent-Length: 12\r\n\r\n");
        assert_eq!(answer, Some(Said::Answer { status: 502, length: Some(12) }));
        for other in [&b"GETTING on"[..], b"HTTP/1.1", b"HTTP/1.1 2x0 ", b"", b"GET ", b"get / HTTP/1.0"] {
            assert_eq!(understood(other), None);
        }
    }

    #[test]
    fn a_header_that_was_cut_is_none() {
        assert_eq!(header(b"GET / HTTP/1.0\r\nHost: exam", b"host"), None);
        assert_eq!(header(b"A: 1\r\n\r\nHost: body\r\n", b"host"), None);
    }
}
