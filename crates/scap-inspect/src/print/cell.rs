//! One field of one event as text.

use std::io::Write;

use scap_format::tables::{ParamType, PrintFormat};

use crate::fields::{EventAt, Field, FieldInfo, FieldRef};
use crate::render::number::{padded, signed, unsigned, upper_hex};
use crate::render::{self, append, DataStyle, Style};
use crate::value::Value;

/// Writers of times that are shown as `evt.outputtime`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeStyle {
    /// Local time of day.
    #[default]
    Clock,
    /// Seconds since the epoch.
    Epoch,
    /// Seconds since the first event.
    Relative,
    /// Seconds between enter and exit.
    Latency,
    /// Seconds since the event written before.
    Delta,
}

impl TimeStyle {
    /// By sysdig's letter: h a r d D.
    pub fn from_letter(letter: &str) -> Option<Self> {
        match letter {
            "h" => Some(TimeStyle::Clock),
            "a" => Some(TimeStyle::Epoch),
            "r" => Some(TimeStyle::Relative),
            "d" => Some(TimeStyle::Latency),
            "D" => Some(TimeStyle::Delta),
            _ => None,
        }
    }
}

/// Characters of a buffer that `evt.buffer` shows when bytes are shown as dots, as other tools do.
const BUFFER_TEXT: usize = 1021;

/// Appends a field's text; false, and nothing, where the event has none.
pub fn write_cell(out: &mut Vec<u8>, event: &EventAt<'_>, field: &FieldRef, time: TimeStyle, style: Style) -> bool {
    match field.field {
        // What most lines have goes straight into them: a value on the way costs as much as the text.
        Field::EvtNum => {
            unsigned(out, event.n.into());
            return true;
        }
        Field::EvtCpu => {
            signed(out, event.cpu());
            return true;
        }
        Field::ProcName | Field::ThreadTid | Field::EvtType | Field::EvtDir => {
            return write_direct(out, event, field.field).is_some();
        }
        Field::EvtArgs | Field::EvtInfo => {
            event.write_args(out, style);
            return true;
        }
        Field::EvtArg => {
            return field.arg.as_ref().is_some_and(|arg| event.write_arg(out, arg, style.data));
        }
        Field::EvtOutputtime => {
            output_time(out, event, time);
            return true;
        }
        Field::EvtTime => {
            event.zone.time(out, event.row.ts);
            return true;
        }
        // Without an argument, filters ask these of all ancestors; shown is the process itself, as others show it.
        Field::ProcApid | Field::ProcAenv if field.arg.is_none() => {
            let own = if field.field == Field::ProcApid { Field::ProcPid } else { Field::ProcEnv };
            let value = event.value(own, None);
            let Some(value) = value else { return false };
            write_value(out, &value, own.info(), style);
            return true;
        }
        // These compare both ends with what the filter says: there is no one value to show.
        Field::FdIp | Field::FdPort | Field::FdProto | Field::FdNet => return false,
        Field::FdCnet | Field::FdSnet | Field::FdLnet | Field::FdRnet => {
            let has = event.value(field.field, None).is_some();
            out.extend_from_slice(if has { b"<IPNET>" } else { b"" });
            return has;
        }
        _ => {}
    }
    match event.value(field.field, field.arg.as_ref()) {
        Some(Value::Bytes(bytes))
            if field.field == Field::EvtBuffer && style.data == DataStyle::Dots && !style.whole =>
        {
            render::bytes(out, bytes.get(..BUFFER_TEXT).unwrap_or(&bytes), style);
            true
        }
        Some(Value::Uint(number)) if is_hex(event, field) => {
            upper_hex(out, number);
            true
        }
        Some(Value::Int(number)) if is_hex(event, field) => {
            upper_hex(out, u64::from_le_bytes(number.to_le_bytes()));
            true
        }
        Some(value) => {
            write_value(out, &value, field.field.info(), style);
            true
        }
        None => false,
    }
}

/// Appends the text of some fields, `None`, and nothing, where the event has none.
fn write_direct(out: &mut Vec<u8>, event: &EventAt<'_>, field: Field) -> Option<()> {
    match field {
        Field::ProcName => append(out, event.program()?),
        Field::ThreadTid => signed(out, event.tid()?),
        Field::EvtDir => out.push(if event.info.is_exit() { b'<' } else { b'>' }),
        _ => append(out, event.type_word()),
    }
    Some(())
}

/// Whether the text of a field is printable ASCII whatever was captured.
pub(super) fn is_always_plain(field: Field) -> bool {
    matches!(
        field,
        Field::EvtNum
            | Field::EvtCpu
            | Field::EvtDir
            | Field::EvtOutputtime
            | Field::EvtTime
            | Field::ThreadTid
            | Field::UtilCnt
    )
}

/// Whether bytes that were read or written may be part of the text of a field.
pub(super) fn holds_payload(field: Field) -> bool {
    matches!(field, Field::EvtBuffer | Field::EvtArgs | Field::EvtInfo | Field::EvtArg | Field::EvtRawarg)
}

fn is_hex(event: &EventAt<'_>, field: &FieldRef) -> bool {
    field.field == Field::EvtRawarg && field.arg.as_ref().is_some_and(|arg| event.is_hex(arg))
}

fn output_time(out: &mut Vec<u8>, event: &EventAt<'_>, time: TimeStyle) {
    let value = |field| match event.value(field, None) {
        Some(Value::Uint(ns)) => ns,
        _ => 0,
    };
    match time {
        TimeStyle::Clock => event.zone.time(out, event.row.ts),
        TimeStyle::Epoch => crate::clock::seconds(out, event.row.ts),
        TimeStyle::Relative => crate::clock::seconds(out, value(Field::EvtReltime)),
        TimeStyle::Latency => crate::clock::seconds(out, value(Field::EvtLatency)),
        TimeStyle::Delta => crate::clock::seconds(out, value(Field::EvtDeltatime)),
    }
}

/// Appends a value as its field is written.
pub fn write_value(out: &mut Vec<u8>, value: &Value<'_>, info: &FieldInfo, style: Style) {
    match value {
        Value::Bool(yes) => out.extend_from_slice(if *yes { b"true" } else { b"false" }),
        Value::Int(number) if *number >= 0 => write_unsigned(out, number.unsigned_abs(), info.format),
        Value::Int(number) => {
            out.push(b'-');
            unsigned(out, number.unsigned_abs());
        }
        Value::Uint(number) => write_unsigned(out, *number, info.format),
        Value::Double(number) => {
            // Writing to a Vec cannot fail.
            let _ = write!(out, "{number:.1}");
        }
        Value::Text(text) => append(out, text),
        Value::Bytes(bytes) => render::bytes(out, bytes, style),
        Value::Ip(ip) => {
            let _ = write!(out, "{ip}");
        }
        Value::Any(values) if info.ty != ParamType::IpAddr => write_joined(out, values, b" ", info, style),
        Value::Any(values) | Value::List(values) | Value::Ends(values) => {
            out.push(b'(');
            write_joined(out, values, b",", info, style);
            out.push(b')');
        }
    }
}

fn write_joined(out: &mut Vec<u8>, values: &[Value<'_>], by: &[u8], info: &FieldInfo, style: Style) {
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.extend_from_slice(by);
        }
        write_value(out, value, info, style);
    }
}

fn write_unsigned(out: &mut Vec<u8>, number: u64, format: PrintFormat) {
    match format {
        PrintFormat::Hex => upper_hex(out, number),
        PrintFormat::PaddedDec => padded(out, number, 9),
        PrintFormat::Oct => {
            let _ = write!(out, "{number:#o}");
        }
        _ => unsigned(out, number),
    }
}
