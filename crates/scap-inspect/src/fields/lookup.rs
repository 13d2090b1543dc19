//! From the text of a field, `proc.aname[2]` or `evt.arg.fd`, to its row and argument.

use super::{fields, Argument, ArgumentForm, Field, FieldInfo};
use std::fmt;

/// The argument of a field, checked against its row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Arg {
    /// A number from 0: a position, a generation, a descriptor.
    Index(u32),
    /// A name, a path, a word.
    Name(Box<str>),
    /// A time, ns since the epoch; only of fields with [`ArgumentForm::Time`].
    Time(u64),
}

/// Why a text is no field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// No field has this name.
    Unknown {
        /// What was asked for.
        name: String,
        /// Fields with similar names, the most similar first; may be empty.
        nearest: Vec<&'static str>,
    },
    /// The field needs events that captures no longer hold.
    Gone {
        /// What was asked for.
        name: String,
        /// Which events these are.
        needs: &'static str,
    },
    /// The field means nothing without an argument.
    MissingArgument {
        /// The field.
        field: Field,
    },
    /// The field takes no argument.
    NoArgument {
        /// The field.
        field: Field,
        /// What was given.
        argument: String,
    },
    /// The argument is not of the form that the field takes.
    BadArgument {
        /// The field.
        field: Field,
        /// What was given.
        argument: String,
    },
    /// A bracket is not closed, or something stands behind it.
    Bracket {
        /// The whole text.
        text: String,
    },
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FieldError::Unknown { name, .. } => write!(f, "there is no field {name:?}"),
            FieldError::Gone { name, needs } => {
                write!(f, "{name:?} needs {needs} events, which captures no longer hold")
            }
            FieldError::MissingArgument { field } => write!(f, "\"{field}\" needs an argument"),
            FieldError::NoArgument { field, argument } => {
                write!(f, "\"{field}\" takes no argument, but was given {argument:?}")
            }
            FieldError::BadArgument { field, argument } => {
                let form = field.info().argument.form().map_or_else(String::new, ArgumentForm::describe);
                write!(f, "the argument of \"{field}\" is {form}, not {argument:?}")
            }
            FieldError::Bracket { text } => write!(f, "the bracket in {text:?} is not closed at the end"),
        }
    }
}

impl std::error::Error for FieldError {}

impl FieldError {
    /// What to write instead, when there is something to say.
    pub fn hint(&self) -> Option<String> {
        match self {
            FieldError::Unknown { nearest, .. } if !nearest.is_empty() => {
                Some(format!("did you mean {}?", nearest.join(", ")))
            }
            FieldError::MissingArgument { field } | FieldError::BadArgument { field, .. } => {
                Some(format!("write {}", field.info().usage()))
            }
            _ => None,
        }
    }
}

/// Prefixes of fields over events that no recorder writes any more, and which events these are.
const GONE: &[(&str, &str)] = &[("span.", "tracer"), ("evtin.", "tracer"), ("mesos.", "Mesos"), ("marathon.", "Mesos")];

/// How many similar names an error offers.
const OFFERED: usize = 3;
/// Longer texts are no misspelled field.
const LONGEST_NAME: usize = 64;

/// The field that a text names, with its argument in brackets or behind a dot.
///
/// `evt.arg[0]` and `evt.arg.0`, `proc.env[HOME]` and `proc.env.HOME` are the same. The longest field name wins:
/// `fd.cip.name` is a field, not an argument of `fd.cip`.
pub fn lookup(text: &str) -> Result<(Field, Option<Arg>), FieldError> {
    let Some((name, rest)) = text.split_once('[') else { return resolve(text, None) };
    match rest.strip_suffix(']') {
        Some(argument) => resolve(name, Some(argument)),
        None => Err(FieldError::Bracket { text: text.into() }),
    }
}

/// As [`lookup`], for a name and a bracket's content that have been taken apart before.
pub fn resolve(name: &str, argument: Option<&str>) -> Result<(Field, Option<Arg>), FieldError> {
    if let Some(row) = find(name) {
        return Ok((row.field, check(row, argument)?));
    }
    if argument.is_none() {
        if let Some((row, dotted)) = split_dotted(name) {
            return Ok((row.field, check(row, Some(dotted))?));
        }
    }
    let gone = GONE.iter().find(|(prefix, _)| name.starts_with(prefix));
    Err(match gone {
        Some((_, needs)) => FieldError::Gone { name: name.into(), needs },
        None => FieldError::Unknown { name: name.into(), nearest: nearest(name) },
    })
}

fn find(name: &str) -> Option<&'static FieldInfo> {
    let at = fields().binary_search_by_key(&name, |row| row.name).ok()?;
    fields().get(at)
}

/// Splits at the last dot whose left side is a field that can take an argument.
fn split_dotted(text: &str) -> Option<(&'static FieldInfo, &str)> {
    text.rmatch_indices('.').find_map(|(at, _)| {
        let row = find(&text[..at]).filter(|row| row.argument != Argument::None)?;
        Some((row, &text[at + 1..]))
    })
}

fn check(row: &FieldInfo, argument: Option<&str>) -> Result<Option<Arg>, FieldError> {
    let field = row.field;
    match (row.argument, argument) {
        (Argument::None | Argument::Optional(_), None) => Ok(None),
        (Argument::Required(_), None) => Err(FieldError::MissingArgument { field }),
        (Argument::None, Some(argument)) => Err(FieldError::NoArgument { field, argument: argument.into() }),
        (Argument::Optional(form) | Argument::Required(form), Some(argument)) => match parse(form, argument) {
            Some(arg) => Ok(Some(arg)),
            None => Err(FieldError::BadArgument { field, argument: argument.into() }),
        },
    }
}

fn parse(form: ArgumentForm, text: &str) -> Option<Arg> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let name = || (!text.is_empty()).then(|| Arg::Name(text.into()));
    match form {
        ArgumentForm::Index | ArgumentForm::IndexOrName if digits => text.parse().ok().map(Arg::Index),
        ArgumentForm::Time if digits => text.parse().ok().map(Arg::Time),
        ArgumentForm::Index | ArgumentForm::Time => None,
        ArgumentForm::Name | ArgumentForm::IndexOrName | ArgumentForm::Dotted => name(),
        ArgumentForm::OneOf(words) => words.contains(&text).then(|| Arg::Name(text.into())),
    }
}

/// Names of fields that a misspelled one may mean, the most similar first, at most three.
///
/// Similar is: few letters differ, or the text is the beginning of the name.
pub fn nearest(name: &str) -> Vec<&'static str> {
    if name.is_empty() || name.len() > LONGEST_NAME {
        return Vec::new();
    }
    let allowed = (name.len() / 4).max(2);
    let mut found: Vec<(usize, bool, &'static str)> = fields()
        .iter()
        .filter(|row| !row.is_hidden())
        .filter_map(|row| {
            let other = !row.name.starts_with(name);
            let distance = distance(name.as_bytes(), row.name.as_bytes());
            let distance = if other { distance } else { distance.min(2) };
            (distance <= allowed).then_some((distance, other, row.name))
        })
        .collect();
    found.sort_by_key(|(distance, other, candidate)| (*distance, *other, candidate.len().abs_diff(name.len())));
    found.into_iter().take(OFFERED).map(|(.., candidate)| candidate).collect()
}

/// Letters to insert, delete, replace or swap with their neighbour to get from one text to the other.
fn distance(from: &[u8], to: &[u8]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (i, &a) in from.iter().enumerate() {
        let mut row = Vec::with_capacity(to.len() + 1);
        row.push(i + 1);
        for (j, &b) in to.iter().enumerate() {
            let mut best = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a == to[j - 1] && from[i - 1] == b {
                best = best.min(before_last[j - 1] + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Arg {
        Arg::Name(text.into())
    }

    #[test]
    fn every_name_finds_its_own_field() {
        for row in fields() {
            match lookup(row.name) {
                Ok(found) => assert_eq!(found, (row.field, None)),
                Err(error) => assert_eq!(error, FieldError::MissingArgument { field: row.field }),
            }
        }
    }

    #[test]
    fn arguments_are_read_in_brackets_and_behind_dots() {
        let cases = [
            ("evt.arg.fd", Field::EvtArg, Some(name("fd"))),
            ("evt.arg[0]", Field::EvtArg, Some(Arg::Index(0))),
            ("evt.arg.0", Field::EvtArg, Some(Arg::Index(0))),
            ("proc.aname[2]", Field::ProcAname, Some(Arg::Index(2))),
            ("proc.aname.2", Field::ProcAname, Some(Arg::Index(2))),
            ("proc.aname", Field::ProcAname, None),
            ("proc.env[HOME]", Field::ProcEnv, Some(name("HOME"))),
            ("proc.aenv[3]", Field::ProcAenv, Some(Arg::Index(3))),
            ("proc.aenv[PATH]", Field::ProcAenv, Some(name("PATH"))),
            ("evt.type.is.open", Field::EvtTypeIs, Some(name("open"))),
            ("evt.type.is.3", Field::EvtTypeIs, Some(Arg::Index(3))),
            ("thread.cgroup.cpuacct", Field::ThreadCgroup, Some(name("cpuacct"))),
            ("container.label.x.y", Field::ContainerLabel, Some(name("x.y"))),
            ("container.label[x.y]", Field::ContainerLabel, Some(name("x.y"))),
            ("container.label[7]", Field::ContainerLabel, Some(name("7"))),
            ("k8s.pod.label[x]", Field::K8sPodLabel, Some(name("x"))),
            ("container.mount.dest[/proc]", Field::ContainerMountDest, Some(name("/proc"))),
            ("container.mount.dest[/a[0-9]*]", Field::ContainerMountDest, Some(name("/a[0-9]*"))),
            ("container.mount[0]", Field::ContainerMount, Some(Arg::Index(0))),
            ("evt.abspath.src", Field::EvtAbspath, Some(name("src"))),
            ("evt.abspath", Field::EvtAbspath, None),
            ("fd.types[3]", Field::FdTypes, Some(Arg::Index(3))),
            ("evt.rawarg.res", Field::EvtRawarg, Some(name("res"))),
            ("fd.cip.v4", Field::FdCip, Some(name("v4"))),
            ("fd.cip.name", Field::FdCipName, None),
            ("evt.around[1506127469900617765]", Field::EvtAround, Some(Arg::Time(1_506_127_469_900_617_765))),
        ];
        for (text, field, arg) in cases {
            assert_eq!(lookup(text), Ok((field, arg)), "{text}");
        }
    }

    #[test]
    fn an_argument_of_the_wrong_form_is_refused() {
        for (text, field, argument) in [
            ("proc.aname[bash]", Field::ProcAname, "bash"),
            ("proc.aname[-1]", Field::ProcAname, "-1"),
            ("proc.aname[4294967296]", Field::ProcAname, "4294967296"),
            ("proc.aname[]", Field::ProcAname, ""),
            ("proc.env[]", Field::ProcEnv, ""),
            ("evt.abspath.both", Field::EvtAbspath, "both"),
            ("fd.cip.v5", Field::FdCip, "v5"),
            ("evt.arg.", Field::EvtArg, ""),
            ("evt.around[now]", Field::EvtAround, "now"),
        ] {
            assert_eq!(lookup(text), Err(FieldError::BadArgument { field, argument: argument.into() }), "{text}");
        }
    }

    #[test]
    fn a_field_without_arguments_refuses_one() {
        assert_eq!(
            lookup("proc.name[1]"),
            Err(FieldError::NoArgument { field: Field::ProcName, argument: "1".into() })
        );
    }

    #[test]
    fn a_missing_argument_is_told_with_the_right_form() {
        let error = lookup("evt.arg").unwrap_err();
        assert_eq!(error.to_string(), "\"evt.arg\" needs an argument");
        assert_eq!(error.hint().as_deref(), Some("write evt.arg[N or NAME]"));
    }

    #[test]
    fn a_misspelled_field_is_answered_with_its_neighbours() {
        assert_eq!(nearest("proc.nmae").first(), Some(&"proc.name"));
        assert_eq!(nearest("fd.nam").first(), Some(&"fd.name"));
        assert_eq!(nearest("evt.typ").first(), Some(&"evt.type"));
        assert!(nearest("proc.cmd").contains(&"proc.cmdline"));
        let error = lookup("proc.nmae=").unwrap_err();
        assert!(error.hint().is_some_and(|hint| hint.starts_with("did you mean proc.name")), "{error:?}");
    }

    #[test]
    fn text_unlike_any_field_gets_no_suggestion() {
        assert!(nearest("tcp.port.of.something").is_empty());
        assert!(nearest("").is_empty());
        assert!(nearest(&"x".repeat(100_000)).is_empty());
    }

    #[test]
    fn fields_of_tracers_and_mesos_say_what_they_would_need() {
        let error = lookup("span.duration").unwrap_err();
        assert_eq!(error.to_string(), "\"span.duration\" needs tracer events, which captures no longer hold");
        assert!(matches!(lookup("evtin.span.p.tag[0]"), Err(FieldError::Gone { needs: "tracer", .. })));
        assert!(matches!(lookup("marathon.app.id"), Err(FieldError::Gone { needs: "Mesos", .. })));
    }

    #[test]
    fn an_open_bracket_is_an_error() {
        assert!(matches!(lookup("proc.aname[2"), Err(FieldError::Bracket { .. })));
        assert!(matches!(lookup("proc.aname[2]x"), Err(FieldError::Bracket { .. })));
    }

    #[test]
    fn odd_text_is_an_error_and_never_a_panic() {
        for text in ["", ".", "[", "]", "[]", "..", "é.ü[ß]", "evt.é", "fd.cip.", "\0", "evt.type.is."] {
            assert!(lookup(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn distance_counts_swaps_as_one() {
        assert_eq!(distance(b"nmae", b"name"), 1);
        assert_eq!(distance(b"", b"abc"), 3);
        assert_eq!(distance(b"abc", b"abc"), 0);
        assert_eq!(distance(b"kitten", b"sitting"), 3);
    }
}
