//! Times and durations as text.
//!
//! A capture counts nanoseconds since the epoch; people read local time. A [`Zone`] holds every change of its offset
//! in the range such a count can reach, so that writing a time is a look at a table and no allocation.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "parts of a day, of a month and of a second are small and not negative"
)]

use crate::render::number::{padded, two_digits, unsigned};
use jiff::tz::TimeZone;
use jiff::Timestamp;
use parking_lot::RwLock;
use std::sync::atomic::{AtomicUsize, Ordering};

const NS_PER_SECOND: u64 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// More changes of offset than any zone makes until 2554; bounds what a strange zone file can ask for.
const MOST_SPANS: usize = 10_000;

/// A name that is no time zone.
#[derive(Debug, thiserror::Error)]
#[error("no time zone {name:?}")]
pub struct UnknownZone {
    /// The name as it was given.
    pub name: String,
}

impl UnknownZone {
    /// What to do instead.
    pub fn hint(&self) -> &'static str {
        "use a name of the time zone database such as Europe/Berlin, or UTC"
    }
}

/// A stretch of time with one offset.
#[derive(Debug, Clone)]
struct Span {
    /// First second since the epoch.
    from: i64,
    /// Seconds east of Greenwich.
    offset: i32,
    abbreviation: Box<str>,
}

/// A time zone.
#[derive(Debug)]
pub struct Zone {
    name: Option<Box<str>>,
    /// In ascending order; the first one begins before every time.
    spans: Vec<Span>,
    /// The span last used: nearly every event falls into the one of the event before.
    recent: AtomicUsize,
}

static SETTLED: RwLock<Option<Zone>> = RwLock::new(None);

impl Clone for Zone {
    fn clone(&self) -> Self {
        Zone { name: self.name.clone(), spans: self.spans.clone(), recent: AtomicUsize::new(0) }
    }
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Zone {
        Zone::new(&TimeZone::UTC)
    }

    /// The reader's zone: `TZ`, else the system's, else UTC.
    pub fn local() -> Zone {
        Zone::new(&TimeZone::try_system().unwrap_or(TimeZone::UTC))
    }

    /// A zone by its name in the time zone database, "Europe/Berlin". The database comes with the program where the
    /// system has none.
    pub fn named(name: &str) -> Result<Zone, UnknownZone> {
        TimeZone::get(name).map(|zone| Zone::new(&zone)).map_err(|_| UnknownZone { name: name.to_owned() })
    }

    /// The zone in which filters compare times of day: what [`Zone::settle`] said, else the reader's.
    pub fn of_filters() -> Zone {
        SETTLED.read().clone().unwrap_or_else(Zone::local)
    }

    /// From now on filters compare times of day in this zone: that of the times that are shown.
    pub fn settle(self) {
        *SETTLED.write() = Some(self);
    }

    fn new(zone: &TimeZone) -> Zone {
        let epoch = zone.to_offset_info(Timestamp::UNIX_EPOCH);
        let mut spans =
            vec![Span { from: i64::MIN, offset: epoch.offset().seconds(), abbreviation: epoch.abbreviation().into() }];
        let last = i64::try_from(u64::MAX / NS_PER_SECOND).unwrap_or(i64::MAX);
        spans.extend(
            zone.following(Timestamp::UNIX_EPOCH)
                .map(|change| Span {
                    from: change.timestamp().as_second(),
                    offset: change.offset().seconds(),
                    abbreviation: change.abbreviation().into(),
                })
                .take_while(|span| span.from <= last)
                .take(MOST_SPANS),
        );
        Zone { name: zone.iana_name().map(Into::into), spans, recent: AtomicUsize::new(0) }
    }

    #[inline]
    fn span(&self, second: i64) -> &Span {
        let within = |at: usize| {
            let span = self.spans.get(at).filter(|span| span.from <= second)?;
            self.spans.get(at + 1).is_none_or(|next| second < next.from).then_some(span)
        };
        within(self.recent.load(Ordering::Relaxed)).unwrap_or_else(|| {
            let at = self.spans.partition_point(|span| span.from <= second).saturating_sub(1);
            self.recent.store(at, Ordering::Relaxed);
            &self.spans[at]
        })
    }

    /// The zone's name in the database; `None` for a zone given only as a rule.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The abbreviation in force at a time in nanoseconds since the epoch, "CEST".
    pub fn abbreviation(&self, ts: u64) -> &str {
        &self.span(seconds_of(ts)).abbreviation
    }

    /// Seconds east of Greenwich at a time in nanoseconds since the epoch.
    pub fn offset(&self, ts: u64) -> i32 {
        self.span(seconds_of(ts)).offset
    }

    /// Appends the offset in force as "+02:00".
    pub fn offset_text(&self, out: &mut Vec<u8>, ts: u64) {
        let offset = self.offset(ts);
        let minutes = offset.unsigned_abs() / 60;
        out.push(if offset < 0 { b'-' } else { b'+' });
        out.extend_from_slice(&two_digits(minutes / 60));
        out.push(b':');
        out.extend_from_slice(&two_digits(minutes % 60));
    }

    /// Appends "HH:MM:SS.nnnnnnnnn" (`evt.time`).
    #[inline]
    pub fn time(&self, out: &mut Vec<u8>, ts: u64) {
        let second = seconds_of(ts);
        out.extend_from_slice(&clock(second + i64::from(self.span(second).offset)));
        fraction(out, ts);
    }

    /// Appends "HH:MM:SS" (`evt.time.s`).
    pub fn time_s(&self, out: &mut Vec<u8>, ts: u64) {
        let second = seconds_of(ts);
        out.extend_from_slice(&clock(second + i64::from(self.span(second).offset)));
    }

    /// Appends "YYYY-MM-DD HH:MM:SS.nnnnnnnnn" (`evt.datetime`, and times among an event's parameters).
    pub fn datetime(&self, out: &mut Vec<u8>, ts: u64) {
        self.datetime_s(out, ts);
        fraction(out, ts);
    }

    /// Appends "YYYY-MM-DD HH:MM:SS" (`evt.datetime.s`).
    pub fn datetime_s(&self, out: &mut Vec<u8>, ts: u64) {
        let second = seconds_of(ts);
        let local = second + i64::from(self.span(second).offset);
        date(out, local);
        out.push(b' ');
        out.extend_from_slice(&clock(local));
    }
}

/// Appends universal time as "YYYY-MM-DDTHH:MM:SS.nnnnnnnnn+0000" (`evt.time.iso8601`).
pub fn iso8601(out: &mut Vec<u8>, ts: u64) {
    let second = seconds_of(ts);
    date(out, second);
    out.push(b'T');
    out.extend_from_slice(&clock(second));
    fraction(out, ts);
    out.extend_from_slice(b"+0000");
}

/// Appends nanoseconds as "S.nnnnnnnnn" seconds: times since the epoch, since the start, between events.
pub fn seconds(out: &mut Vec<u8>, ns: u64) {
    unsigned(out, ns / NS_PER_SECOND);
    fraction(out, ns);
}

/// Appends the nanoseconds beyond the whole second, nine digits (`evt.latency.ns` and its kin).
pub fn nanoseconds(out: &mut Vec<u8>, ns: u64) {
    padded(out, ns % NS_PER_SECOND, 9);
}

/// Appends a duration with a unit, cut and not rounded (`evt.latency.human`): "465ns", "1.03us", "42us", "330ms";
/// seconds with two decimals; from a minute on "1:05", from an hour on "01:01:05".
///
/// sysdig does not pad the seconds behind minutes, so that its "1:5" may be 65 seconds or a misread 110.
pub fn human(out: &mut Vec<u8>, ns: u64) {
    match ns {
        0..=999 => {
            unsigned(out, ns);
            out.extend_from_slice(b"ns");
        }
        1_000..=999_999 => three_digits(out, ns, 1_000, b"us"),
        1_000_000..=999_999_999 => three_digits(out, ns, 1_000_000, b"ms"),
        1_000_000_000..=59_999_999_999 => {
            unsigned(out, ns / NS_PER_SECOND);
            decimals(out, ns, NS_PER_SECOND);
            out.push(b's');
        }
        _ => minutes(out, ns / NS_PER_SECOND),
    }
}

/// "9.99us" below ten units, "10us" from there on.
fn three_digits(out: &mut Vec<u8>, ns: u64, unit: u64, name: &[u8]) {
    unsigned(out, ns / unit);
    if ns / unit < 10 {
        decimals(out, ns, unit);
    }
    out.extend_from_slice(name);
}

fn decimals(out: &mut Vec<u8>, ns: u64, unit: u64) {
    out.push(b'.');
    out.extend_from_slice(&two_digits((ns % unit / (unit / 100)) as u32));
}

fn minutes(out: &mut Vec<u8>, seconds: u64) {
    if seconds < 3_600 {
        unsigned(out, seconds / 60);
    } else {
        padded(out, seconds / 3_600, 2);
        out.push(b':');
        out.extend_from_slice(&two_digits((seconds / 60 % 60) as u32));
    }
    out.push(b':');
    out.extend_from_slice(&two_digits((seconds % 60) as u32));
}

/// The bucket of a latency on a logarithmic scale that is `width` buckets wide and ends at 100 seconds
/// (`evt.latency.quantized`): 0 for no latency, else from 1 to `width` + 1.
#[allow(clippy::cast_precision_loss, reason = "a bucket needs no more digits")]
pub fn quantized(ns: u64, width: u32) -> u64 {
    const DECADES: f64 = 11.0;
    if ns == 0 {
        return 0;
    }
    let decades = (ns as f64).log10().min(DECADES);
    (decades * f64::from(width) / DECADES) as u64 + 1
}

#[inline]
fn seconds_of(ts: u64) -> i64 {
    i64::try_from(ts / NS_PER_SECOND).unwrap_or(i64::MAX)
}

/// ".nnnnnnnnn"
#[inline]
fn fraction(out: &mut Vec<u8>, ns: u64) {
    let ns = (ns % NS_PER_SECOND) as u32;
    let mut text = *b".000000000";
    text[1] = b'0' + (ns / 100_000_000) as u8;
    for (pair, unit) in text[2..].chunks_exact_mut(2).zip([1_000_000, 10_000, 100, 1]) {
        pair.copy_from_slice(&two_digits(ns / unit % 100));
    }
    out.extend_from_slice(&text);
}

/// "HH:MM:SS"
#[inline]
fn clock(local: i64) -> [u8; 8] {
    let second = local.rem_euclid(SECONDS_PER_DAY) as u32;
    let [hours, minutes, seconds] = [second / 3600, second / 60 % 60, second % 60].map(two_digits);
    [hours[0], hours[1], b':', minutes[0], minutes[1], b':', seconds[0], seconds[1]]
}

/// "YYYY-MM-DD"
fn date(out: &mut Vec<u8>, local: i64) {
    let (year, month, day) = civil(local.div_euclid(SECONDS_PER_DAY));
    padded(out, year.unsigned_abs(), 4);
    out.push(b'-');
    out.extend_from_slice(&two_digits(month));
    out.push(b'-');
    out.extend_from_slice(&two_digits(day));
}

/// Year, month and day of a number of days since the epoch, in the Gregorian calendar.
///
/// Years are counted from March, so that the leap day is the last one; 400 of them are one era of 146,097 days.
fn civil(days: i64) -> (i64, u32, u32) {
    // 719,468 days lie between 0000-03-01 and 1970-01-01.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32;
    let month = (if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 }) as u32;
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: u64 = 1_506_127_469_900_617_765; // 2017-09-23 00:44:29 UTC

    fn text(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    fn berlin() -> Zone {
        Zone::named("Europe/Berlin").unwrap()
    }

    #[test]
    fn every_form_of_an_event_time_in_utc() {
        let utc = Zone::utc();
        assert_eq!(text(|out| utc.time(out, EVENT)), "00:44:29.900617765");
        assert_eq!(text(|out| utc.time_s(out, EVENT)), "00:44:29");
        assert_eq!(text(|out| utc.datetime(out, EVENT)), "2017-09-23 00:44:29.900617765");
        assert_eq!(text(|out| utc.datetime_s(out, EVENT)), "2017-09-23 00:44:29");
        assert_eq!(text(|out| iso8601(out, EVENT)), "2017-09-23T00:44:29.900617765+0000");
        assert_eq!(text(|out| seconds(out, EVENT)), "1506127469.900617765");
        assert_eq!(text(|out| nanoseconds(out, 1_004_499_790)), "004499790");
    }

    #[test]
    fn local_time_follows_the_zone_across_a_change_and_back() {
        let berlin = berlin();
        let change = 1_509_238_800 * NS_PER_SECOND; // 2017-10-29 01:00 UTC: summer time ends
        for _ in 0..2 {
            assert_eq!(text(|out| berlin.datetime(out, change - 1)), "2017-10-29 02:59:59.999999999");
            assert_eq!(text(|out| berlin.datetime(out, change)), "2017-10-29 02:00:00.000000000");
            assert_eq!(berlin.abbreviation(change - 1), "CEST");
            assert_eq!(berlin.abbreviation(change), "CET");
        }
        assert_eq!(text(|out| berlin.offset_text(out, change)), "+01:00");
        assert_eq!(berlin.name(), Some("Europe/Berlin"));
    }

    #[test]
    fn offsets_west_of_greenwich_and_odd_ones_are_written_with_minutes() {
        let written = |name: &str| {
            let zone = Zone::named(name).unwrap();
            text(|out| zone.offset_text(out, EVENT))
        };
        assert_eq!(written("America/St_Johns"), "-02:30");
        assert_eq!(written("Asia/Kathmandu"), "+05:45");
        assert_eq!(written("UTC"), "+00:00");
    }

    #[test]
    fn times_agree_with_the_calendar_of_the_zone_library_from_first_to_last_nanosecond() {
        for name in ["Europe/Berlin", "America/New_York", "Africa/Monrovia", "Asia/Tehran", "UTC"] {
            let (zone, judge) = (Zone::named(name).unwrap(), TimeZone::get(name).unwrap());
            let mut ts = 0u64;
            while let Some(next) = ts.checked_add(9_876_543_210_987_654) {
                let expected = Timestamp::from_nanosecond(i128::from(ts)).unwrap().to_zoned(judge.clone());
                assert_eq!(
                    text(|out| zone.datetime(out, ts)),
                    expected.strftime("%Y-%m-%d %H:%M:%S.%9f").to_string(),
                    "{name} {ts}"
                );
                ts = next;
            }
        }
        assert_eq!(text(|out| Zone::utc().datetime(out, u64::MAX)), "2554-07-21 23:34:33.709551615");
    }

    #[test]
    fn an_unknown_zone_is_an_error_that_names_it() {
        let error = Zone::named("Mars/Olympus").unwrap_err();
        assert_eq!(error.to_string(), "no time zone \"Mars/Olympus\"");
        assert!(!error.hint().is_empty());
    }

    #[test]
    fn durations_have_a_unit_and_are_cut_not_rounded() {
        for (ns, expected) in [
            (0, "0ns"),
            (975, "975ns"),
            (1_031, "1.03us"),
            (1_648, "1.64us"),
            (9_999, "9.99us"),
            (10_275, "10us"),
            (999_999, "999us"),
            (1_992_717, "1.99ms"),
            (10_000_000, "10ms"),
            (353_822_320, "353ms"),
            (1_000_063_151, "1.00s"),
            (5_002_734_246, "5.00s"),
            (59_990_000_000, "59.99s"),
            (65_999_999_999, "1:05"),
            (3_599_999_999_999, "59:59"),
            (3_661_000_000_000, "01:01:01"),
            (8_640_000_000_000_000, "2400:00:00"),
        ] {
            assert_eq!(text(|out| human(out, ns)), expected);
        }
    }

    #[test]
    fn latency_buckets_grow_with_the_logarithm_and_end_at_the_width() {
        assert_eq!(quantized(0, 80), 0);
        assert_eq!(quantized(1, 80), 1);
        assert_eq!(quantized(1_000, 110), 31);
        assert_eq!(quantized(1_000_000, 110), 61);
        assert_eq!(quantized(u64::MAX, 80), 81);
    }
}
