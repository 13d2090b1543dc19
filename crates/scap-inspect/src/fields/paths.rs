//! Values of `fs.path.*` and `evt.abspath`.

use super::lens::EventAt;
use super::{Arg, Field};
use crate::convert::Today;
use crate::path;
use crate::state::{id, AT_FDCWD};
use crate::value::Value;

/// What a relative path of a call is relative to.
#[derive(Clone, Copy)]
enum Base {
    /// The working directory.
    Cwd,
    /// The descriptor in this parameter.
    Dirfd(usize),
    /// The directory of the call's other path.
    Beside(usize),
}

/// A path among a call's parameters.
#[derive(Clone, Copy)]
struct PathParam {
    at: usize,
    base: Base,
}

/// The paths a call works on.
enum Paths {
    /// One path.
    One(PathParam),
    /// The path of the descriptor in this parameter.
    Descriptor(usize),
    /// Source and target.
    Two(PathParam, PathParam),
}

const fn plain(at: usize) -> PathParam {
    PathParam { at, base: Base::Cwd }
}

const fn at(dirfd: usize, at: usize) -> PathParam {
    PathParam { at, base: Base::Dirfd(dirfd) }
}

/// The paths of an exit event of today.
fn paths_of(today: &Today<'_>) -> Option<Paths> {
    let info = scap_format::tables::event_info(today.event_type)?;
    let index = |name| info.param(name);
    let one = match info.name {
        "mkdir" | "rmdir" | "unlink" | "chown" | "lchown" => plain(index("path")?),
        "open" | "creat" | "umount" | "umount2" => plain(index("name")?),
        "openat" | "openat2" | "unlinkat" => at(index("dirfd")?, index("name")?),
        "mkdirat" => at(index("dirfd")?, index("path")?),
        "chmod" => plain(index("filename")?),
        "fchmodat" => at(index("dirfd")?, index("filename")?),
        "fchownat" => at(index("dirfd")?, index("pathname")?),
        "quotactl" => plain(index("special")?),
        "fchmod" | "fchown" => return Some(Paths::Descriptor(index("fd")?)),
        "rename" => return Some(Paths::Two(plain(index("oldpath")?), plain(index("newpath")?))),
        "renameat" | "renameat2" => {
            return Some(Paths::Two(
                at(index("olddirfd")?, index("oldpath")?),
                at(index("newdirfd")?, index("newpath")?),
            ))
        }
        "link" => return Some(Paths::Two(plain(index("newpath")?), plain(index("oldpath")?))),
        "linkat" => {
            return Some(Paths::Two(at(index("newdir")?, index("newpath")?), at(index("olddir")?, index("oldpath")?)))
        }
        "symlink" => {
            let link = index("linkpath")?;
            return Some(Paths::Two(plain(link), PathParam { at: index("target")?, base: Base::Beside(link) }));
        }
        "symlinkat" => {
            let link = index("linkpath")?;
            let target = PathParam { at: index("target")?, base: Base::Beside(link) };
            return Some(Paths::Two(at(index("linkdirfd")?, link), target));
        }
        "mount" => return Some(Paths::Two(plain(index("dev")?), plain(index("dir")?))),
        _ => return None,
    };
    Some(Paths::One(one))
}

impl<'a> EventAt<'a> {
    /// Values of `fs.path.*`.
    pub(super) fn path_value(&self, field: Field) -> Option<Value<'a>> {
        use Field as F;
        if !self.info.is_exit() {
            return None;
        }
        let today = self.today()?;
        let result = today.int(0)?;
        let opens = matches!(today.event_type, id::OPEN | id::OPENAT | id::OPENAT2);
        let counts = if opens { result != -1 } else { result == 0 };
        if !counts {
            return None;
        }
        let paths = paths_of(&today)?;
        match (field, &paths) {
            (F::FsPathName, Paths::Descriptor(fd)) => self.fd_path(today.int(*fd)?).map(Value::text),
            (F::FsPathName, Paths::One(path)) if opens && result >= 0 => {
                let opened = self.known_fd().map(|record| self.str(record.name));
                opened.map(Value::text).or_else(|| self.full(&today, *path))
            }
            (F::FsPathName, Paths::One(path))
            | (F::FsPathSource, Paths::Two(path, _))
            | (F::FsPathTarget, Paths::Two(_, path)) => self.full(&today, *path),
            (F::FsPathNameraw, Paths::One(path))
            | (F::FsPathSourceraw, Paths::Two(path, _))
            | (F::FsPathTargetraw, Paths::Two(_, path)) => today.text(path.at).map(Value::text),
            _ => None,
        }
    }

    fn full(&self, today: &Today<'a>, path: PathParam) -> Option<Value<'a>> {
        let raw = today.text(path.at)?;
        Some(Value::owned_text(self.absolute(today, path.base, raw)))
    }

    fn absolute(&self, today: &Today<'a>, base: Base, raw: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        match base {
            _ if path::is_absolute(raw) => path::normalise(&mut out, raw),
            Base::Dirfd(at) if today.int(at) != Some(AT_FDCWD) => {
                let directory = today.int(at).and_then(|fd| self.fd_path(fd)).unwrap_or(b"<UNKNOWN>");
                path::join(&mut out, directory, raw);
            }
            Base::Beside(at) => {
                let link = self.full(today, plain(at));
                let directory = link.as_ref().and_then(Value::as_text).map(path::directory_of).unwrap_or_default();
                path::join(&mut out, directory, raw);
            }
            _ => path::join(&mut out, self.working_directory(), raw),
        }
        out
    }

    /// The path of an *at call made absolute.
    pub(super) fn abspath(&self, arg: Option<&Arg>) -> Option<Value<'a>> {
        let second = matches!(arg, Some(Arg::Name(word)) if &**word == "dst");
        let today = self.today()?;
        if !self.info.is_exit() && !matches!(self.info.id, id::OPENAT_ENTER) {
            return None;
        }
        let info = scap_format::tables::event_info(today.event_type)?;
        let (first, other) = match info.name {
            "renameat" | "renameat2" => (("olddirfd", "oldpath"), Some(("newdirfd", "newpath"))),
            "symlinkat" => (("linkdirfd", "linkpath"), None),
            "openat" | "openat2" | "unlinkat" => (("dirfd", "name"), None),
            "open_by_handle_at" => (("mountfd", "path"), None),
            "linkat" => (("olddir", "oldpath"), Some(("newdir", "newpath"))),
            "mkdirat" => (("dirfd", "path"), None),
            "fchmodat" => (("dirfd", "filename"), None),
            "fchownat" => (("dirfd", "pathname"), None),
            _ => return None,
        };
        let (directory, name) = if second { other? } else { first };
        let raw = today.text(info.param(name)?)?;
        let base = info.param(directory)?;
        Some(Value::owned_text(self.absolute(&today, Base::Dirfd(base), raw)))
    }
}
