//! Bytes that are not to be passed on: blanked where they stand, so that lengths stay as they were.

use std::borrow::Cow;

use regex::bytes::Regex;
use scap_format::event::{EventRef, Params};
use scap_format::meta::{FdDetail, FdEntry, ProcessEntry};
use scap_format::tables::{event_info, ParamType};

use super::Settings;

/// What a blanked byte becomes.
const BLANK: u8 = b'*';

/// What is blanked.
#[derive(Clone, Debug, Default)]
pub(super) struct Redaction {
    /// What matches this, in any text.
    pattern: Option<Regex>,
    /// What was read and written.
    payload: bool,
}

impl Redaction {
    /// What these settings want blanked.
    pub(super) fn of(settings: &Settings) -> Self {
        Redaction { pattern: settings.redact.clone(), payload: settings.without_payload }
    }

    /// Whether anything is blanked.
    pub(super) fn is_on(&self) -> bool {
        self.pattern.is_some() || self.payload
    }

    /// A text with what matches blanked; the zeros between items of lists stay.
    pub(super) fn text<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let mut blanked = Cow::Borrowed(text);
        for found in self.pattern.iter().flat_map(|pattern| pattern.find_iter(text)) {
            if let Some(bytes) = blanked.to_mut().get_mut(found.range()) {
                bytes.iter_mut().filter(|byte| **byte != 0).for_each(|byte| *byte = BLANK);
            }
        }
        blanked
    }

    fn within(&self, text: &mut Vec<u8>) {
        if let Cow::Owned(blanked) = self.text(text) {
            *text = blanked;
        }
    }

    /// The values of an event's parameters, back to back, with texts and payload blanked.
    pub(super) fn values(&self, event: &EventRef<'_>) -> Vec<u8> {
        let types = event_info(event.event_type).map_or(&[][..], |info| info.params);
        let mut all = Vec::new();
        for (at, value) in event.params.iter().enumerate() {
            let is_number = types.get(at).is_some_and(|param| param.ty.width().is_some());
            let has_addresses =
                types.get(at).is_some_and(|param| matches!(param.ty, ParamType::SockAddr | ParamType::SockTuple));
            let is_payload = types.get(at).is_some_and(|param| param.name == "data" && param.ty == ParamType::ByteBuf);
            match (is_number, has_addresses) {
                (true, _) => all.extend_from_slice(value),
                _ if self.payload && is_payload => all.resize(all.len() + value.len(), BLANK),
                (_, true) => all.extend_from_slice(&self.socket(value)),
                _ => all.extend_from_slice(&self.text(value)),
            }
        }
        all
    }

    /// A socket's address: a unix socket's path is text, everything else are numbers.
    fn socket(&self, value: &[u8]) -> Vec<u8> {
        const UNIX: u8 = 1;
        const ADDRESSES: usize = 17;
        if value.first() != Some(&UNIX) {
            return value.to_vec();
        }
        let head = if value.len() > ADDRESSES { ADDRESSES } else { 1 };
        let (numbers, path) = value.split_at(head.min(value.len()));
        [numbers, &self.text(path)].concat()
    }

    /// The texts of a listed thread.
    pub(super) fn process(&self, entry: &mut ProcessEntry) {
        if self.is_on() {
            let ProcessEntry { comm, exe, exepath, args, cwd, env, root, .. } = entry;
            for text in [comm, exe, exepath, args, cwd, env, root] {
                self.within(text);
            }
        }
    }

    /// The name of a listed descriptor.
    pub(super) fn descriptor(&self, entry: &mut FdEntry) {
        if let FdDetail::File { name, .. }
        | FdDetail::FileOld { name }
        | FdDetail::Directory { name }
        | FdDetail::Fifo { name }
        | FdDetail::Unix { name, .. }
        | FdDetail::Event { name }
        | FdDetail::Unsupported { name }
        | FdDetail::Signal { name }
        | FdDetail::Epoll { name }
        | FdDetail::Inotify { name }
        | FdDetail::Timer { name }
        | FdDetail::Netlink { name }
        | FdDetail::Bpf { name }
        | FdDetail::Userfault { name }
        | FdDetail::IoUring { name }
        | FdDetail::Memory { name }
        | FdDetail::Pid { name } = &mut entry.detail
        {
            self.within(name);
        }
    }
}

/// The values of an event's parameters, back to back, with arguments and environment of a program blanked.
pub(super) fn without_arguments(event: &EventRef<'_>) -> Vec<u8> {
    let names = event_info(event.event_type).map_or(&[][..], |info| info.params);
    let mut all = Vec::new();
    for (at, value) in event.params.iter().enumerate() {
        let is_others = names.get(at).is_some_and(|param| matches!(param.name, "args" | "env"));
        all.extend(value.iter().map(|byte| if is_others && *byte != 0 { BLANK } else { *byte }));
    }
    all
}

/// An event with other values of the same lengths.
pub(super) fn with_values<'a>(event: &EventRef<'a>, values: &'a [u8]) -> EventRef<'a> {
    let (lengths, wide, _) = event.params.parts();
    EventRef { params: Params::new(lengths, wide, values), options: &[], ..*event }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blanked(pattern: &str, text: &str) -> String {
        let redaction = Redaction { pattern: Some(Regex::new(pattern).unwrap()), payload: false };
        String::from_utf8(redaction.text(text.as_bytes()).into_owned()).unwrap()
    }

    #[test]
    fn what_matches_is_blanked_at_the_same_length() {
        assert_eq!(blanked("secret", "a secret, and a secret"), "a ******, and a ******");
        assert_eq!(blanked("token=[a-z]+", "x token=abc y"), "x ********* y");
        assert_eq!(blanked("nothing", "as it was"), "as it was");
    }

    #[test]
    fn a_pattern_that_takes_everything_leaves_lists_lists() {
        assert_eq!(blanked("(?s).*", "--user\0me\0"), "******\0**\0");
    }

    #[test]
    fn the_addresses_of_a_unix_socket_stay_and_its_path_goes() {
        let mut tuple = vec![1u8];
        tuple.extend([b's'; 16]);
        tuple.extend(b"/run/s\0");
        let redaction = Redaction { pattern: Some(Regex::new("s").unwrap()), payload: false };
        let mut expected = tuple.clone();
        expected[22] = BLANK;
        assert_eq!(redaction.socket(&tuple), expected);
        assert_eq!(redaction.socket(&[2, b's', 0, 0, 0, 0, 0]), [2, b's', 0, 0, 0, 0, 0]);
    }
}
