//! Events of older schemas read as events of today.
//!
//! The rules of [`scap_format::tables::CONVERSIONS`] are applied step by step until an event is of today's form. Here
//! the steps of each (type, parameter count) are joined once into a [`Program`]; reading a parameter is then one
//! look-up, and nothing is rewritten or copied.

use std::sync::OnceLock;

use scap_format::event::Params;
use scap_format::tables::{conversion, event_info, Conversion, EventFlags, Fill, ParamType, EVENTS};

/// Where a parameter of the finished event comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Own(u8),
    /// Parameter of the pending enter event, if that is of this type; else so many bytes of the default.
    Enter {
        index: u8,
        enter_type: u16,
        default: Option<&'static [u8]>,
        most: u8,
    },
    Fixed(&'static [u8]),
}

/// What becomes of events of one type with one parameter count.
#[derive(Debug)]
pub(crate) struct Program {
    /// The type it finally has.
    pub(crate) event_type: u16,
    params: Vec<From>,
}

static ZEROS: [u8; 16] = [0; 16];
static ONES: [u8; 4] = [0xff; 4];
const STEPS: usize = 50;

fn default_of(ty: ParamType) -> &'static [u8] {
    match ty {
        ParamType::Uid | ParamType::Gid => &ONES,
        _ => ty.width().and_then(|width| ZEROS.get(..width)).unwrap_or_default(),
    }
}

fn param_type(event_type: u16, index: usize) -> ParamType {
    event_info(event_type).and_then(|i| i.params.get(index)).map_or(ParamType::None, |p| p.ty)
}

fn fill(fill: Fill, own: &[From], event_type: u16, target: u16, index: usize) -> From {
    let ty = param_type(target, index);
    let enter_type = event_type.wrapping_sub(1);
    let most = ty.width().and_then(|width| u8::try_from(width).ok()).unwrap_or(u8::MAX);
    match fill {
        Fill::Own(at) => own.get(usize::from(at)).copied().unwrap_or(From::Fixed(&[])),
        Fill::EnterOrDefault(index) => From::Enter { index, enter_type, default: Some(default_of(ty)), most },
        Fill::EnterOrEmpty(index) => From::Enter { index, enter_type, default: None, most },
        Fill::Default => From::Fixed(default_of(ty)),
        Fill::Empty | Fill::ContainerJson => From::Fixed(&[]),
    }
}

fn build(event_type: u16, params: u8) -> Option<Program> {
    let mut now = event_type;
    let mut from: Vec<From> = (0..params).map(From::Own).collect();
    let mut steps = 0;
    while steps < STEPS {
        steps += 1;
        let info = event_info(now)?;
        if !info.has(EventFlags::CONVERTED) {
            break;
        }
        if info.is_exit() && !info.has(EventFlags::OLD) && from.len() == info.params.len() {
            break;
        }
        match conversion(now, u32::try_from(from.len()).ok()?) {
            None | Some(Conversion::Pass | Conversion::Store | Conversion::StoreAndPass) => break,
            Some(Conversion::Append(fills)) => {
                let start = from.len();
                for (k, &f) in fills.iter().enumerate() {
                    from.push(fill(f, &from, now, now, start + k));
                }
            }
            Some(Conversion::Become(target, fills)) => {
                from = fills.iter().enumerate().map(|(k, &f)| fill(f, &from, now, target, k)).collect();
                now = target;
            }
        }
    }
    let changed = now != event_type || from.len() != usize::from(params);
    changed.then_some(Program { event_type: now, params: from })
}

/// The program of an event type with so many parameters; `None` when it is of today's form already.
#[inline]
pub(crate) fn program(event_type: u16, params: usize) -> Option<&'static Program> {
    static PROGRAMS: OnceLock<Vec<Vec<Option<Program>>>> = OnceLock::new();
    let all = PROGRAMS.get_or_init(|| {
        EVENTS
            .iter()
            .map(|info| {
                (0..=u8::try_from(info.params.len()).unwrap_or(u8::MAX)).map(|params| build(info.id, params)).collect()
            })
            .collect()
    });
    all.get(usize::from(event_type))?.get(params)?.as_ref()
}

/// An event read in today's form: its own parameters, completed from its enter event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Today<'a> {
    /// The type of today.
    pub(crate) event_type: u16,
    own: Params<'a>,
    enter: Option<(u16, Params<'a>)>,
    program: Option<&'static Program>,
}

impl<'a> Today<'a> {
    /// `enter` is the thread's pending enter event: its type of today and its parameters.
    #[inline]
    pub(crate) fn new(event_type: u16, own: Params<'a>, enter: Option<(u16, Params<'a>)>) -> Self {
        let program = program(event_type, own.len());
        Today { event_type: program.map_or(event_type, |p| p.event_type), own, enter, program }
    }

    /// An event as it stands in the file.
    pub(crate) fn untouched(event_type: u16, own: Params<'a>) -> Self {
        Today { event_type, own, enter: None, program: None }
    }

    /// The parameters as they stand in the file, when nothing was completed.
    pub(crate) fn as_in_file(&self) -> Option<Params<'a>> {
        self.program.is_none().then_some(self.own)
    }

    /// How many parameters there are.
    pub(crate) fn len(&self) -> usize {
        self.program.map_or_else(|| self.own.len(), |p| p.params.len())
    }

    /// The bytes of a parameter; empty when unavailable, `None` beyond the last.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<&'a [u8]> {
        let Some(program) = self.program else { return self.own.get(index) };
        match *program.params.get(index)? {
            From::Own(at) => self.own.get(usize::from(at)),
            From::Fixed(bytes) => Some(bytes),
            From::Enter { index, enter_type, default, most } => {
                let found = match self.enter {
                    Some((ty, params)) if ty == enter_type => params.get(usize::from(index)),
                    _ => None,
                };
                let found = found.or(default).unwrap_or_default();
                Some(if most < u8::MAX { found.get(..usize::from(most)).unwrap_or(found) } else { found })
            }
        }
    }

    /// A signed integer that the event or its enter event really holds, no default.
    #[inline]
    pub(crate) fn given_int(&self, index: usize) -> Option<i64> {
        let made_up = self.program.is_some_and(|program| match program.params.get(index) {
            Some(From::Enter { enter_type, .. }) => self.enter.is_none_or(|(ty, _)| ty != *enter_type),
            Some(From::Fixed(_)) => true,
            _ => false,
        });
        if made_up {
            None
        } else {
            self.int(index)
        }
    }

    /// A signed integer parameter.
    #[inline]
    pub(crate) fn int(&self, index: usize) -> Option<i64> {
        scap_format::event::signed(self.get(index)?)
    }

    /// An unsigned integer parameter.
    #[inline]
    pub(crate) fn uint(&self, index: usize) -> Option<u64> {
        scap_format::event::unsigned(self.get(index)?)
    }

    /// A text parameter without its NUL; `None` when absent, empty or `(NULL)`.
    #[inline]
    pub(crate) fn text(&self, index: usize) -> Option<&'a [u8]> {
        scap_format::event::charbuf(self.get(index)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params<'a>(lengths: &'a [u8], values: &'a [u8]) -> Params<'a> {
        Params::new(lengths, false, values)
    }

    #[test]
    fn an_old_read_exit_takes_its_descriptor_from_the_enter_event() {
        let mut enter = 7i64.to_le_bytes().to_vec();
        enter.extend(512u32.to_le_bytes());
        let mut exit = 5i64.to_le_bytes().to_vec();
        exit.extend(b"hello");
        let read = Today::new(7, params(&[8, 0, 5, 0], &exit), Some((6, params(&[8, 0, 4, 0], &enter))));
        assert_eq!((read.int(0), read.get(1)), (Some(5), Some(&b"hello"[..])));
        assert_eq!((read.int(2), read.uint(3)), (Some(7), Some(512)));
    }

    #[test]
    fn a_missing_or_foreign_enter_event_gives_the_default() {
        let exit = 5i64.to_le_bytes();
        let alone = Today::new(7, params(&[8, 0, 0, 0], &exit), None);
        assert_eq!((alone.int(0), alone.int(2)), (Some(5), Some(0)));
        let enter = 7i64.to_le_bytes();
        let foreign = Today::new(7, params(&[8, 0, 0, 0], &exit), Some((8, params(&[8, 0], &enter))));
        assert_eq!(foreign.int(2), Some(0));
    }

    #[test]
    fn an_execve_of_2014_becomes_todays_in_one_step() {
        let lengths = [0u8; 26];
        let old = Today::new(155, params(&lengths, &[]), None);
        assert_eq!(old.event_type, 293);
        assert_eq!(old.len(), EVENTS[293].params.len());
    }

    #[test]
    fn todays_events_need_no_program() {
        assert!(program(7, 4).is_none());
        assert!(program(6, 2).is_none());
    }
}
