//! Groups of the events one core looks at.

use parking_lot::Mutex;
use scap_format::tables::{event_info, Category};

use super::fold::{joined, Groups, Key, KEYS};
use super::key::{Interner, KeyReader, ABSENT};
use super::{Aggregate, Question};
use crate::clock::Zone;
use crate::fields::{EventAt, Field, FieldRef};
use crate::query::plan::{needs_bytes, Asker};
use crate::query::select::Part;
use crate::state::NO_RESULT;
use crate::store::bits::Bits;
use crate::store::bytes::Windows;
use crate::store::columns::Chunk;
use crate::store::Store;
use crate::value::Value;

/// What finds the numbers of a column.
#[derive(Debug)]
enum Measure {
    /// One an event.
    Count,
    /// One a failed event.
    Failed,
    /// Time between enter and exit.
    Latency,
    /// Bytes moved by a call, of events of kinds that move some.
    Moved(FieldRef),
    /// A field's number.
    Number(FieldRef),
    /// The values of a field.
    Values(KeyReader),
    /// Nothing: its events tell it.
    Nothing,
}

/// Has what was found out about filters and fields, and the groups so far.
#[derive(Debug)]
pub(super) struct Worker {
    asker: Asker,
    among: Vec<Option<Asker>>,
    keys: Vec<KeyReader>,
    measures: Vec<Measure>,
    windows: Windows,
    zone: Zone,
    groups: Groups,
}

impl Worker {
    pub(super) fn new(question: &Question, zone: &Zone) -> Self {
        let asker = |filter| Asker::new(filter, Zone::of_filters());
        Worker {
            asker: asker(&question.filter),
            among: question.columns.iter().map(|column| column.among.as_ref().map(asker)).collect(),
            keys: question.keys.iter().take(KEYS).map(|key| KeyReader::new(key)).collect(),
            measures: question.columns.iter().map(|column| measure(column.aggregate, &column.fields)).collect(),
            windows: Windows::default(),
            zone: zone.clone(),
            groups: Groups::default(),
        }
    }

    pub(super) fn groups(&self) -> &Groups {
        &self.groups
    }

    /// Takes in the selected events of a part.
    pub(super) fn take(&mut self, question: &Question, store: &Store, values: &Mutex<Interner>, part: Part) {
        let Some(chunk) = store.chunks.get(part.chunk) else { return };
        let mut selected = Bits::range(part.start, part.end);
        self.asker.select(&question.filter, store, chunk, &mut selected);
        if selected.is_empty() {
            return;
        }
        let among: Vec<Option<Bits>> = (self.among.iter_mut().zip(&question.columns))
            .map(|(asker, column)| {
                let mut some = selected.clone();
                asker.as_mut()?.select(column.among.as_ref()?, store, chunk, &mut some);
                Some(some)
            })
            .collect();
        for at in selected.iter_from(part.start) {
            self.event(question, store, values, (chunk, at), &among);
        }
    }

    fn event(
        &mut self,
        question: &Question,
        store: &Store,
        values: &Mutex<Interner>,
        (chunk, at): (&Chunk, usize),
        among: &[Option<Bits>],
    ) {
        let Worker { keys, measures, windows, zone, groups, .. } = self;
        let row = chunk.row(at).unwrap_or_default();
        let event = EventAt::new(store, chunk.number(at), row, zone);
        let mut key: Key = [ABSENT; KEYS];
        for (id, reader) in key.iter_mut().zip(keys) {
            *id = reader.id(&event, (chunk, at), windows, values);
        }
        if key.first() == Some(&ABSENT) && !question.keys.is_empty() {
            return;
        }
        let place = groups.place(question, key, event.n);
        if let Some(group) = groups.all.get_mut(place) {
            group.events += 1;
            group.last = group.last.max(event.n);
            group.first = group.first.min(event.n);
        }
        let columns = question.columns.len();
        let rows = measures.iter_mut().zip(&question.columns).zip(among).enumerate();
        for (column, ((measure, asked), among)) in rows {
            if among.as_ref().is_some_and(|some| !some.has(at)) {
                continue;
            }
            let place = place * columns + column;
            if let Measure::Values(reader) = measure {
                let id = reader.id(&event, (chunk, at), windows, values);
                if id != ABSENT {
                    groups.sets.entry(place).or_default().insert(id);
                }
                continue;
            }
            let Some(more) = measure.number(&event, (chunk, at), windows) else { continue };
            if let Some(number) = groups.numbers.get_mut(place) {
                *number = joined(asked.aggregate, *number, more);
            }
        }
    }
}

fn measure(aggregate: Aggregate, fields: &[FieldRef]) -> Measure {
    match (aggregate, fields.first()) {
        (Aggregate::Count, _) => Measure::Count,
        (Aggregate::Failed, _) => Measure::Failed,
        (Aggregate::Distinct, Some(_)) => Measure::Values(KeyReader::new(fields)),
        (Aggregate::Sum | Aggregate::Min | Aggregate::Max, Some(field)) => match field.field {
            Field::EvtLatency => Measure::Latency,
            moved if moved.name().starts_with("evt.buflen") => Measure::Moved(field.clone()),
            _ => Measure::Number(field.clone()),
        },
        _ => Measure::Nothing,
    }
}

impl Measure {
    #[inline]
    fn number(&self, event: &EventAt<'_>, (chunk, at): (&Chunk, usize), windows: &mut Windows) -> Option<i64> {
        let row = &event.row;
        match self {
            Measure::Count => Some(1),
            Measure::Failed => (row.errno != 0 && row.errno != NO_RESULT).then_some(1),
            // A call of no time at all has none that is known: so do all of captures without enter events.
            Measure::Latency => i64::try_from(event.store.latency(row)).ok().filter(|ns| *ns != 0),
            Measure::Moved(field) => {
                let moves = event_info(row.kind.event_type()).is_some_and(|info| {
                    matches!(info.category, Category::IoRead | Category::IoWrite | Category::IoOther) && info.is_exit()
                });
                if !moves || row.fd.is_none() || row.errno != 0 {
                    return None;
                }
                number(&event.read_alone(windows, chunk, at), field)
            }
            Measure::Number(field) if needs_bytes(field.field) => number(&event.read(windows, chunk, at), field),
            Measure::Number(field) => number(event, field),
            Measure::Values(_) | Measure::Nothing => None,
        }
    }
}

fn number(event: &EventAt<'_>, field: &FieldRef) -> Option<i64> {
    match event.value(field.field, field.arg.as_ref())? {
        Value::Uint(number) => i64::try_from(number).ok(),
        Value::Int(number) => Some(number),
        Value::Bool(yes) => Some(yes.into()),
        _ => None,
    }
}
