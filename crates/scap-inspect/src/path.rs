//! Paths as captures hold them: bytes, joined and normalised as text, without a look at any file system.

/// What a path that would be longer than [`MAX`] bytes becomes, as in the libraries whose captures are read.
pub const TOO_LONG: &[u8] = b"/DIR_TOO_LONG/FILENAME_TOO_LONG";

/// Longest path that is kept, in bytes.
pub const MAX: usize = 1023;

/// What a descriptor's directory is called when the descriptor it is relative to is not known.
pub const UNKNOWN: &[u8] = b"<UNKNOWN>";

/// Whether a path starts at the root.
#[inline]
pub fn is_absolute(path: &[u8]) -> bool {
    path.first() == Some(&b'/')
}

/// Appends `path` as seen from the directory `base`, normalised.
///
/// An absolute `path` replaces `base`; an empty `base` keeps `path` relative. `.`, `..` and empty parts are
/// resolved as text, so a symbolic link before `..` is not followed. No slash ends the result, except for the root.
/// `..` never leaves the root, nor a relative path's own beginning. More than [`MAX`] bytes become [`TOO_LONG`].
pub fn join(out: &mut Vec<u8>, base: &[u8], path: &[u8]) {
    let start = out.len();
    let base = if is_absolute(path) { &[] } else { base };
    let first = if base.is_empty() { path } else { base };
    if is_absolute(first) {
        out.push(b'/');
    }
    let root = out.len();
    append_parts(out, root, base);
    append_parts(out, root, path);
    if out.len() - start > MAX {
        out.truncate(start);
        out.extend_from_slice(TOO_LONG);
    }
}

/// Appends `path` normalised; as [`join`] with an empty base.
pub fn normalise(out: &mut Vec<u8>, path: &[u8]) {
    join(out, &[], path);
}

/// Appends the parts of `path` behind what `out` holds from `root` on.
fn append_parts(out: &mut Vec<u8>, root: usize, path: &[u8]) {
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                let parent = out[root..].iter().rposition(|byte| *byte == b'/').unwrap_or(0);
                out.truncate(root + parent);
            }
            name => {
                if out.len() > root {
                    out.push(b'/');
                }
                out.extend_from_slice(name);
            }
        }
    }
}

/// The directory part of a path: up to the last slash, "/" when that is the first byte or there is none.
pub fn directory_of(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|byte| *byte == b'/') {
        None | Some(0) => b"/",
        Some(slash) => &path[..slash],
    }
}

/// The last part of a path: what follows the last slash, all of it when there is none.
pub fn file_name_of(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|byte| *byte == b'/') {
        None => path,
        Some(slash) => &path[slash + 1..],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(base: &str, path: &str) -> String {
        let mut out = b"before ".to_vec();
        join(&mut out, base.as_bytes(), path.as_bytes());
        String::from_utf8(out).unwrap().strip_prefix("before ").unwrap().to_owned()
    }

    #[test]
    fn a_relative_path_hangs_below_its_base() {
        assert_eq!(joined("/srv/demo", "work"), "/srv/demo/work");
        assert_eq!(joined("/srv/demo/", "work/x"), "/srv/demo/work/x");
        assert_eq!(joined("/", "etc"), "/etc");
    }

    #[test]
    fn an_absolute_path_replaces_its_base() {
        assert_eq!(joined("/srv", "/etc/hosts"), "/etc/hosts");
    }

    #[test]
    fn dots_and_double_slashes_are_resolved_as_text() {
        assert_eq!(joined("/srv/demo/", "."), "/srv/demo");
        assert_eq!(joined("/srv/demo/", "../etc//./x/"), "/srv/etc/x");
        assert_eq!(joined("//a//b/", ""), "/a/b");
    }

    #[test]
    fn parents_stop_at_the_root_and_at_a_relative_beginning() {
        assert_eq!(joined("/a", "../../../b"), "/b");
        assert_eq!(joined("/", ".."), "/");
        assert_eq!(joined("", "a/../../b"), "b");
        assert_eq!(joined("", ".."), "");
    }

    #[test]
    fn without_a_base_a_path_stays_relative() {
        assert_eq!(joined("", "./x/y"), "x/y");
        assert_eq!(joined("<UNKNOWN>", "x"), "<UNKNOWN>/x");
    }

    #[test]
    fn names_that_begin_with_dots_are_names() {
        assert_eq!(joined("/a", "..."), "/a/...");
        assert_eq!(joined("/a", "..b/.c"), "/a/..b/.c");
    }

    #[test]
    fn a_path_over_the_limit_is_replaced_by_a_notice() {
        let long = "x".repeat(MAX - 1);
        assert_eq!(joined("/", &long), format!("/{long}"));
        assert_eq!(joined("/", &(long + "x")), "/DIR_TOO_LONG/FILENAME_TOO_LONG");
    }

    #[test]
    fn directory_and_file_name_split_at_the_last_slash() {
        let split = |path: &'static str| {
            (
                std::str::from_utf8(directory_of(path.as_bytes())).unwrap(),
                std::str::from_utf8(file_name_of(path.as_bytes())).unwrap(),
            )
        };
        assert_eq!(split("/etc/ssl/cert.pem"), ("/etc/ssl", "cert.pem"));
        assert_eq!(split("/etc"), ("/", "etc"));
        assert_eq!(split("/"), ("/", ""));
        assert_eq!(split("name"), ("/", "name"));
        assert_eq!(split(""), ("/", ""));
    }
}
