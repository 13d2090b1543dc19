//! What the link of a descriptor says: a path, or what stands in for one.

use super::files::number;

/// A link of `/proc/PID/fd`. Whatever has a path begins with a slash, so no name can pose as something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link<'l> {
    /// `socket:[inode]`
    Socket(u64),
    /// `pipe:[inode]`
    Pipe(u64),
    /// `anon_inode:[kind]`, or without the brackets.
    Anonymous(&'l [u8]),
    /// `/memfd:name (deleted)`
    Memory(&'l [u8]),
    /// A path, or a namespace.
    Path,
}

impl<'l> Link<'l> {
    pub(super) fn of(link: &'l [u8]) -> Self {
        if let Some(inode) = inode(link, b"socket:[") {
            return Link::Socket(inode);
        }
        if let Some(inode) = inode(link, b"pipe:[") {
            return Link::Pipe(inode);
        }
        if link.starts_with(b"pidfd:[") {
            return Link::Anonymous(b"pidfd");
        }
        if let Some(kind) = link.strip_prefix(b"anon_inode:") {
            let kind = kind.strip_prefix(b"[").unwrap_or(kind);
            return Link::Anonymous(kind.strip_suffix(b"]").unwrap_or(kind));
        }
        match link.strip_prefix(b"/memfd:").and_then(|name| name.strip_suffix(DELETED)) {
            Some(name) => Link::Memory(name),
            None => Link::Path,
        }
    }
}

/// What the kernel puts behind the path of a file that has none any more.
pub(super) const DELETED: &[u8] = b" (deleted)";

/// The number in `kind:[number]`; `kind` is what stands before the number.
pub(super) fn inode(link: &[u8], kind: &[u8]) -> Option<u64> {
    number(link.strip_prefix(kind)?.strip_suffix(b"]")?)
}

#[cfg(test)]
mod tests {
    use super::Link;

    #[test]
    fn links_by_their_kind() {
        assert_eq!(Link::of(b"socket:[4711]"), Link::Socket(4711));
        assert_eq!(Link::of(b"pipe:[12]"), Link::Pipe(12));
        assert_eq!(Link::of(b"anon_inode:[eventfd]"), Link::Anonymous(b"eventfd"));
        assert_eq!(Link::of(b"anon_inode:bpf-map"), Link::Anonymous(b"bpf-map"));
        assert_eq!(Link::of(b"pidfd:[77]"), Link::Anonymous(b"pidfd"));
        assert_eq!(Link::of(b"/memfd:a b (deleted)"), Link::Memory(b"a b"));
        assert_eq!(Link::of(b"net:[4026531840]"), Link::Path);
    }

    #[test]
    fn a_path_that_looks_like_another_kind_is_a_path() {
        for path in [&b"/tmp/socket:[1]"[..], b"/pipe:[1]", b"/memfd:x", b"/a (deleted)", b"/\xff\n", b""] {
            assert_eq!(Link::of(path), Link::Path);
        }
    }
}
