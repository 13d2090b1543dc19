//! Any bytes: read into the store, then every field of the first events as text, the summary and the process tree.
#![no_main]

use std::convert::Infallible;
use std::sync::LazyLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use scap_format::source::Input;
use scap_inspect::clock::Zone;
use scap_inspect::escape::Policy;
use scap_inspect::fields::{fields, Argument};
use scap_inspect::print::{Layout, Manner, Printer, Template, TimeStyle};
use scap_inspect::query::plan::Filter;
use scap_inspect::render::Style;
use scap_inspect::store::{Capture, OpenFlags};
use scap_inspect::summary::summary;
use scap_inspect::tree::process_tree;

/// Events whose fields are all asked for; the others only pass through the state.
const ASKED: u64 = 64;

/// Every field that can be printed without an argument.
static ALL: LazyLock<Template> = LazyLock::new(|| {
    let names = fields().iter().filter(|field| !field.is_filter_only());
    let plain = names.filter(|field| !matches!(field.argument, Argument::Required(_)));
    let form: String = plain.map(|field| format!(" %{}", field.name)).collect();
    Template::new(&format!("*{form}")).expect("the table's names are a format")
});

/// Decided by threads, by descriptors and by payload.
const WIRE: &str = r#"{"or":[{"test":{"left":{"field":"proc.aname","arg":null},"op":"eq","right":{"value":{"text":"sh"}}}},
{"test":{"left":{"field":"fd.name","arg":null},"op":"contains","right":{"value":{"text":"/"}}}},
{"test":{"left":{"field":"evt.buffer","arg":null},"op":"contains","right":{"value":{"text":"a"}}}}]}"#;

fuzz_target!(|bytes: &[u8]| {
    let Ok(capture) = Capture::open(vec![Input::Bytes(bytes.to_vec())], OpenFlags::default()) else { return };
    while !capture.wait(Duration::from_secs(1)).done {}
    let filter = Filter::new(WIRE).expect("a filter of the language");
    for (filter, layout) in [(Filter::all(), ALL.clone()), (filter, Template::new("%evt.num").expect("a format"))] {
        let manner = Manner {
            time: TimeStyle::from_letter("h").expect("a style"),
            zone: Zone::utc(),
            policy: Policy::Terminal,
            style: Style::default(),
            limit: Some(ASKED),
        };
        let mut printer = Printer::new(filter, Layout::Line(layout), manner);
        let mut out = Vec::new();
        while !printer.is_done() {
            let Ok(()) = printer.step(&capture, Duration::from_millis(100), |piece| {
                out.extend_from_slice(piece);
                Ok::<(), Infallible>(())
            });
            assert!(!out.iter().any(|byte| matches!(byte, 0x1b | 0x7f)), "a terminal would obey this");
            out.clear();
        }
    }
    let store = capture.store();
    let _ = (summary(&store, None, false), process_tree(&store, None, None), process_tree(&store, None, Some(1)));
});
