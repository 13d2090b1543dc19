//! `pmatch`: does a path lie at or below one of a set of paths.

use super::glob::Glob;
use super::sets::TextMap;

/// The set's paths as one tree of components, so that a look-up costs the length of the value however many paths
/// there are.
#[derive(Clone, Debug, Default)]
pub(super) struct PathTree {
    root: Node,
}

#[derive(Clone, Debug, Default)]
struct Node {
    /// A path of the set ends here: this directory and all below it match.
    ends: bool,
    named: TextMap<Node>,
    patterns: Vec<(Box<[u8]>, Glob, Node)>,
}

/// No path of a running system is longer (`PATH_MAX` of Linux).
const LONGEST: usize = 4096;

impl PathTree {
    /// Adds one path; components with `*`, `?` or `[` are patterns for one component. Empty components do not
    /// count, so `/etc/` is `/etc`, and `/` is above every path.
    ///
    /// # Errors
    /// One line, when the path is too long.
    pub(super) fn add(&mut self, path: &[u8]) -> Result<(), String> {
        if path.len() > LONGEST {
            return Err(format!("a path of {} bytes is too long, {LONGEST} are the most", path.len()));
        }
        let mut node = &mut self.root;
        for component in components(path) {
            if component.iter().any(|byte| b"*?[".contains(byte)) {
                let known = node.patterns.iter().position(|(text, ..)| **text == *component);
                if known.is_none() {
                    node.patterns.push((component.into(), Glob::new(component, false)?, Node::default()));
                }
                let at = known.unwrap_or(node.patterns.len() - 1);
                node = &mut node.patterns[at].2;
            } else {
                node = node.named.entry(component.into()).or_default();
            }
        }
        node.ends = true;
        Ok(())
    }

    /// Whether one of the paths equals `path` or is a directory above it.
    pub(super) fn covers(&self, path: &[u8]) -> bool {
        self.root.covers(path)
    }
}

impl Node {
    fn covers(&self, path: &[u8]) -> bool {
        if self.ends {
            return true;
        }
        let Some((component, rest)) = split_component(path) else { return false };
        self.named.get(component).is_some_and(|node| node.covers(rest))
            || self.patterns.iter().any(|(_, pattern, node)| pattern.matches(component) && node.covers(rest))
    }
}

fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/').filter(|component| !component.is_empty())
}

/// The first component and what follows it.
fn split_component(path: &[u8]) -> Option<(&[u8], &[u8])> {
    let start = path.iter().position(|byte| *byte != b'/')?;
    let path = path.get(start..)?;
    Some(path.split_at(memchr::memchr(b'/', path).unwrap_or(path.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(paths: &[&str]) -> PathTree {
        let mut tree = PathTree::default();
        for path in paths {
            tree.add(path.as_bytes()).unwrap();
        }
        tree
    }

    #[test]
    fn a_path_covers_itself_and_all_below_by_component() {
        let tree = tree(&["/var/run", "/etc", "/home/*/.ssh", "/opt/a[0-9]"]);
        let rows = [
            ("/var/run", true),
            ("/var/run/", true),
            ("/var/run/docker.sock", true),
            ("/var/running", false),
            ("/var", false),
            ("/etc//passwd", true),
            ("//etc", true),
            ("/etcetera", false),
            ("/home/ann/.ssh/id_rsa", true),
            ("/home/ann/sub/.ssh", false),
            ("/home/ann", false),
            ("/opt/a7/bin", true),
            ("/opt/ab/bin", false),
            ("", false),
        ];
        for (path, expected) in rows {
            assert_eq!(tree.covers(path.as_bytes()), expected, "{path}");
        }
    }

    #[test]
    fn the_root_is_above_every_path() {
        assert!(tree(&["/"]).covers(b"/bin/sh"));
    }

    #[test]
    fn a_pattern_and_a_name_at_the_same_place_are_both_tried() {
        let tree = tree(&["/a/*/c", "/a/b/d", "/a/?/e"]);
        for path in ["/a/b/c", "/a/b/d", "/a/b/e"] {
            assert!(tree.covers(path.as_bytes()), "{path}");
        }
    }
}
