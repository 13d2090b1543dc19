"""What is said about a filter that is wrong: place, reason, and what is nearest."""

import pytest

from scaptui.errors import FilterError
from scaptui.filter.excerpt import columns, pointed
from scaptui.filter.nearest import nearest
from scaptui.filter.parser import parse
from scaptui.filter.source import Span
from tests.filter.table import VOCABULARY, read


def refused(text: str) -> FilterError:
    with pytest.raises(FilterError) as caught:
        read(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("proc.nam=foo", "proc.nam", 'there is no field "proc.nam"', "did you mean proc.name"),
        ("PROC.NAME=a", "PROC.NAME", 'there is no field "PROC.NAME"', "did you mean proc.name"),
        ("a=1", "a", 'there is no field "a"', "scaptui fields"),
        ("span.id=1", "span.id", 'there is no field "span.id"', "tracer events"),
        ("fd.num-1 == 3", "fd.num-1", 'there is no field "fd.num-1"', "a minus needs a blank"),
        ("evt.type=opne", "opne", 'no event or system call "opne"', "did you mean open"),
        ("evt.type in (open, raed)", "raed", 'no event or system call "raed"', "did you mean read"),
        ("evt.type.is.opne=1", "evt.type.is.opne", 'system call "opne"', "did you mean open"),
        ("evt.dir=in", "in", 'there is no direction "in"', "< or >"),
        ("evt.arg=3", "evt.arg", "evt.arg needs an argument", "write evt.arg[N] or evt.arg[NAME]"),
        ("proc.aname[x]=3", "proc.aname[x]", "it has to be a number", "write proc.aname[N]"),
        ("proc.env[]=3", "proc.env[]", "it is empty", "write proc.env[NAME]"),
        ("fd.cip.v5=::1", "fd.cip.v5", "it has to be v4 or v6", "write fd.cip.v4 or v6"),
        ("evt.args contains x", "evt.args", "evt.args can be shown, not filtered by", ""),
        ("evt.around[5]>3", ">", "evt.around takes = alone", "evt.around[TIME]=MILLISECONDS"),
        ("proc.name is a", "is", 'there is no operator "is"', "did you mean =?"),
        ("proc.name contain a", "contain", 'no operator "contain"', "did you mean contains"),
        ("proc.name CONTAINS a", "CONTAINS", 'no operator "CONTAINS"', "did you mean contains"),
        ("proc.name <> a", "<>", 'there is no operator "<>"', "did you mean !=?"),
        ("proc.name =~ a", "=~", 'there is no operator "=~"', "did you mean matches"),
        ("proc.name nginx", "nginx", "an operator is expected before", "= != <"),
        ("fd.num contains 3", "contains", "contains cannot be applied to fd.num", "it takes ="),
        ("evt.failed < true", "<", "< cannot be applied to evt.failed", "it takes ="),
        ("fd.types = file", "=", "fd.types has several values", "use in"),
        ("fd.num=>3", ">3", "fd.num is a whole number", "did you mean >= 3?"),
        ("proc.name=a AND fd.num=1", "AND", 'not "AND"', "did you mean and?"),
        ("NOT proc.name=a", "NOT", 'there is no "NOT"', "did you mean not?"),
        ("proc.name=a & fd.num=1", "a", "a number is expected", "needs quotes"),
        ("proc.name=a b", "b", 'the end is expected, not "b"', "text with blanks needs quotes"),
        ("proc.name=a(b.c)", "a(b.c)", 'there is no function "a"', "needs quotes"),
        ("proc.name=a=b", "a=b", "two values are compared", "needs quotes"),
        ("proc.name= and fd.num=1", "and", 'a value is expected, not "and"', 'quote it: "and"'),
        ("and fd.num=1", "and", 'a test is expected before "and"', ""),
        ("fd.num=1 or or fd.num=2", "or", 'a test is expected before "or"', ""),
        ("()", "()", "there is nothing between the brackets", ""),
        ("(fd.num=1", "(", "the bracket opened here is never closed", 'add ")"'),
        ("fd.num=1)", ")", "a bracket is closed that was never opened", ""),
        ("proc.name='abc", "'", "the quote opened here is never closed", ""),
        ("proc.aname[2=a", "[", "the square bracket opened here is never closed", ""),
        ("proc.name = “a”", "“a”", "typographic quote", "quotes are"),
        ("proc.name = (a)", "(", "a list cannot stand here", "lists follow in"),
        ("proc.name in shells", "shells", 'there is no list "shells"', "written (shells)"),
        ("shells", "shells", 'there is no macro "shells"', ""),
        ('"a" and fd.num=1', '"a"', '"a" alone is no test', "compare it with a field"),
        ("$web(80)", "$web(", "macros ($name) and field references", "write out"),
        ("fd.num == ${fd.num}", "${", "macros ($name) and field references", "write out"),
        ("@proc.name == a", "@", "raw fields (@field) are not supported", "leave the @ out"),
        ("proc.name#1 == a", "#", "layers (field#1) are not supported", ""),
        ("tolwer(fd.name)=3", "tolwer(fd.name)", 'no function "tolwer"', "did you mean tolower"),
        ("tolower(fd.num)=3", "fd.num", "tolower() takes no number", ""),
        ("tolower(proc.aname)=a", "proc.aname", "cannot be put into a function", ""),
        ("concat(proc.name)=a", "concat(proc.name)", "takes 2 or more arguments", ""),
        ("len(proc.name, fd.name)=a", "len(proc.name, fd.name)", "takes 1 argument, not 2", ""),
        ("getopt(proc.args, 'c:')[ab]=a", "getopt(proc.args, 'c:')[ab]", "one letter", "[c]"),
        ("getopt(proc.args, 'c:')=a", "=", "getopt() has several values", "use in"),
        ("proc.name = val(fd.num)", "val(fd.num)", "cannot be compared with fd.num", ""),
        ("proc.name = val(fd.types)", "val(fd.types)", "cannot be compared with another", ""),
        ("proc.name regex val(fd.name)", "val(fd.name)", "regex takes a text", ""),
        ("proc.name + 1 == 2", "proc.name", "+ takes numbers, and proc.name is text", ""),
        ("fd.num[0:1]=a", "[0:1]", "fd.num takes no argument", ""),
        ("proc.name[a:b]=a", "[a:b]", '"a:b" is no slice', "[start:length]"),
        ("proc.name[0:2][1]=a", "[1]", "a slice cannot be cut again", "[0:2,4:1]"),
        ("proc.name[4-2]=a", "[4-2]", '"4-2" is no slice', ""),
        ("fd.num in {5..1}", "5..1", "the range is empty", ""),
        ("fd.cip in {10.0.0.9..10.0.0.1}", "10.0.0.9..10.0.0.1", "the range is empty", ""),
        ("fd.num = oneof (1..5)", "1..5", "a range cannot stand here", ""),
        ("fd.cip < 10.0.0.0/8", "10.0.0.0/8", "a network is neither less nor greater", "inside"),
        (r"fd.name regex '\xff'", r"'\xff'", "a regular expression has to be valid UTF-8", ""),
        ("fd.num < oneof (1,2)", "oneof (1,2)", "oneof cannot follow <", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_pointed_at_and_explained(
    text: str, place: str, message: str, hint: str
) -> None:
    error = refused(text)
    assert message in error.message
    assert hint in error.hint
    assert text[slice(*error.span)] == place


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("proc.name=curl and", 'unexpected end: a test is expected after "and"'),
        ("proc.name=", "unexpected end: a value is expected"),
        ("proc.name in", 'unexpected end: a list in brackets is expected after "in"'),
        ("proc.name in (a,", "unexpected end: a value is expected"),
        ("proc.name in (a", "unexpected end: a comma or the end of the list is expected"),
        ("tolower(", "unexpected end: a field, a value or a function is expected"),
        ("not", 'unexpected end: a test is expected after "not"'),
    ],
)
def test_an_early_end_is_pointed_at_just_behind_the_text(text: str, message: str) -> None:
    error = refused(text + "  ")
    assert error.message == message
    assert error.span == (len(text), len(text) + 1)
    assert error.column == len(text) + 1


def test_the_caret_stands_under_the_first_wrong_character() -> None:
    assert refused("proc.name=curl and").excerpt == "proc.name=curl and\n" + " " * 18 + "^"
    assert refused("fd.num=1 or proc.nam=x").excerpt == (
        "fd.num=1 or proc.nam=x\n            ^^^^^^^^"
    )


def test_the_caret_counts_columns_of_the_terminal() -> None:
    text = "proc.name=日本 and proc.nam=3"
    shown, carets = refused(text).excerpt.split("\n")
    assert shown == text
    assert carets.index("^") == columns("proc.name=日本 and ") == len("proc.name=日本 and ") + 2


def test_control_characters_are_shown_as_pictures_and_never_sent() -> None:
    excerpt = refused("proc.name='\x1b[31m\x85\u202e'\n and proc.nam=3").excerpt
    assert excerpt.split("\n")[0] == "proc.name='␛[31m\ufffd\ufffd'␊ and proc.nam=3"


def test_a_long_filter_is_shown_around_its_mistake() -> None:
    text = " or ".join(f"fd.num={n}" for n in range(200)) + " or proc.nam=1 or fd.num=1" * 3
    shown, carets = refused(text).excerpt.split("\n")
    assert columns(shown) <= 80
    assert shown[carets.index("^") :].startswith("proc.nam=1")
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_combining_characters_take_no_column() -> None:
    assert pointed("e\u0301x!", Span(3, 4)) == "e\u0301x!\n  ^"


def test_the_nearest_name_is_the_one_with_fewest_slips() -> None:
    names = ("open", "openat", "read", "write")
    assert nearest("opne", names)[0] == "open"
    assert nearest("opnat", names)[0] == "openat"
    assert nearest("wr", names) == []
    assert nearest("wri", names) == ["write"]
    assert nearest("x" * 100, names) == []


def test_an_unknown_macro_names_the_nearest_known_one() -> None:
    with pytest.raises(FilterError) as caught:
        parse("spawnd", VOCABULARY, macros={"spawned": read("evt.type=execve")})
    assert caught.value.hint == "did you mean spawned?"


def test_macros_that_multiply_are_refused() -> None:
    macros = {"m0": read("fd.num=1 or fd.num=2")}
    for n in range(1, 20):
        text = f"(m{n - 1} and m{n - 1}) xor m{n - 1}"
        try:
            macros[f"m{n}"] = parse(text, VOCABULARY, macros=macros).expression
        except FilterError as error:
            assert "the macros come to" in error.message  # noqa: PT017
            return
    pytest.fail("nothing stopped them")
