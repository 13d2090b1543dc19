"""What filters of both dialects mean."""

import pytest

from scaptui.filter.expression import (
    All,
    And,
    Arith,
    Call,
    Check,
    Exists,
    Integer,
    Negate,
    Not,
    Or,
    Range,
    Set,
    Slice,
    Text,
    Xor,
    clauses,
    conjuncts,
)
from scaptui.filter.parser import parse
from tests.filter.table import VOCABULARY, field, read

NAME = field("proc.name")
NUM = field("fd.num")


def named(name: str) -> Check:
    return Check(NAME, "eq", Text(name.encode()))


def numbered(operator: str, number: int) -> Check:
    return Check(NUM, operator, Integer(number))


@pytest.mark.parametrize(
    ("sysdig", "wireshark"),
    [
        ("proc.name=nginx", 'proc.name == "nginx"'),
        ("proc.name=nginx and evt.type=open", 'proc.name == "nginx" && evt.type == "open"'),
        ("evt.failed=true and not fd.num<3", "evt.failed == True && !(fd.num lt 3)"),
        ("proc.name in (a, b)", 'proc.name in {"a", "b"}'),
        ("not proc.name in (a, b)", 'proc.name not in {"a" "b"}'),
        ("fd.name exists", "fd.name"),
        ("not fd.name exists", "!fd.name"),
        ("fd.num>=0 or fd.num!=7", "fd.num ge 0 || fd.num ne 7"),
        ("fd.num<=0x10", "fd.num le 16"),
        ("tolower(proc.name)=x", 'lower(proc.name) == "x"'),
        ("proc.aname[2]=x", 'proc.aname.2 == "x"'),
        ("evt.arg[0]=x", 'evt.arg.0 == "x"'),
        ("evt.num>3", "frame.number > 3"),
        ("k8s.ns.name=x", 'falco.k8s.ns.name == "x"'),
        ("proc.name=val(proc.pname)", "proc.name == proc.pname"),
        ("evt.reltime>1500000000", "frame.time_relative > 1.5"),
        ("evt.buffer bcontains 474554", "evt.buffer bcontains 47:45:54"),
    ],
)
def test_both_dialects_mean_the_same(sysdig: str, wireshark: str) -> None:
    assert read(sysdig) == read(wireshark)


@pytest.mark.parametrize(
    ("spellings", "operator"),
    [
        (("=", "==", " eq ", " any_eq "), "eq"),
        (("!=", " ne ", " all_ne "), "ne"),
        (("<", " lt "), "lt"),
        (("<=", " le "), "le"),
        ((">", " gt "), "gt"),
        ((">=", " ge "), "ge"),
        (("===", " all_eq "), "all_eq"),
        (("!==", " any_ne "), "any_ne"),
    ],
)
def test_every_spelling_of_a_comparison_is_read(spellings: tuple[str, ...], operator: str) -> None:
    for spelling in spellings:
        assert read(f"fd.num{spelling}5") == numbered(operator, 5)


@pytest.mark.parametrize(
    "operator",
    ["contains", "icontains", "startswith", "endswith", "glob", "iglob", "regex", "matches"],
)
def test_operators_of_text_are_read_as_they_are_called(operator: str) -> None:
    assert read(f"fd.name {operator} /etc/*") == Check(field("fd.name"), operator, Text(b"/etc/*"))


def test_a_tilde_matches() -> None:
    assert read('fd.name ~ "x"') == read('fd.name matches "x"')


def test_and_binds_tighter_than_xor_and_that_tighter_than_or() -> None:
    a, b, c, d = map(named, "abcd")
    text = "proc.name=a or proc.name=b xor proc.name=c and proc.name=d"
    assert read(text) == Or((a, Xor((b, And((c, d))))))


def test_brackets_change_what_binds() -> None:
    a, b, c = map(named, "abc")
    assert read("(proc.name=a or proc.name=b) and proc.name=c") == And((Or((a, b)), c))


def test_not_takes_one_test_and_two_cancel_out() -> None:
    assert read("not proc.name=a and proc.name=b") == And((Not(named("a")), named("b")))
    assert read("not (not proc.name=a)") == named("a")
    assert read("!!fd.name") == read("fd.name")


def test_rows_of_equal_connectives_become_flat() -> None:
    a, b, c = map(named, "abc")
    assert read("proc.name=a and (proc.name=b and proc.name=c)") == And((a, b, c))
    assert read("proc.name=a ^^ proc.name=b xor proc.name=c") == Xor((a, b, c))


@pytest.mark.parametrize("text", ["", "  \t\n "])
def test_an_empty_filter_selects_everything(text: str) -> None:
    assert read(text) == All()


def test_a_direction_needs_no_quotes() -> None:
    assert read("evt.dir=<") == read('evt.dir == "<"')
    assert read("evt.dir=> and fd.num=1") == And((read('evt.dir=">"'), numbered("eq", 1)))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("proc.cmdline contains -c", b"-c"),
        ("fd.name=1.2.3.4:44604->1.2.3.5:80", b"1.2.3.4:44604->1.2.3.5:80"),
        ("proc.cmdline contains O_RDONLY|O_CLOEXEC", b"O_RDONLY|O_CLOEXEC"),
        ("proc.cmdline contains a&b", b"a&b"),
        ("proc.cmdline contains cu*[ab]?", b"cu*[ab]?"),
        ("proc.name=and", b"and"),
        ("proc.name=oneof", b"oneof"),
        ("proc.name=007", b"007"),
        ("proc.name='a \"b\" c'", b'a "b" c'),
        ('proc.name=""', b""),
        ("proc.name=日本", "日本".encode()),
    ],
)
def test_text_without_quotes_goes_up_to_a_blank(text: str, value: bytes) -> None:
    test = read(text)
    assert isinstance(test, Check)
    assert test.right == Text(value)


def test_symbols_of_connectives_end_a_word() -> None:
    assert read("fd.num==3&&fd.num<5||fd.num>7") == Or(
        (And((numbered("eq", 3), numbered("lt", 5))), numbered("gt", 7))
    )


def test_chained_comparisons_hold_all_together() -> None:
    expected = And((numbered("gt", 1), numbered("lt", 5)))
    assert read("1 < fd.num < 5") == expected
    assert read("1<fd.num<5") == expected
    assert read("fd.num == fd.num == 3") == And((Check(NUM, "eq", NUM), numbered("eq", 3)))


def test_a_value_on_the_left_turns_the_operator_round() -> None:
    assert read("3 <= fd.num") == numbered("ge", 3)
    assert read('"nginx" == proc.name') == named("nginx")
    assert read('"nginx" contains proc.name') == Check(Text(b"nginx"), "contains", NAME)


def test_sets_hold_ranges_in_both_brackets() -> None:
    expected = Check(NUM, "in", Set((Range(Integer(1), Integer(5)), Integer(7))))
    for text in ("fd.num in {1..5, 7}", "fd.num in {1 .. 5 7}", "fd.num in (1..5, 7)"):
        assert read(text) == expected


def test_two_dots_in_round_brackets_are_text_for_text() -> None:
    assert read("proc.name in (1..5)") == Check(NAME, "in", Set((Text(b"1..5"),)))
    assert read('proc.name in {"a".."f"}') == Check(
        NAME, "in", Set((Range(Text(b"a"), Text(b"f")),))
    )


def test_a_list_may_be_empty() -> None:
    assert read("proc.name in ()") == Check(NAME, "in", Set(()))


@pytest.mark.parametrize("quantifier", ["oneof", "anyof", "allof"])
def test_a_quantifier_asks_of_a_list(quantifier: str) -> None:
    test = read(f"proc.name contains {quantifier} (a, b)")
    assert test == Check(NAME, "contains", Set((Text(b"a"), Text(b"b"))), quantifier)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("slice_", "ranges"),
    [
        ("[0:2]", ((0, 2),)),
        ("[3]", ((3, 1),)),
        ("[2-4]", ((2, 3),)),
        ("[:4]", ((0, 4),)),
        ("[1:]", ((1, None),)),
        ("[-3:2]", ((-3, 2),)),
        ("[-4--2]", ((-4, 3),)),
        ("[0:1, 3-4, 6:]", ((0, 1), (3, 2), (6, None))),
    ],
)
def test_slices_are_starts_and_lengths(
    slice_: str, ranges: tuple[tuple[int, int | None], ...]
) -> None:
    assert read(f"proc.name{slice_} == x") == Check(Slice(NAME, ranges), "eq", Text(b"x"))


def test_brackets_of_a_field_with_argument_hold_the_argument_first() -> None:
    inner = field("proc.aname", "2")
    assert read("proc.aname[2] exists") == Exists(inner)
    assert read("proc.aname[2][0:2] exists") == Exists(Slice(inner, ((0, 2),)))
    assert read("proc.env[HOME] exists") == Exists(field("proc.env", "HOME"))
    assert read("proc.args[0:2] exists") == Exists(Slice(field("proc.args"), ((0, 2),)))


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("evt.arg.fd", "evt.arg", "fd"),
        ("evt.arg[fd]", "evt.arg", "fd"),
        ("evt.rawarg.res", "evt.rawarg", "res"),
        ("thread.cgroup.cpu", "thread.cgroup", "cpu"),
        ("evt.type.is.open", "evt.type.is", "open"),
        ("evt.abspath.src", "evt.abspath", "src"),
        ("container.label[com.docker/x]", "container.label", "com.docker/x"),
        ('container.label["a b"]', "container.label", "a b"),
        ("container.label.a-b.c", "container.label", "a-b.c"),
        ("container.label[/a[0-9]*]", "container.label", "/a[0-9]*"),
        ("evt.around[1506127469900617765]", "evt.around", "1506127469900617765"),
        ("proc.aname[002]", "proc.aname", "2"),
        ("fd.cip.v4", "fd.cip", "v4"),
        ("fd.cip.name", "fd.cip.name", None),
    ],
)
def test_arguments_are_read(text: str, name: str, argument: str | None) -> None:
    assert read(f"{text} exists") == Exists(field(name, argument))


def test_arithmetic_follows_the_usual_order() -> None:
    one, two = Integer(1), Integer(2)
    assert read("fd.num + 1 * 2 == 3") == Check(
        Arith("+", NUM, Arith("*", one, two)), "eq", Integer(3)
    )
    assert read("{fd.num + 1} * 2 == 3") == Check(
        Arith("*", Arith("+", NUM, one), two), "eq", Integer(3)
    )
    assert read("evt.buflen == fd.num - 1") == Check(
        field("evt.buflen"), "eq", Arith("-", NUM, one)
    )
    assert read("-fd.num == 3") == Check(Negate(NUM), "eq", Integer(3))


def test_a_mask_alone_asks_for_any_of_its_bits() -> None:
    assert read("fd.num & 3") == Check(Arith("&", NUM, Integer(3)), "ne", Integer(0))


def test_a_function_that_is_true_or_false_may_stand_alone() -> None:
    assert read("ip_rfc1918(fd.cip)") == read("ip_rfc1918(fd.cip) == true")


def test_functions_nest() -> None:
    inner = Call("basename", (field("proc.exepath"),))
    assert read("tolower(basename(proc.exepath)) = x") == Check(
        Call("tolower", (inner,)), "eq", Text(b"x")
    )


def test_join_takes_its_list_apart_and_getopt_its_option_in() -> None:
    assert read('join(",", (proc.name, proc.pname)) = x') == Check(
        Call("join", (Text(b","), NAME, field("proc.pname"))), "eq", Text(b"x")
    )
    assert read('getopt(proc.args, "c:")[c] = x') == Check(
        Call("getopt", (field("proc.args"), Text(b"c:"), Text(b"c"))), "eq", Text(b"x")
    )


def test_all_and_any_ask_every_occurrence_or_one() -> None:
    aname = field("proc.aname")
    assert read("all proc.aname == x") == Check(aname, "all_eq", Text(b"x"))
    assert read("any proc.aname != x") == Check(aname, "any_ne", Text(b"x"))
    assert read("any proc.aname contains x") == read("proc.aname contains x")
    apid = field("proc.apid")
    assert read("all proc.apid < 5") == And((Exists(apid), Not(Check(apid, "ge", Integer(5)))))


def test_macros_and_lists_stand_for_what_they_were_given() -> None:
    parsed = parse(
        "spawned and proc.name in (shells, x) or proc.name in shells",
        VOCABULARY,
        lists={"shells": ["bash", "zsh"]},
        macros={"spawned": read("evt.type=execve")},
    )
    assert parsed.expression == read(
        "(evt.type=execve and proc.name in (bash, zsh, x)) or proc.name in (bash, zsh)"
    )


def test_clauses_come_from_left_to_right_with_their_places() -> None:
    text = "proc.name=a and not (fd.num>3 or fd.name exists)"
    found = clauses(read(text))
    assert [text[slice(*clause.span)] for clause in found] == [
        "proc.name=a", "fd.num>3", "fd.name exists",
    ]  # fmt: skip
    assert [clause.is_negated for clause in found] == [False, True, True]


def test_conjuncts_are_the_parts_that_all_must_hold() -> None:
    text = "proc.name=a && !(fd.num==3 && fd.num==4) && (fd.num==1 || fd.num==2)"
    assert [text[slice(*part.span)] for part in conjuncts(read(text))] == [
        "proc.name=a", "!(fd.num==3 && fd.num==4)", "fd.num==1 || fd.num==2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("proc.name=a and fd.num=1 or fd.num=2", '"and" binds tighter than "or"'),
        ("evt.failed", "evt.failed alone asks whether there is a value, be it false"),
        ("evt.category=fiel", 'evt.category is not known to ever be "fiel"'),
        ("evt.arg.flag=x", 'no event has a parameter "flag"'),
        ("evt.buffer contains 12:30", "12:30 is read as 2 bytes"),
    ],
)
def test_what_may_be_misunderstood_is_remarked(text: str, message: str) -> None:
    assert [note.message for note in parse(text, VOCABULARY).notes] == [message]


def test_brackets_make_the_order_clear() -> None:
    assert parse("(proc.name=a and fd.num=1) or fd.num=2", VOCABULARY).notes == ()
