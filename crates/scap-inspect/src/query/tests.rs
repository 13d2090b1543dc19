//! What each operator says of each type of value.

use super::wire::{parse, Resolve, WireError};
use super::{Expr, Item, Literal, Matcher, Net, Op, Quantifier, Right, OPS};
use crate::value::Value;

/// Fields by name, with the argument after a `/`.
struct Names;

impl Resolve for Names {
    type Field = String;

    fn field(&self, name: &str, arg: Option<&str>) -> Result<String, String> {
        match (name, arg) {
            ("nosuch", _) => Err("no field \"nosuch\"".to_owned()),
            (name, None) => Ok(name.to_owned()),
            (name, Some(arg)) => Ok(format!("{name}/{arg}")),
        }
    }
}

pub(super) fn read(json: &str) -> Result<Expr<String>, WireError> {
    parse(json, &Names)
}

fn holds(json: &str, event: &[(&str, Value<'static>)]) -> bool {
    let filter = read(json).unwrap();
    filter.matches(&|name| event.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()))
}

fn text(text: &'static str) -> Value<'static> {
    Value::text(text)
}

fn ip(text: &str) -> Value<'static> {
    Value::Ip(text.parse().unwrap())
}

pub(super) fn lit(word: &str) -> Literal {
    Literal::text(word)
}

pub(super) fn int(number: i128) -> Literal {
    Literal::Int(number)
}

fn address(text: &str) -> Literal {
    Literal::Ip(text.parse().unwrap())
}

fn net(text: &str) -> Literal {
    Literal::Net(Net::parse(text).unwrap())
}

fn bytes(hex: &str) -> Literal {
    Literal::Bytes(super::hex::decode(hex.as_bytes()).unwrap().into())
}

fn check(rows: Vec<(Value<'static>, &str, Literal, bool)>) {
    for (left, op, literal, expected) in rows {
        let matcher = Matcher::new(Op::named(op).unwrap(), &Right::Value(literal.clone()), None).unwrap();
        assert_eq!(matcher.matches(Some(&left), None), expected, "{left:?} {op} {literal:?}");
        assert!(!matcher.matches(None, None), "an absent value satisfies {op} {literal:?}");
        if let Value::Text(text) = &left {
            assert_eq!(matcher.matches_text(text), expected, "{left:?} {op} {literal:?}, asked as text");
        }
        if let Value::Int(number) = &left {
            assert_eq!(matcher.matches_int(*number), expected, "{left:?} {op} {literal:?}, asked as integer");
        }
    }
}

fn check_sets(rows: Vec<(Value<'static>, &str, Vec<Item>, bool)>) {
    for (left, op, items, expected) in rows {
        let matcher = Matcher::new(Op::named(op).unwrap(), &Right::Set(items.clone()), None).unwrap();
        assert_eq!(matcher.matches(Some(&left), None), expected, "{left:?} {op} {items:?}");
        match &left {
            Value::Text(text) => assert_eq!(matcher.matches_text(text), expected, "{left:?} {op} {items:?}"),
            Value::Int(number) => assert_eq!(matcher.matches_int(*number), expected, "{left:?} {op} {items:?}"),
            _ => {}
        }
        assert!(!matcher.matches(None, None), "an absent value satisfies {op} {items:?}");
    }
}

pub(super) fn one(literal: Literal) -> Item {
    Item::One(literal)
}

#[test]
fn text_is_compared_by_bytes() {
    check(vec![
        (text("curl"), "eq", lit("curl"), true),
        (text("curl"), "eq", lit("Curl"), false),
        (text("curl"), "eq", lit("cu*"), false),
        (text(""), "eq", lit(""), true),
        (text("curl"), "ne", lit("nginx"), true),
        (text("curl"), "ne", lit("curl"), false),
        (text("curl"), "all_eq", lit("curl"), true),
        (text("curl"), "any_ne", lit("curl"), false),
        (text("10"), "lt", lit("9"), true),
        (text("Z"), "lt", lit("a"), true),
        (text("ab"), "gt", lit("a"), true),
        (text("a"), "le", lit("a"), true),
        (text("é"), "gt", lit("z"), true),
        (Value::text(b"\xff"), "eq", bytes("ff"), true),
        (text("80"), "eq", int(80), true),
        (text("080"), "eq", int(80), false),
    ]);
}

#[test]
fn substrings_prefixes_and_suffixes_are_found() {
    check(vec![
        (text("/usr/lib"), "contains", lit("r/l"), true),
        (text("/usr/lib"), "contains", lit("R/L"), false),
        (text("/usr/lib"), "contains", lit(""), true),
        (text("/usr/lib"), "icontains", lit("R/L"), true),
        (text("/usr/lib"), "startswith", lit("/usr"), true),
        (text("/usr/lib"), "startswith", lit("usr"), false),
        (text("/usr/lib"), "endswith", lit("lib"), true),
        (text("/usr/lib"), "endswith", lit("LIB"), false),
        (text("/usr/lib"), "glob", lit("/*b"), true),
        (text("/usr/lib"), "glob", lit("/*B"), false),
        (text("/usr/lib"), "iglob", lit("/*B"), true),
        (text("nginx"), "regex", lit("ng"), false),
        (text("nginx"), "regex", lit("ng.*"), true),
        (text("nginx"), "matches", lit("GIN"), true),
    ]);
}

#[test]
fn payload_is_searched_for_text_and_for_hex() {
    let buffer = || Value::bytes(b"GET / HTTP/1.1\r\n\x00\xff");
    check(vec![
        (buffer(), "contains", lit("HTTP"), true),
        (buffer(), "contains", bytes("00ff"), true),
        (buffer(), "startswith", lit("GET"), true),
        (buffer(), "endswith", bytes("ff"), true),
        (buffer(), "bcontains", lit("48545450"), true),
        (buffer(), "bcontains", bytes("48545450"), true),
        (buffer(), "bstartswith", lit("474554"), true),
        (buffer(), "bstartswith", int(474_554), true),
        (buffer(), "bstartswith", lit("48545450"), false),
        (buffer(), "eq", lit("GET"), false),
        (buffer(), "ne", lit("GET"), true),
        (buffer(), "matches", lit("^get "), true),
    ]);
}

#[test]
fn numbers_are_compared_whatever_their_width_and_sign() {
    check(vec![
        (Value::Int(-1), "lt", int(0), true),
        (Value::Int(-1), "eq", int(i128::from(u64::MAX)), false),
        (Value::Uint(u64::MAX), "gt", int(-1), true),
        (Value::Uint(u64::MAX), "eq", int(i128::from(u64::MAX)), true),
        (Value::Int(5), "eq", Literal::Double(5.0), true),
        (Value::Int(9_007_199_254_740_993), "eq", Literal::Double(9_007_199_254_740_992.0), false),
        (Value::Double(0.5), "gt", int(0), true),
        (Value::Double(f64::NAN), "eq", int(0), false),
        (Value::Double(f64::NAN), "ne", int(0), true),
        (Value::Double(f64::NAN), "ge", int(0), false),
        (Value::Int(5), "ge", int(5), true),
        (Value::Int(5), "ne", int(5), false),
        (Value::Int(1), "eq", Literal::Bool(true), true),
    ]);
}

#[test]
fn truth_is_one_or_zero_in_any_spelling() {
    check(vec![
        (Value::Bool(true), "eq", Literal::Bool(true), true),
        (Value::Bool(true), "ne", Literal::Bool(true), false),
        (Value::Bool(true), "eq", int(1), true),
        (Value::Bool(true), "eq", int(2), false),
        (Value::Bool(true), "ne", int(2), true),
        (Value::Bool(false), "lt", int(1), true),
        (Value::Bool(true), "eq", lit("True"), true),
        (Value::Bool(true), "eq", lit("1"), true),
        (Value::Bool(true), "eq", lit("yes"), false),
        (Value::Bool(true), "ne", lit("yes"), false),
    ]);
}

#[test]
fn addresses_are_compared_within_their_family_and_differ_across_it() {
    check(vec![
        (ip("10.0.0.1"), "eq", address("10.0.0.1"), true),
        (ip("10.0.0.1"), "eq", address("::1"), false),
        (ip("10.0.0.1"), "ne", address("::1"), true),
        (ip("10.0.0.1"), "lt", address("::1"), false),
        (ip("10.0.0.1"), "lt", address("10.0.0.2"), true),
        (ip("10.0.0.1"), "eq", net("10.0.0.0/8"), true),
        (ip("10.0.0.1"), "ne", net("10.0.0.0/8"), false),
        (ip("11.0.0.1"), "ne", net("10.0.0.0/8"), true),
        (ip("::1"), "eq", net("0.0.0.0/0"), false),
        (ip("::1"), "ne", net("0.0.0.0/0"), true),
        (ip("10.0.0.1"), "eq", lit("10.0.0.1"), true),
        (ip("10.0.0.1"), "eq", lit("10.0.0.0/8"), true),
        (ip("10.0.0.1"), "startswith", lit("10."), true),
        (ip("10.0.0.1"), "eq", lit("localhost"), false),
        (ip("10.0.0.1"), "ne", lit("localhost"), false),
    ]);
}

#[test]
fn a_text_literal_is_read_as_the_type_the_value_turns_out_to_have() {
    check(vec![
        (Value::Int(16), "eq", lit("16"), true),
        (Value::Int(16), "eq", lit("016"), true),
        (Value::Int(16), "eq", lit("0x10"), true),
        (Value::Int(-2), "lt", lit("0"), true),
        (Value::Uint(3), "ge", lit("2.5"), true),
        (Value::Int(16), "eq", lit("sixteen"), false),
        (Value::Int(16), "ne", lit("sixteen"), false),
        (text("16"), "eq", lit("16"), true),
        (Value::Int(16), "contains", lit("6"), true),
    ]);
}

#[test]
fn a_test_of_any_holds_when_it_does_for_one() {
    let ancestors = || Value::Any(vec![text("sh"), text("sshd")]);
    check(vec![
        (ancestors(), "eq", lit("sshd"), true),
        (ancestors(), "eq", lit("cron"), false),
        (ancestors(), "ne", lit("sshd"), true),
        (Value::Any(vec![text("sh")]), "ne", lit("sh"), false),
        (ancestors(), "startswith", lit("ssh"), true),
        (ancestors(), "all_eq", lit("sh"), false),
        (Value::Any(vec![text("sh"), text("sh")]), "all_eq", lit("sh"), true),
        (ancestors(), "any_ne", lit("sh"), true),
        (Value::Any(vec![]), "ne", lit("sh"), false),
        (Value::Any(vec![]), "all_eq", lit("sh"), false),
    ]);
}

#[test]
fn both_ends_of_a_connection_have_to_differ() {
    let ends = || Value::Ends(vec![ip("10.0.0.1"), ip("8.8.8.8")]);
    let ports = || Value::Ends(vec![Value::Uint(50_000), Value::Uint(443)]);
    check(vec![
        (ends(), "eq", address("8.8.8.8"), true),
        (ends(), "ne", address("8.8.8.8"), false),
        (ends(), "ne", address("1.1.1.1"), true),
        (ends(), "ne", address("::1"), true),
        (ends(), "eq", net("10.0.0.0/8"), true),
        (ends(), "ne", net("10.0.0.0/8"), false),
        (ends(), "any_ne", address("8.8.8.8"), true),
        (ports(), "lt", int(1024), true),
        (ports(), "gt", int(1024), true),
        (ports(), "ne", int(443), false),
        (Value::Ends(vec![]), "ne", int(443), false),
        (Value::Ends(vec![]), "eq", int(443), false),
    ]);
}

#[test]
fn a_set_holds_its_literals_and_ranges() {
    let range = |from, to| Item::Range(int(from), int(to));
    check_sets(vec![
        (text("curl"), "in", vec![one(lit("bash")), one(lit("curl"))], true),
        (text("cur"), "in", vec![one(lit("bash")), one(lit("curl"))], false),
        (text("curl"), "intersects", vec![one(lit("curl"))], true),
        (text("curl"), "in", vec![], false),
        (Value::Int(7), "in", vec![one(int(1)), range(5, 9)], true),
        (Value::Uint(4), "in", vec![one(int(1)), range(5, 9)], false),
        (Value::Int(-3), "in", vec![range(-5, -1)], true),
        (Value::Int(80), "in", vec![one(lit("80")), one(lit("443"))], true),
        (Value::Bool(true), "in", vec![one(Literal::Bool(true))], true),
        (Value::Bool(false), "in", vec![one(int(1))], false),
        (ip("10.1.1.1"), "in", vec![one(net("10.0.0.0/8")), one(address("::1"))], true),
        (Value::bytes("GET"), "in", vec![one(lit("GET"))], true),
        (Value::Ends(vec![Value::Uint(5), Value::Uint(80)]), "in", vec![one(int(80))], true),
        (Value::Any(vec![text("a"), text("b")]), "in", vec![one(lit("b"))], true),
    ]);
}

#[test]
fn every_value_of_a_list_has_to_be_in_the_set_but_any_intersects_it() {
    let types = || Value::List(vec![text("file"), text("ipv4")]);
    let set = |words: &[&str]| words.iter().map(|word| one(lit(word))).collect::<Vec<_>>();
    check_sets(vec![
        (types(), "in", set(&["file", "ipv4", "pipe"]), true),
        (types(), "in", set(&["file", "pipe"]), false),
        (types(), "intersects", set(&["file", "pipe"]), true),
        (types(), "intersects", set(&["pipe"]), false),
        (Value::List(vec![]), "in", set(&["pipe"]), false),
        (Value::List(vec![]), "intersects", set(&["pipe"]), false),
    ]);
}

#[test]
fn a_path_is_matched_by_itself_and_the_directories_above_it() {
    let set = |words: &[&str]| words.iter().map(|word| one(lit(word))).collect::<Vec<_>>();
    check_sets(vec![
        (text("/etc/passwd"), "pmatch", set(&["/var", "/etc"]), true),
        (text("/etcetera"), "pmatch", set(&["/var", "/etc"]), false),
        (text("/home/ann/.ssh/id"), "pmatch", set(&["/home/*/.ssh"]), true),
        (Value::Any(vec![text("/bin/sh"), text("/usr/sbin/sshd")]), "pmatch", set(&["/usr/sbin"]), true),
        (Value::Int(1), "pmatch", set(&["/usr/sbin"]), false),
    ]);
}

#[test]
fn quantifiers_count_the_elements_that_fit() {
    let rows = [
        ("startswith", Quantifier::AnyOf, &["/etc", "/var"][..], true),
        ("startswith", Quantifier::AllOf, &["/etc", "/etc/pass"][..], true),
        ("startswith", Quantifier::AllOf, &["/etc", "/var"][..], false),
        ("startswith", Quantifier::OneOf, &["/etc", "/var"][..], true),
        ("startswith", Quantifier::OneOf, &["/etc", "/etc/pass"][..], false),
        ("ne", Quantifier::AllOf, &["a", "b"][..], true),
        ("ne", Quantifier::AllOf, &["a", "/etc/passwd"][..], false),
        ("eq", Quantifier::AnyOf, &[][..], false),
        ("eq", Quantifier::AllOf, &[][..], false),
    ];
    for (op, quantifier, words, expected) in rows {
        let items = words.iter().map(|word| one(lit(word))).collect();
        let matcher = Matcher::new(Op::named(op).unwrap(), &Right::Set(items), Some(quantifier)).unwrap();
        assert_eq!(matcher.matches(Some(&text("/etc/passwd")), None), expected, "{op} {quantifier:?} {words:?}");
    }
}

#[test]
fn two_values_of_an_event_are_compared_by_their_types() {
    let list = || Value::List(vec![text("a"), text("b")]);
    let rows = [
        (text("a"), "eq", text("a"), true),
        (text("a"), "ne", text("a"), false),
        (text("b"), "gt", text("a"), true),
        (text("abc"), "contains", text("b"), true),
        (text("abc"), "icontains", text("BC"), true),
        (text("abc"), "startswith", text("ab"), true),
        (text("abc"), "endswith", text("bc"), true),
        (text("abc"), "glob", text("a*"), true),
        (text("ABC"), "iglob", text("a*"), true),
        (Value::Int(1), "eq", Value::Uint(1), true),
        (Value::Int(1), "eq", Value::Double(1.0), true),
        (Value::Double(f64::NAN), "ne", Value::Int(1), true),
        (Value::Int(1), "eq", text("1"), true),
        (Value::Int(2), "gt", text("1"), true),
        (Value::Int(1), "ne", text("x"), false),
        (ip("1.1.1.1"), "ne", ip("::1"), true),
        (ip("1.1.1.1"), "lt", ip("::1"), false),
        (Value::Int(1), "ne", ip("::1"), false),
        (text("a"), "in", list(), true),
        (text("c"), "in", list(), false),
        (list(), "in", list(), true),
        (list(), "in", text("a"), false),
        (list(), "intersects", text("a"), true),
        (Value::Any(vec![text("x"), text("a")]), "eq", text("a"), true),
        (text("a"), "ne", Value::Ends(vec![text("a"), text("b")]), false),
    ];
    for (left, op, right, expected) in rows {
        let matcher = Matcher::new(Op::named(op).unwrap(), &Right::Operand, None).unwrap();
        assert_eq!(matcher.matches(Some(&left), Some(&right)), expected, "{left:?} {op} {right:?}");
        assert!(!matcher.matches(Some(&left), None) && !matcher.matches(None, Some(&right)));
    }
}

#[test]
fn a_test_that_makes_no_sense_is_refused() {
    let rows = [
        ("in", Right::Value(lit("a")), None),
        ("eq", Right::Set(vec![]), None),
        ("in", Right::Set(vec![]), Some(Quantifier::AnyOf)),
        ("eq", Right::Value(lit("a")), Some(Quantifier::AnyOf)),
        ("eq", Right::Set(vec![Item::Range(int(1), int(2))]), Some(Quantifier::AnyOf)),
        ("regex", Right::Operand, None),
        ("pmatch", Right::Operand, None),
        ("pmatch", Right::Set(vec![one(int(1))]), None),
        ("regex", Right::Value(lit("(")), None),
        ("matches", Right::Value(bytes("ff")), None),
        ("lt", Right::Value(net("10.0.0.0/8")), None),
        ("contains", Right::Value(net("10.0.0.0/8")), None),
        ("bcontains", Right::Value(lit("4")), None),
        ("bcontains", Right::Value(lit("GET!")), None),
        ("bcontains", Right::Value(lit("")), None),
    ];
    for (op, right, quantifier) in rows {
        let error = Matcher::new(Op::named(op).unwrap(), &right, quantifier).expect_err(op);
        assert!(!error.is_empty() && !error.contains('\n'), "{error:?}");
    }
}

#[test]
fn every_operator_has_one_name() {
    for (name, op) in OPS {
        assert_eq!((Op::named(name), op.name()), (Some(*op), *name));
    }
}

const NAME_IS_CURL: &str =
    r#"{"test":{"left":{"field":"proc.name","arg":null},"op":"eq","right":{"value":{"text":"curl"}}}}"#;
const FD_IS_3: &str = r#"{"test":{"left":{"field":"fd.num"},"op":"eq","right":{"value":{"int":3}}}}"#;

#[test]
fn parts_are_joined_with_two_truth_values() {
    let curl = [("proc.name", text("curl"))];
    let rows = [
        (format!(r#"{{"and":[{NAME_IS_CURL},{FD_IS_3}]}}"#), false),
        (format!(r#"{{"or":[{NAME_IS_CURL},{FD_IS_3}]}}"#), true),
        (format!(r#"{{"xor":[{NAME_IS_CURL},{FD_IS_3}]}}"#), true),
        (format!(r#"{{"xor":[{NAME_IS_CURL},{NAME_IS_CURL}]}}"#), false),
        (format!(r#"{{"not":{FD_IS_3}}}"#), true),
        (FD_IS_3.replace("eq", "ne"), false),
        (r#"{"and":[]}"#.to_owned(), true),
        (r#"{"or":[]}"#.to_owned(), false),
        (r#"{"all":true}"#.to_owned(), true),
        (r#"{"exists":{"field":"proc.name"}}"#.to_owned(), true),
        (r#"{"exists":{"field":"fd.num"}}"#.to_owned(), false),
    ];
    for (json, expected) in rows {
        assert_eq!(holds(&json, &curl), expected, "{json}");
    }
}

#[test]
fn operands_are_worked_out_for_each_event() {
    let event = [
        ("proc.name", text("Curl")),
        ("proc.exepath", text("/usr/bin/curl")),
        ("fd.num", Value::Int(6)),
        ("fd.cip", ip("10.1.2.3")),
        ("proc.env/HOME", text("/root")),
        ("evt.buffer", Value::bytes(b"\x01\x02\x03")),
    ];
    let test =
        |left: &str, op: &str, right: &str| format!(r#"{{"test":{{"left":{left},"op":"{op}","right":{right}}}}}"#);
    let exists = |operand: &str| format!(r#"{{"exists":{operand}}}"#);
    let name = r#"{"field":"proc.name"}"#;
    let num = r#"{"field":"fd.num"}"#;
    let masked = |mask: i64| format!(r#"{{"arith":"&","left":{num},"right":{{"literal":{{"int":{mask}}}}}}}"#);
    let lower_base = r#"{"call":"tolower","args":[{"call":"basename","args":[{"field":"proc.exepath"}]}]}"#;
    let rows = [
        (test(lower_base, "eq", r#"{"value":{"text":"curl"}}"#), true),
        (
            test(
                r#"{"call":"tolower","args":[{"field":"proc.name"}]}"#,
                "eq",
                &format!(r#"{{"operand":{lower_base}}}"#),
            ),
            true,
        ),
        (test(name, "eq", &format!(r#"{{"operand":{lower_base}}}"#)), false),
        (test(r#"{"slice":{"field":"proc.name"},"ranges":[[0,2]]}"#, "eq", r#"{"value":{"text":"Cu"}}"#), true),
        (
            test(r#"{"slice":{"field":"evt.buffer"},"ranges":[[-1,null],[0,1]]}"#, "eq", r#"{"value":{"hex":"0301"}}"#),
            true,
        ),
        (test(r#"{"slice":{"field":"proc.name"},"ranges":[[0,9]]}"#, "ne", r#"{"value":{"text":"Cu"}}"#), false),
        (test(&masked(4), "eq", r#"{"value":{"int":4}}"#), true),
        (exists(&masked(4)), true),
        (exists(&masked(8)), false),
        (test(&format!(r#"{{"negate":{num}}}"#), "lt", r#"{"value":{"int":0}}"#), true),
        (test(r#"{"field":"proc.env","arg":"HOME"}"#, "eq", r#"{"value":{"text":"/root"}}"#), true),
        (test(r#"{"literal":{"int":5}}"#, "lt", &format!(r#"{{"operand":{num}}}"#)), true),
        (test(r#"{"literal":{"text":"6"}}"#, "eq", &format!(r#"{{"operand":{num}}}"#)), true),
        (test(r#"{"literal":{"net":"10.0.0.0/8"}}"#, "eq", r#"{"operand":{"field":"fd.cip"}}"#), true),
        (test(r#"{"literal":{"text":"Curly"}}"#, "contains", r#"{"operand":{"field":"proc.name"}}"#), true),
        (test(num, "eq", r#"{"operand":{"literal":{"int":6}}}"#), true),
        (exists(r#"{"call":"ip_rfc1918","args":[{"field":"fd.cip"}]}"#), true),
        (exists(r#"{"call":"ip_multicast","args":[{"field":"fd.cip"}]}"#), false),
        (exists(r#"{"call":"len","args":[{"field":"fd.name"}]}"#), false),
        (exists(r#"{"slice":{"field":"proc.name"},"ranges":[[3,1]]}"#), true),
        (exists(r#"{"slice":{"field":"proc.name"},"ranges":[[4,1]]}"#), false),
        (
            test(
                r#"{"call":"join","args":[{"literal":{"text":"-"}},{"list":[{"field":"proc.name"},{"field":"fd.num"}]}]}"#,
                "eq",
                r#"{"value":{"text":"Curl-6"}}"#,
            ),
            true,
        ),
    ];
    for (json, expected) in rows {
        assert_eq!(holds(&json, &event), expected, "{json}");
    }
}

#[test]
fn a_filter_shows_the_fields_it_reads() {
    let json = format!(
        r#"{{"and":[{NAME_IS_CURL},{{"not":{{"exists":{{"slice":{{"field":"a.b"}},"ranges":[[0,1]]}}}}}},
        {{"test":{{"left":{{"field":"c.d","arg":"2"}},"op":"eq","right":{{"operand":{{"field":"e.f"}}}}}}}}]}}"#
    );
    let filter = read(&json).unwrap();
    let mut fields = Vec::new();
    filter.visit_fields(&mut |field| fields.push(field.as_str()));
    assert_eq!(fields, ["proc.name", "a.b", "c.d/2", "e.f"]);
    let Expr::And(parts) = filter else { panic!() };
    let plain: Vec<_> = parts
        .iter()
        .map(|part| match part {
            Expr::Test(test) => test.plain_field().map(String::as_str),
            _ => None,
        })
        .collect();
    assert_eq!(plain, [Some("proc.name"), None, None]);
}

#[test]
fn what_is_wrong_is_said_in_one_line() {
    let test =
        |left: &str, op: &str, right: &str| format!(r#"{{"test":{{"left":{left},"op":"{op}","right":{right}}}}}"#);
    let field = r#"{"field":"a.b"}"#;
    let value = |literal: &str| format!(r#"{{"value":{literal}}}"#);
    let rows = [
        ("{".to_owned(), "not JSON"),
        ("{} x".to_owned(), "not JSON"),
        ("[]".to_owned(), "expression"),
        (r#"{"nand":[]}"#.to_owned(), "\"nand\""),
        (r#"{"all":false}"#.to_owned(), "\"all\""),
        (r#"{"xor":[{"all":true}]}"#.to_owned(), "\"xor\""),
        (r#"{"exists":{"field":"nosuch"}}"#.to_owned(), "\"nosuch\""),
        (r#"{"exists":{"field":"a.b","argument":"x"}}"#.to_owned(), "\"argument\""),
        (r#"{"exists":{"call":"rot13","args":[]}}"#.to_owned(), "\"rot13\""),
        (r#"{"exists":{"call":"len","args":[]}}"#.to_owned(), "\"len\""),
        (r#"{"exists":{"slice":{"field":"a.b"},"ranges":[[0,0]]}}"#.to_owned(), "[0,0]"),
        (r#"{"exists":{"slice":{"field":"a.b"},"ranges":[]}}"#.to_owned(), "range"),
        (test(field, "is", &value(r#"{"int":1}"#)), "\"is\""),
        (test(field, "regex", &value(r#"{"text":"("}"#)), "\"a.b\""),
        (test(field, "eq", &value(r#"{"int":18446744073709551616}"#)), "64 bits"),
        (test(field, "eq", &value(r#"{"int":1.5}"#)), "1.5"),
        (test(field, "eq", &value(r#"{"hex":"0"}"#)), "hex"),
        (test(field, "eq", &value(r#"{"ip":"10.0.0"}"#)), "10.0.0"),
        (test(field, "eq", &value(r#"{"net":"10.0.0.0"}"#)), "network"),
        (test(field, "eq", &value(r#"{"word":"a"}"#)), "\"word\""),
        (test(field, "eq", r#"{"set":[]}"#), "set"),
        (test(field, "in", r#"{"set":[{"from":{"int":2},"to":{"int":1}}]}"#), "backwards"),
        (r#"{"test":{"left":{"field":"a.b"},"op":"eq"}}"#.to_owned(), "\"right\""),
        (r#"{"exists":{"literal":{"net":"10.0.0.0/8"}}}"#.to_owned(), "network"),
    ];
    for (json, expected) in rows {
        let error = read(&json).expect_err(&json).to_string();
        assert!(error.contains(expected) && !error.contains('\n'), "{json}: {error}");
    }
}

#[test]
fn a_hundred_levels_are_read_and_a_bottomless_filter_is_refused() {
    let nested = |levels: usize, open: &str, close: &str| open.repeat(levels) + FD_IS_3 + &close.repeat(levels);
    assert!(read(&nested(100, r#"{"and":["#, "]}")).is_ok());
    assert!(read(&nested(100, r#"{"not":{"or":[{"xor":[{"all":true},{"and":["#, "]}]}]}}")).is_ok());
    assert!(read(&nested(100_000, r#"{"not":"#, "}")).is_err());
    assert!(read(&"[".repeat(1_000_000)).is_err());
}
