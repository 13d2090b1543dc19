//! The resolved text of a parameter: what it meant when the event happened.

use super::{flags, number, selected, FdLook, ParamList, Scene};
use crate::path;
use scap_format::event::{charbuf, signed, unsigned};
use scap_format::tables::{errno_name, signal_name, ParamInfo, ParamType as T, SYSCALLS};

/// The descriptor number that stands for the working directory.
const AT_FDCWD: i64 = -100;

/// Appends what a parameter meant; nothing when that is no more than its raw text says.
///
/// `params` are all parameters of the event: a path may be relative to the descriptor in another one.
pub fn resolved_text<'p, P: ParamList<'p>, S: Scene + ?Sized>(
    out: &mut Vec<u8>,
    param: &ParamInfo,
    bytes: &[u8],
    params: &P,
    scene: &S,
) {
    // A value that cannot be read has no meaning either: `None` only ends the work early.
    let _ = match param.ty {
        T::Errno => error_name(out, bytes),
        T::Fd | T::Fd32 => descriptor(out, bytes, scene),
        T::Pid | T::Pid32 => signed(bytes).and_then(|tid| append(out, scene.comm(tid))),
        T::Uid => account(out, bytes, |uid| scene.user(uid)),
        T::Gid => account(out, bytes, |gid| scene.group(gid)),
        T::FsPath => relative(out, bytes, scene.cwd()),
        T::FsRelPath => relative(out, bytes, directory(param, params, scene)),
        T::Flags8 | T::Flags16 | T::Flags32 => named(out, param, bytes, flags::mask),
        T::EnumFlags8 | T::EnumFlags16 | T::EnumFlags32 => named(out, param, bytes, flags::exact),
        T::Mode => named(out, param, bytes, flags::mode),
        T::SyscallId => syscall_name(out, bytes),
        T::SigType => signal(out, bytes),
        T::RelTime => relative_time(out, bytes),
        T::Dyn => selected(param, bytes).map(|(chosen, value)| resolved_text(out, &chosen, value, params, scene)),
        _ => None,
    };
}

fn append(out: &mut Vec<u8>, text: Option<&[u8]>) -> Option<()> {
    super::append(out, text?);
    Some(())
}

fn error_name(out: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    let result = signed(bytes).filter(|result| *result < 0)?;
    append(out, errno_name(result).map(str::as_bytes))
}

fn descriptor<S: Scene + ?Sized>(out: &mut Vec<u8>, bytes: &[u8], scene: &S) -> Option<()> {
    let fd = signed(bytes)?;
    if fd == AT_FDCWD {
        return append(out, Some(b"AT_FDCWD"));
    }
    if fd < 0 {
        return append(out, errno_name(fd).map(str::as_bytes));
    }
    look(out, &scene.fd(fd)?);
    Some(())
}

/// Appends a descriptor as parameters show it: `<f>/etc/hosts`, `<4t>10.0.0.1:5->10.0.0.2:80`.
fn look(out: &mut Vec<u8>, look: &FdLook<'_>) {
    out.extend_from_slice(&[b'<', look.type_char]);
    out.extend(look.l4_letter);
    out.push(b'>');
    super::append(out, look.name);
}

fn account<'s>(out: &mut Vec<u8>, bytes: &[u8], name: impl Fn(u32) -> Option<&'s [u8]>) -> Option<()> {
    let id = u32::try_from(unsigned(bytes)?).ok()?;
    append(out, Some(if id == u32::MAX { b"<NONE>" } else { name(id).unwrap_or(b"<NA>") }))
}

/// A relative path as an absolute one, when its directory is known.
fn relative(out: &mut Vec<u8>, bytes: &[u8], directory: Option<&[u8]>) -> Option<()> {
    let text = charbuf(bytes).filter(|text| !text.is_empty() && !path::is_absolute(text))?;
    path::join(out, directory.filter(|directory| !directory.is_empty())?, text);
    Some(())
}

/// The directory a path is relative to: that of the descriptor in the parameter its table row names.
fn directory<'s, 'p, P: ParamList<'p>, S: Scene + ?Sized>(
    param: &ParamInfo,
    params: &P,
    scene: &'s S,
) -> Option<&'s [u8]> {
    match params.int(usize::from(param.dirfd?))? {
        AT_FDCWD => scene.cwd(),
        fd => Some(scene.fd(fd)?.name),
    }
}

fn named(
    out: &mut Vec<u8>,
    param: &ParamInfo,
    bytes: &[u8],
    walk: fn(&mut Vec<u8>, &scap_format::tables::FlagTable, u32),
) -> Option<()> {
    // Names exist for the low 32 bits only; a mask that old drivers wrote wider has nothing above them.
    let value = unsigned(bytes)? & u64::from(u32::MAX);
    walk(out, param.table?, u32::try_from(value).ok()?);
    Some(())
}

fn syscall_name(out: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    let call = SYSCALLS.get(usize::try_from(unsigned(bytes)?).ok()?)?;
    append(out, Some(call.name.as_bytes()))
}

fn signal(out: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    let number = u8::try_from(unsigned(bytes)?).ok()?;
    append(out, signal_name(number).map(str::as_bytes))
}

#[allow(clippy::cast_precision_loss, reason = "six digits are printed")]
fn relative_time(out: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    let nanoseconds = unsigned(bytes).filter(|time| *time != u64::MAX)?;
    number::general(out, nanoseconds as f64 / 1e9);
    out.push(b's');
    Some(())
}
