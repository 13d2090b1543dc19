//! Nothing that a filter or a capture holds makes evaluation panic, and quick ways say what slow ones say.

use proptest::prelude::*;

use super::glob::Glob;
use super::tests::{int, lit, one, read};
use super::{Expr, Item, Matcher, Op, Right, FUNCTIONS, OPS};
use crate::value::Value;

fn arb_value() -> impl Strategy<Value = Value<'static>> {
    let single = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<u64>().prop_map(Value::Uint),
        any::<f64>().prop_map(Value::Double),
        proptest::collection::vec(any::<u8>(), 0..12).prop_map(|bytes| Value::Text(bytes.into())),
        "[a-c/*?.0-9=]{0,8}".prop_map(Value::owned_text),
        proptest::collection::vec(any::<u8>(), 0..12).prop_map(|bytes| Value::Bytes(bytes.into())),
        any::<std::net::IpAddr>().prop_map(Value::Ip),
    ];
    single.prop_recursive(2, 8, 3, |inner| {
        proptest::collection::vec(inner, 0..3).prop_flat_map(|items| {
            prop_oneof![Just(Value::List(items.clone())), Just(Value::Any(items.clone())), Just(Value::Ends(items)),]
        })
    })
}

fn arb_literal() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::json;
    prop_oneof![
        "[a-c/*?.0-9(){}\\[\\]+|^$\\\\-]{0,10}".prop_map(|text| json!({ "text": text })),
        any::<String>().prop_map(|text| json!({ "text": text })),
        "([0-9a-f]{2}){0,4}".prop_map(|hex| json!({ "hex": hex })),
        any::<i64>().prop_map(|int| json!({ "int": int })),
        any::<u64>().prop_map(|int| json!({ "int": int })),
        any::<f64>().prop_map(|double| json!({ "double": double })),
        any::<bool>().prop_map(|bool| json!({ "bool": bool })),
        any::<std::net::IpAddr>().prop_map(|ip| json!({ "ip": ip.to_string() })),
        (any::<std::net::Ipv4Addr>(), 0..40).prop_map(|(ip, prefix)| json!({ "net": format!("{ip}/{prefix}") })),
    ]
}

fn arb_operand() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::json;
    let leaf = prop_oneof![
        2 => "[a-d]".prop_map(|name| json!({ "field": name, "arg": null })),
        1 => arb_literal().prop_map(|literal| json!({ "literal": literal })),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let functions: Vec<(&str, usize)> = FUNCTIONS.iter().map(|(name, _, fewest, _)| (*name, *fewest)).collect();
        prop_oneof![
            (proptest::sample::select(functions), proptest::collection::vec(inner.clone(), 3))
                .prop_map(|((name, fewest), args)| json!({ "call": name, "args": args[..fewest] })),
            (inner.clone(), -9_i64..9, proptest::option::of(1_u64..9))
                .prop_map(|(operand, start, length)| json!({ "slice": operand, "ranges": [[start, length]] })),
            (proptest::sample::select(vec!["+", "-", "*", "/", "%", "&"]), inner.clone(), inner.clone())
                .prop_map(|(sign, left, right)| json!({ "arith": sign, "left": left, "right": right })),
            inner.clone().prop_map(|operand| json!({ "negate": operand })),
            proptest::collection::vec(inner, 0..3).prop_map(|operands| json!({ "list": operands })),
        ]
    })
}

fn arb_filter() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::json;
    let ops: Vec<&str> = OPS.iter().map(|(name, _)| *name).collect();
    let item = prop_oneof![
        3 => arb_literal(),
        1 => (arb_literal(), arb_literal()).prop_map(|(from, to)| json!({ "from": from, "to": to })),
    ];
    let right = prop_oneof![
        arb_literal().prop_map(|literal| json!({ "value": literal })),
        proptest::collection::vec(item, 0..12).prop_map(|items| json!({ "set": items })),
        arb_operand().prop_map(|operand| json!({ "operand": operand })),
    ];
    let quantifier = proptest::sample::select(vec![json!(null), json!("oneof"), json!("anyof"), json!("allof")]);
    let test = (arb_operand(), proptest::sample::select(ops), right, quantifier).prop_map(
        |(left, op, right, quantifier)| json!({ "test": { "left": left, "op": op, "right": right, "quantifier": quantifier } }),
    );
    prop_oneof![4 => test, 1 => arb_operand().prop_map(|operand| json!({ "exists": operand }))]
}

fn arb_json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value as Json;
    let keys = "and|or|xor|not|all|test|exists|left|op|right|value|set|operand|field|arg|call|args|slice|ranges|literal|text|int|from|to";
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::from),
        any::<String>().prop_map(Json::String),
        proptest::sample::select(OPS.iter().map(|(name, _)| *name).collect::<Vec<_>>()).prop_map(Json::from),
    ];
    let keys: Vec<String> = keys.split('|').map(str::to_owned).collect();
    leaf.prop_recursive(6, 40, 4, move |inner| {
        let key = proptest::sample::select(keys.clone());
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Json::Array),
            proptest::collection::vec((key, inner), 0..4)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn no_filter_and_no_event_makes_it_panic(filter in arb_filter(), values in proptest::collection::vec(proptest::option::of(arb_value()), 4)) {
        match read(&filter.to_string()) {
            Ok(filter) => {
                let get = |name: &String| values.get(usize::from(name.as_bytes()[0] - b'a'))?.clone();
                let opposite = Expr::Not(Box::new(filter.clone()));
                prop_assert_eq!(opposite.matches(&get), !filter.matches(&get));
            }
            Err(error) => prop_assert!(!error.to_string().contains('\n')),
        }
    }

    #[test]
    fn no_json_makes_it_panic(json in arb_json()) {
        let _ = read(&json.to_string());
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = read(&text);
    }

    #[test]
    fn a_set_holds_exactly_what_equals_one_of_its_literals(
        numbers in proptest::collection::vec(-20_i64..20, 0..12), value in -25_i64..25,
        words in proptest::collection::vec("[ab]{0,4}", 0..14), word in "[ab]{0,4}",
    ) {
        let items: Vec<Item> = numbers.iter().map(|n| one(int(i128::from(*n)))).collect();
        let matcher = Matcher::new(Op::In, &Right::Set(items), None).unwrap();
        prop_assert_eq!(matcher.matches(Some(&Value::Int(value)), None), numbers.contains(&value));
        let items: Vec<Item> = words.iter().map(|word| one(lit(word))).collect();
        let matcher = Matcher::new(Op::In, &Right::Set(items), None).unwrap();
        prop_assert_eq!(matcher.matches_text(word.as_bytes()), words.contains(&word));
    }

    #[test]
    fn a_glob_says_what_the_regular_expression_of_the_same_meaning_says(
        pattern in "[ab*?é]{0,8}", text in "[abé]{0,8}",
    ) {
        let glob = Glob::new(pattern.as_bytes(), false).unwrap();
        let same = regex::Regex::new(&format!("^{}$", pattern.replace('?', ".").replace('*', ".*"))).unwrap();
        prop_assert_eq!(glob.matches(text.as_bytes()), same.is_match(&text));
    }

    #[test]
    fn a_search_without_case_is_a_search_in_lower_case(needle in "[aA.bB]{0,4}", text in "[aA.bB]{0,9}") {
        let matcher = Matcher::new(Op::ContainsAnyCase, &Right::Value(lit(&needle)), None).unwrap();
        prop_assert_eq!(matcher.matches_text(text.as_bytes()), text.to_lowercase().contains(&needle.to_lowercase()));
    }
}
