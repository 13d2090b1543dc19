//! Names of images taken apart.

/// The parts of an image name such as `registry:5000/team/web:1.2@sha256:…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageName<'a> {
    /// Everything before tag and digest: `registry:5000/team/web`.
    pub repository: &'a str,
    /// `1.2`; nothing when the name has no tag.
    pub tag: Option<&'a str>,
    /// `sha256:…`; nothing when the name has no digest.
    pub digest: Option<&'a str>,
}

impl<'a> ImageName<'a> {
    /// Splits a name. Colons before the last slash belong to the registry's port.
    pub fn split(image: &'a str) -> Self {
        let last = image.rfind('/').map_or(0, |at| at + 1);
        let (named, digest) = match image[last..].find('@') {
            Some(at) => (&image[..last + at], Some(&image[last + at + 1..])),
            None => (image, None),
        };
        let (repository, tag) = match named[last..].find(':') {
            Some(at) => (&named[..last + at], Some(&named[last + at + 1..])),
            None => (named, None),
        };
        let filled = |part: Option<&'a str>| part.filter(|part| !part.is_empty());
        ImageName { repository, tag: filled(tag), digest: filled(digest) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(image: &str) -> (&str, Option<&str>, Option<&str>) {
        let name = ImageName::split(image);
        (name.repository, name.tag, name.digest)
    }

    #[test]
    fn tag_and_digest_are_split_off() {
        assert_eq!(parts("nginx"), ("nginx", None, None));
        assert_eq!(parts("nginx:1.25"), ("nginx", Some("1.25"), None));
        assert_eq!(parts("a/b@sha256:00"), ("a/b", None, Some("sha256:00")));
        assert_eq!(parts("a/b:1@sha256:00"), ("a/b", Some("1"), Some("sha256:00")));
    }

    #[test]
    fn the_port_of_a_registry_is_no_tag() {
        assert_eq!(parts("registry:5000/web"), ("registry:5000/web", None, None));
        assert_eq!(parts("registry:5000/web:2"), ("registry:5000/web", Some("2"), None));
    }

    #[test]
    fn odd_names_are_split_without_panic() {
        assert_eq!(parts(""), ("", None, None));
        assert_eq!(parts("/"), ("/", None, None));
        assert_eq!(parts("é:ü@ß"), ("é", Some("ü"), Some("ß")));
        assert_eq!(parts("web:"), ("web", None, None));
    }
}
