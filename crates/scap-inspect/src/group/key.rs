//! Values of keys as numbers.

use std::borrow::Cow;

use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use super::table::Cell;
use crate::fields::{EventAt, FieldRef};
use crate::print::write_value;
use crate::query::plan::{depends_of, names_errors, Depends};
use crate::render::Style;
use crate::state::id;
use crate::store::bytes::Windows;
use crate::store::columns::Chunk;
use crate::value::Value;

/// The number of a value: odd ones are numbers themselves, even ones say where the value is kept.
pub(super) type Id = u64;

/// The number of no value.
pub(super) const ABSENT: Id = 0;
/// Numbers below it stand for themselves.
const OWN: u64 = 1 << 62;

/// Values that have a number, each once.
#[derive(Debug, Default)]
pub(super) struct Interner {
    ids: FxHashMap<Cell, Id>,
    values: Vec<Cell>,
}

impl Interner {
    fn id(&mut self, value: &Cell) -> Id {
        if let Some(id) = self.ids.get(value) {
            return *id;
        }
        self.values.push(value.clone());
        let id = (self.values.len() as u64) << 1;
        self.ids.insert(value.clone(), id);
        id
    }

    /// The value of a number.
    pub(super) fn value(&self, id: Id) -> Cell {
        if id & 1 == 1 {
            return Cell::Unsigned(id >> 1);
        }
        let place = usize::try_from(id >> 1).ok().and_then(|place| place.checked_sub(1));
        place.and_then(|place| self.values.get(place)).cloned().unwrap_or(Cell::Absent)
    }
}

/// Finds the number of the value of the first of some fields that an event has.
#[derive(Debug)]
pub(super) struct KeyReader(Vec<FieldReader>);

impl KeyReader {
    pub(super) fn new(fields: &[FieldRef]) -> Self {
        KeyReader(fields.iter().map(FieldReader::new).collect())
    }

    /// The number of the value for an event.
    #[inline]
    pub(super) fn id(
        &mut self,
        event: &EventAt<'_>,
        place: (&Chunk, usize),
        windows: &mut Windows,
        values: &Mutex<Interner>,
    ) -> Id {
        let mut ids = self.0.iter_mut().map(|reader| reader.id(event, place, windows, values));
        ids.find(|id| *id != ABSENT).unwrap_or(ABSENT)
    }
}

/// Finds the number of a field's value.
#[derive(Debug)]
struct FieldReader {
    field: FieldRef,
    depends: Depends,
    /// Numbers by what the value depends on, plus one; 0 for not asked.
    memo: Vec<Id>,
    /// Numbers of values that were met.
    met: FxHashMap<Cell, Id>,
}

impl FieldReader {
    fn new(field: &FieldRef) -> Self {
        FieldReader { field: field.clone(), depends: depends_of(field), memo: Vec::new(), met: FxHashMap::default() }
    }

    #[inline]
    fn id(
        &mut self,
        event: &EventAt<'_>,
        place: (&Chunk, usize),
        windows: &mut Windows,
        values: &Mutex<Interner>,
    ) -> Id {
        let row = &event.row;
        let by = match self.depends {
            Depends::Kind => row.kind.index(),
            Depends::Name if row.kind.event_type() != id::ASYNC => row.kind.index(),
            Depends::Context => row.context.0 as usize,
            Depends::Fd => row.fd.0 as usize,
            Depends::Errno => usize::from(row.errno) * 2 + usize::from(names_errors(row.kind)),
            Depends::Row => return self.ask(event, values),
            Depends::Name | Depends::Bytes => return self.ask(&event.read(windows, place.0, place.1), values),
        };
        if let Some(known) = self.memo.get(by).copied().filter(|known| *known != 0) {
            return known - 1;
        }
        let found = self.ask(event, values);
        if by >= self.memo.len() {
            self.memo.resize((by + 1).next_power_of_two(), 0);
        }
        if let Some(known) = self.memo.get_mut(by) {
            *known = found + 1;
        }
        found
    }

    fn ask(&mut self, event: &EventAt<'_>, values: &Mutex<Interner>) -> Id {
        match cell(event, &self.field) {
            Cell::Absent => ABSENT,
            Cell::Unsigned(number) if number < OWN => number << 1 | 1,
            value => *self.met.entry(value).or_insert_with_key(|value| values.lock().id(value)),
        }
    }
}

/// The value of a field of an event: numbers as such, all else as it is printed.
pub(super) fn cell(event: &EventAt<'_>, field: &FieldRef) -> Cell {
    match event.value(field.field, field.arg.as_ref()) {
        None => Cell::Absent,
        Some(Value::Uint(number)) => Cell::Unsigned(number),
        Some(Value::Int(number)) => u64::try_from(number).map_or(Cell::Signed(number), Cell::Unsigned),
        Some(Value::Text(text) | Value::Bytes(text)) => Cell::Text(Cow::into_owned(text).into()),
        Some(value) => {
            let mut out = Vec::new();
            write_value(&mut out, &value, field.field.info(), Style::WHOLE);
            Cell::Text(out.into())
        }
    }
}
