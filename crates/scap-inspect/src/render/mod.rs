//! Event parameters as text.
//!
//! Everything appends to the caller's buffer and allocates nothing of its own: a line is printed for every event of
//! a capture. The text of a parameter is that of libsinsp's `evt.args`: `name=raw` or `name=raw(resolved)`, where the
//! raw text says what the event holds and the resolved text what it meant at that moment.

mod append;
mod data;
mod flags;
mod list;
pub mod net;
pub mod number;
mod raw;
mod resolved;
mod scene;

pub(crate) use append::append;
pub use data::{base64, bytes, DataStyle, Style};
pub use list::ParamList;
pub use raw::raw_text;
pub use resolved::resolved_text;
pub use scene::{EmptyScene, FdLook, Scene};

use scap_format::tables::{EventInfo, ParamInfo, ParamType};

/// Appends the parameters that the event holds, `name=raw(resolved)` joined by one blank (`evt.args`).
///
/// Generic events print nothing: their type is the name of the call. Values beyond the table have no name and are
/// left out; a file of an older schema may hold fewer than the table.
pub fn args<'p, P: ParamList<'p>, S: Scene + ?Sized>(
    out: &mut Vec<u8>,
    info: &EventInfo,
    params: &P,
    scene: &S,
    style: Style,
) {
    if is_generic(info) {
        return;
    }
    let mut first = true;
    for (param, bytes) in info.params.iter().zip(params.each()) {
        if !first {
            out.push(b' ');
        }
        first = false;
        append(out, param.name.as_bytes());
        out.push(b'=');
        raw_text(out, param, bytes, scene, style);
        let open = out.len();
        out.push(b'(');
        resolved_text(out, param, bytes, params, scene);
        if out.len() == open + 1 {
            out.truncate(open);
        } else {
            out.push(b')');
        }
    }
}

/// Appends one parameter, its resolved text or else the raw one (`evt.arg`). False when the event does not hold it.
pub fn arg<'p, P: ParamList<'p>, S: Scene + ?Sized>(
    out: &mut Vec<u8>,
    info: &EventInfo,
    params: &P,
    index: usize,
    scene: &S,
    style: Style,
) -> bool {
    let (Some(param), Some(bytes)) = (info.params.get(index), params.nth(index)) else {
        return false;
    };
    let start = out.len();
    resolved_text(out, param, bytes, params, scene);
    if out.len() == start {
        raw_text(out, param, bytes, scene, style);
    }
    true
}

/// Whether the event stands for a system call without an event type of its own.
const fn is_generic(info: &EventInfo) -> bool {
    info.id < 2
}

/// A parameter whose first byte selects its type, as what was selected; `None` when it selects nothing.
fn selected<'a>(param: &ParamInfo, bytes: &'a [u8]) -> Option<(ParamInfo, &'a [u8])> {
    let (choice, value) = bytes.split_first()?;
    let chosen = param.alternatives.get(usize::from(*choice))?;
    let plain = !matches!(chosen.ty, ParamType::Dyn);
    plain.then_some((ParamInfo { ty: chosen.ty, format: chosen.format, ..*param }, value))
}

#[cfg(test)]
mod tests;
