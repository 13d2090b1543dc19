//! Events as text: lines of a format, tables, JSON lines.

mod cell;
mod line;
mod printer;
mod template;

pub use cell::{write_cell, write_value, TimeStyle};
pub use printer::Printer;
pub use template::{field_ref, Item, Template, TemplateError};

use crate::clock::Zone;
use crate::escape::Policy;
use crate::fields::{Field, FieldRef};
use crate::render::Style;

/// A field, and how it was asked for.
pub type Named = (String, FieldRef);

/// What is written for each event.
#[derive(Clone, Debug)]
pub enum Layout {
    /// A line of a format.
    Line(Template),
    /// Columns separated by tabs, with a heading.
    Tsv(Vec<Named>),
    /// Columns separated by commas, with a heading.
    Csv(Vec<Named>),
    /// A JSON object a line, keyed by what was asked for.
    JsonLines(Vec<Named>),
}

impl Layout {
    /// What is shown of an event.
    fn fields(&self) -> Box<dyn Iterator<Item = &FieldRef> + '_> {
        match self {
            Layout::Line(template) => Box::new(template.fields()),
            Layout::Tsv(fields) | Layout::Csv(fields) | Layout::JsonLines(fields) => {
                Box::new(fields.iter().map(|(_, field)| field))
            }
        }
    }

    /// Whether what is written of an event depends on the events written before.
    fn looks_back(&self, time: TimeStyle) -> bool {
        self.fields().any(|field| match field.field {
            Field::UtilCnt | Field::EvtDeltatime | Field::EvtDeltatimeS | Field::EvtDeltatimeNs => true,
            Field::EvtOutputtime => time == TimeStyle::Delta,
            _ => false,
        })
    }
}

/// How it is written.
#[derive(Clone, Debug)]
pub struct Manner {
    /// How `evt.outputtime` is shown.
    pub time: TimeStyle,
    /// The zone of times.
    pub zone: Zone,
    /// What may pass of captured text.
    pub policy: Policy,
    /// How buffers are written.
    pub style: Style,
    /// Stop after so many events.
    pub limit: Option<u64>,
}
