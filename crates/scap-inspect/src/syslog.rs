//! Syslog datagrams: `<PRI>text`, as programs write them to `/dev/log` or send them to port 514.

use crate::render::number;

/// A decoded datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syslog<'a> {
    /// Who speaks: 0 to 23 have names.
    pub facility: u32,
    /// How serious it is, 0 (emergency) to 7 (debug).
    pub severity: u32,
    /// All that follows the priority, time and host included where the sender wrote them.
    pub message: &'a [u8],
}

const SEVERITIES: [&str; 8] = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"];

// The names that sysdig prints: RFC 3164's numbers, syslog.h's words.
const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "clock", "authpriv", "ftp", "ntp",
    "logaudit", "logalert", "cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
];

/// Most digits of a priority: RFC 3164 allows three, some senders pad with zeros.
const MOST_DIGITS: usize = 6;

/// Decodes a datagram; `None` when it does not begin with a priority in angle brackets.
pub fn decode(datagram: &[u8]) -> Option<Syslog<'_>> {
    let rest = datagram.strip_prefix(b"<")?;
    let digits = rest.iter().take(MOST_DIGITS + 1).position(|byte| *byte == b'>').filter(|digits| *digits > 0)?;
    let mut priority = 0;
    for byte in &rest[..digits] {
        priority = priority * 10 + u32::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
    }
    Some(Syslog { facility: priority >> 3, severity: priority & 7, message: &rest[digits + 1..] })
}

impl Syslog<'_> {
    /// The facility's word, "local0"; `None` for numbers above 23.
    pub fn facility_name(&self) -> Option<&'static str> {
        FACILITIES.get(self.facility as usize).copied()
    }

    /// The severity's word, "notice".
    pub fn severity_name(&self) -> &'static str {
        SEVERITIES[(self.severity & 7) as usize]
    }

    /// Appends the one-line form, "syslog sev=notice msg=text".
    pub fn line(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"syslog sev=");
        out.extend_from_slice(self.severity_name().as_bytes());
        out.extend_from_slice(b" msg=");
        out.extend_from_slice(self.message);
    }

    /// Appends the facility's word, or its number when it has none.
    pub fn facility_text(&self, out: &mut Vec<u8>) {
        match self.facility_name() {
            Some(name) => out.extend_from_slice(name.as_bytes()),
            None => number::unsigned(out, u64::from(self.facility)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_priority_splits_into_facility_and_severity() {
        let log = decode(b"<134>Sep 23 00:44:29 haproxy[9]: GET").unwrap();
        assert_eq!((log.facility_name(), log.severity_name()), (Some("local0"), "info"));
        assert_eq!(log.message, b"Sep 23 00:44:29 haproxy[9]: GET");
        let log = decode(b"<0>").unwrap();
        assert_eq!((log.facility_name(), log.severity_name(), log.message), (Some("kern"), "emerg", &b""[..]));
        let log = decode(b"<86>su: session opened").unwrap();
        assert_eq!((log.facility_name(), log.severity_name()), (Some("authpriv"), "info"));
        assert_eq!(decode(b"<191>x").unwrap().facility_name(), Some("local7"));
    }

    #[test]
    fn text_without_a_priority_is_no_syslog() {
        for text in [&b""[..], b"<", b"<>x", b"<12", b"12>x", b"<1a>x", b"<-1>x", b"<12345678>x", b" <1>x"] {
            assert_eq!(decode(text), None, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn an_unnamed_facility_prints_its_number() {
        let log = decode(b"<199>x").unwrap();
        let mut out = Vec::new();
        log.facility_text(&mut out);
        assert_eq!((log.facility_name(), out), (None, b"24".to_vec()));
    }

    #[test]
    fn the_line_names_severity_and_message() {
        let mut out = Vec::new();
        decode(b"<29>done").unwrap().line(&mut out);
        assert_eq!(out, b"syslog sev=notice msg=done");
    }
}
