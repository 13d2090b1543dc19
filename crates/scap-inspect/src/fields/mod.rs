//! The fields that filters, columns and views name: `proc.name`, `fd.cip`, `evt.arg[0]` …
//!
//! One table says everything about a field but how its value is found: type, argument, where it may be used, what it
//! depends on, what it means. Grammar, completion, help and the query planner all read this table.

mod evt;
mod fd;
mod lens;
mod lookup;
mod paths;
mod proc;
mod table;

pub(crate) use fd::poll_numbers;
pub use lens::{EventAt, FieldRef};
pub use lookup::{lookup, nearest, resolve, Arg, FieldError};
pub(crate) use proc::items;
pub use table::Field;

use scap_format::tables::{ParamType, PrintFormat};

/// One row of the field table.
#[derive(Clone, Copy, Debug)]
pub struct FieldInfo {
    /// The field itself.
    pub field: Field,
    /// How it is written, without its argument.
    pub name: &'static str,
    class: Class,
    /// Type of its values; [`ParamType::Dyn`] where the event decides.
    pub ty: ParamType,
    /// How its numbers are written.
    pub format: PrintFormat,
    /// What its value depends on.
    pub scope: Scope,
    /// Whether and how it takes an argument.
    pub argument: Argument,
    /// [`Mark`] bits.
    pub marks: u8,
    /// What it means, one line, for people.
    pub doc: &'static str,
}

/// Bits of [`FieldInfo::marks`].
#[allow(non_snake_case, reason = "read as a namespace of bits")]
pub mod Mark {
    /// Yields several values; checks are `exists`, `in` and `intersects`.
    pub const LIST: u8 = 1;
    /// Can be filtered by, not shown.
    pub const FILTER_ONLY: u8 = 2;
    /// Can be shown, not filtered by.
    pub const PRINT_ONLY: u8 = 4;
    /// Made for views; left out of listings.
    pub const HIDDEN: u8 = 8;
    /// Cannot be compared with another field.
    pub const NO_RHS: u8 = 16;
    /// Cannot be put into `tolower()` and its kin.
    pub const NO_TRANSFORMER: u8 = 32;
}

/// What the value of a field depends on. A planner asks once per thread version, descriptor version or event type
/// instead of once per event; [`Scope::Event`] is always right, the others are promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The event's thread and process, their ancestors, users and container as they were at that time.
    Thread,
    /// The event's descriptor record alone.
    Fd,
    /// The event's type alone.
    Type,
    /// Anything else: parameters, time, counters, or several of the above together.
    Event,
}

/// Whether a field takes an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// It takes none.
    None,
    /// It may have one.
    Optional(ArgumentForm),
    /// It means nothing without one.
    Required(ArgumentForm),
}

/// What an argument may be. All are accepted in brackets and behind a dot; the form says how they are usually written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentForm {
    /// A number from 0.
    Index,
    /// Any text.
    Name,
    /// A number when it is all digits, else text.
    IndexOrName,
    /// Text, written behind a dot.
    Dotted,
    /// A time, ns since the epoch.
    Time,
    /// One of a few words.
    OneOf(&'static [&'static str]),
}

const fn optional(form: ArgumentForm) -> Argument {
    Argument::Optional(form)
}

const fn required(form: ArgumentForm) -> Argument {
    Argument::Required(form)
}

impl Argument {
    /// What the argument may be, if there may be one.
    pub const fn form(self) -> Option<ArgumentForm> {
        match self {
            Argument::None => None,
            Argument::Optional(form) | Argument::Required(form) => Some(form),
        }
    }
}

impl ArgumentForm {
    /// The forms in words, for messages: "a number", "v4 or v6".
    pub fn describe(self) -> String {
        match self {
            ArgumentForm::Index => "a number".into(),
            ArgumentForm::Name | ArgumentForm::Dotted => "a name".into(),
            ArgumentForm::IndexOrName => "a number or a name".into(),
            ArgumentForm::Time => "a time in ns since the epoch".into(),
            ArgumentForm::OneOf(words) => words.join(" or "),
        }
    }
}

impl FieldInfo {
    /// Whether all of the given [`Mark`] bits are set.
    pub const fn has(&self, marks: u8) -> bool {
        self.marks & marks == marks
    }
    /// Yields several values.
    pub const fn is_list(&self) -> bool {
        self.has(Mark::LIST)
    }
    /// Can be filtered by, not shown.
    pub const fn is_filter_only(&self) -> bool {
        self.has(Mark::FILTER_ONLY)
    }
    /// Can be shown, not filtered by.
    pub const fn is_print_only(&self) -> bool {
        self.has(Mark::PRINT_ONLY)
    }
    /// Made for views; left out of listings.
    pub const fn is_hidden(&self) -> bool {
        self.has(Mark::HIDDEN)
    }
    /// How the field is written with its argument: `proc.name`, `proc.aname[N]`, `evt.rawarg.NAME`.
    pub fn usage(&self) -> String {
        let name = self.name;
        match self.argument.form() {
            None => name.into(),
            Some(ArgumentForm::Index) => format!("{name}[N]"),
            Some(ArgumentForm::Name) => format!("{name}[NAME]"),
            Some(ArgumentForm::IndexOrName) => format!("{name}[N or NAME]"),
            Some(ArgumentForm::Dotted) => format!("{name}.NAME"),
            Some(ArgumentForm::Time) => format!("{name}[NS]"),
            Some(ArgumentForm::OneOf(words)) => format!("{name}.{}", words.join("|")),
        }
    }
}

/// Every field, in the order of their names.
pub fn fields() -> &'static [FieldInfo] {
    table::FIELDS
}

impl Field {
    /// The row of this field.
    pub fn info(self) -> &'static FieldInfo {
        &table::FIELDS[self as usize]
    }
    /// How the field is written, without its argument.
    pub fn name(self) -> &'static str {
        self.info().name
    }
}

/// Where a field's value comes from, by what stands before the first dot of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Process,
    Fd,
    FdList,
    Path,
    Container,
    Event,
}

impl Class {
    const fn of(name: &str) -> Self {
        const CLASSES: [(&[u8], Class); 9] = [
            (b"proc.", Class::Process),
            (b"thread.", Class::Process),
            (b"user.", Class::Process),
            (b"group.", Class::Process),
            (b"fd.", Class::Fd),
            (b"fdlist.", Class::FdList),
            (b"fs.", Class::Path),
            (b"container.", Class::Container),
            (b"k8s.", Class::Container),
        ];
        let mut at = 0;
        while at < CLASSES.len() {
            if starts_with(name.as_bytes(), CLASSES[at].0) {
                return CLASSES[at].1;
            }
            at += 1;
        }
        Class::Event
    }
}

const fn starts_with(text: &[u8], start: &[u8]) -> bool {
    let mut at = 0;
    while at < start.len() {
        if at >= text.len() || text[at] != start[at] {
            return false;
        }
        at += 1;
    }
    true
}

impl<'a> EventAt<'a> {
    /// The value of a field for this event, `None` where the event has none.
    pub fn value(&self, field: Field, arg: Option<&Arg>) -> Option<crate::value::Value<'a>> {
        match field.info().class {
            Class::Process => self.process_value(field, arg),
            Class::Fd => self.fd_value(field, arg),
            Class::FdList => self.fdlist_value(field),
            Class::Path => self.path_value(field),
            Class::Container => self.container_value(field, arg),
            Class::Event if field.info().scope == Scope::Type => evt::type_value(field, arg, self.info),
            Class::Event => self.event_value(field, arg),
        }
    }

    fn container_value(&self, field: Field, arg: Option<&Arg>) -> Option<crate::value::Value<'a>> {
        use crate::value::Value;
        let thread = self.thread()?;
        let start = thread.namespace_start(self.store.state.section_at(self.n).boot_ns());
        let started = (!thread.container.is_empty() && start != 0).then_some(start);
        match field {
            Field::ContainerStartTs => started.map(Value::Uint),
            Field::ContainerDuration => started.map(|start| Value::Uint(self.row.ts.saturating_sub(start))),
            _ => self.container()?.value(field, arg),
        }
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_sorted() {
        for pair in fields().windows(2) {
            assert!(pair[0].name < pair[1].name, "{} must stand before {}", pair[1].name, pair[0].name);
        }
    }

    #[test]
    fn every_field_says_what_it_means_in_one_line() {
        for row in fields() {
            assert!(row.doc.chars().count() > 10, "{}: {:?}", row.name, row.doc);
            assert!(!row.doc.contains('\n') && row.doc.chars().count() <= 130, "{}: {:?}", row.name, row.doc);
        }
    }

    #[test]
    fn a_field_finds_its_own_row() {
        for row in fields() {
            assert_eq!(row.field.info().name, row.name);
        }
    }

    #[test]
    fn a_field_is_not_for_filters_only_and_for_output_only() {
        assert!(fields().iter().all(|row| !(row.is_filter_only() && row.is_print_only())));
    }

    #[test]
    fn only_facts_of_the_type_itself_have_type_scope() {
        for row in fields().iter().filter(|row| row.scope == Scope::Type) {
            assert!(row.name.starts_with("evt."), "{}", row.name);
        }
    }

    #[test]
    fn what_changes_between_two_events_of_a_thread_has_event_scope() {
        let changing = [
            Field::ProcDuration,
            Field::ProcFdopencount,
            Field::ProcNthreads,
            Field::ProcVmrss,
            Field::ThreadPfmajor,
            Field::ThreadCpu,
            Field::ProcSname,
            Field::FdIsServer,
            Field::FdLip,
            Field::EvtType,
        ];
        assert!(changing.iter().all(|field| field.info().scope == Scope::Event));
    }

    #[test]
    fn usage_shows_the_argument() {
        assert_eq!(Field::ProcName.info().usage(), "proc.name");
        assert_eq!(Field::ProcAname.info().usage(), "proc.aname[N]");
        assert_eq!(Field::EvtRawarg.info().usage(), "evt.rawarg.NAME");
        assert_eq!(Field::FdCip.info().usage(), "fd.cip.v4|v6");
    }
}
