"""Rule files: definitions, expansion, and where mistakes are told."""

from pathlib import Path
from textwrap import dedent

import pytest

from scaptui.filter.core import vocabulary
from scaptui.filter.expression import Expression
from scaptui.filter.parser import parse
from scaptui.filter.rule_source import Source
from scaptui.filter.rules import RuleSet, read_rules
from scaptui.views.rule_set import read_rule_files
from tests.filter.table import VOCABULARY, read

LARGE = Path(__file__).parents[1] / "rules" / "large.yaml"


def rules(*texts: str) -> RuleSet:
    """Rule files a.yaml, b.yaml ... over the small table."""
    sources = [
        Source(f"{name}.yaml", dedent(text)) for name, text in zip("abc", texts, strict=False)
    ]
    return read_rules(sources, VOCABULARY)


def expression(*texts: str) -> Expression:
    """The one rule of files without mistakes."""
    found = rules(*texts)
    assert not found.errors, found.errors
    (rule,) = found.rules
    return rule.expression


def told(*texts: str) -> list[str]:
    """Errors of rule files with their places."""
    return [f"{problem.place} {problem.message}" for problem in rules(*texts).errors]


def remarks(*texts: str) -> list[str]:
    return [
        f"{problem.place} {problem.message}"
        for problem in rules(*texts).problems
        if not problem.is_error
    ]


def test_lists_and_macros_are_put_in() -> None:
    found = expression(
        """
        - list: shells
          items: [bash, sh]
        - list: programs
          items: [shells, "'a b'", 22]
        - macro: started
          condition: (evt.type in (execve) and evt.dir=<)
        - rule: R
          condition: started and not proc.name in (programs, cat)
        """
    )
    wanted = "evt.type in (execve) and evt.dir=< and not proc.name in (bash, sh, 'a b', '22', cat)"
    assert found == read(wanted)


def test_a_macro_stays_together_where_it_is_put_in() -> None:
    found = expression(
        """
        - macro: either
          condition: fd.num=1 or fd.num=2
        - rule: R
          condition: not either and evt.dir=<
        """
    )
    assert found == read("not (fd.num=1 or fd.num=2) and evt.dir=<")


def test_a_macro_of_and_beside_or_needs_no_remark() -> None:
    text = """
        - macro: both
          condition: fd.num=1 and evt.dir=<
        - rule: R
          condition: both or fd.num=2
        """
    assert remarks(text) == []


def test_definitions_may_come_in_any_order_and_the_last_one_counts() -> None:
    found = expression(
        """
        - rule: R
          condition: m and proc.name in (l)
        - list: l
          items: [x]
        - macro: m
          condition: fd.num=1
        """,
        """
        - list: l
          items: [y]
        - macro: m
          condition: fd.num=2
        """,
    )
    assert found == read("fd.num=2 and proc.name in (y)")


def test_append_adds_to_lists_macros_and_rules() -> None:
    found = expression(
        """
        - list: l
          items: [a]
        - list: l
          append: true
          items: [b]
        - macro: m
          condition: fd.num=1
        - macro: m
          append: true
          condition: or fd.num=2
        - rule: R
          condition: m and proc.name in (l)
          output: "one"
        - rule: R
          append: true
          condition: and evt.dir=<
        """
    )
    assert found == read("(fd.num=1 or fd.num=2) and proc.name in (a, b) and evt.dir=<")


def test_override_says_for_each_key_what_becomes_of_it() -> None:
    found = rules(
        """
        - list: l
          items: [a]
        - rule: R
          condition: proc.name in (l)
          output: "one"
          priority: notice
        - rule: R
          override: {condition: append, output: replace, priority: replace}
          condition: and evt.dir=<
          output: "two %proc.name"
          priority: ERROR
        - list: l
          override: {items: append}
          items: [b]
        """
    )
    (rule,) = found.rules
    assert (rule.output, rule.priority) == ("two %proc.name", "Error")
    assert rule.expression == read("proc.name in (a, b) and evt.dir=<")


def test_a_rule_can_be_switched_off_and_on() -> None:
    text = """
        - rule: R
          condition: fd.num=1
        - rule: Off
          condition: fd.num=2
          enabled: false
        """
    assert [rule.name for rule in rules(text).rules] == ["R"]
    changed = """
        - rule: R
          enabled: false
        - rule: Off
          override: {enabled: replace}
          enabled: true
        """
    assert [rule.name for rule in rules(text, changed).rules] == ["Off"]


def test_exceptions_are_what_does_not_match() -> None:
    found = expression(
        """
        - list: shells
          items: [sh]
        - rule: R
          condition: evt.dir=<
          exceptions:
            - name: pairs
              fields: [proc.name, fd.name]
              comps: [=, startswith]
              values:
                - [cat, "/etc/a \\"b\\""]
                - [ls, /tmp]
            - name: single
              fields: proc.pname
              values: [x, y]
            - name: listed
              fields: [proc.name, proc.pname]
              comps: [in, in]
              values: [[[a, shells], "(b, c)"]]
            - name: empty
              fields: [proc.name]
        - rule: R
          append: true
          exceptions:
            - name: single
              values: [z]
        """
    )
    wanted = (
        'evt.dir=< and not (proc.name=cat and fd.name startswith "/etc/a \\"b\\"" '
        "or proc.name=ls and fd.name startswith /tmp) "
        "and not (proc.pname in (x) or proc.pname in (y) or proc.pname in (z)) "
        "and not (proc.name in (a, sh) and proc.pname in (b, c))"
    )
    assert found == read(wanted)


def test_mistakes_are_told_where_they_are_in_any_style_of_text() -> None:
    text = """\
        - rule: plain
          condition: evt.dir=< and
            proc.nmae=x
        - rule: folded
          condition: >
            evt.dir=< and

            proc.nmae=x
        - rule: literal
          condition: |-
            evt.dir=<
              and proc.nmae=x
        - rule: single
          condition: 'proc.name=''it'' and
            proc.nmae=x'
        - rule: double
          condition: "proc.name=\\"a\\\\\\"b\\" and \\
            proc.nmae=x"
        - rule: anchored
          condition: &here evt.dir=< and proc.nmae=x
        - rule: wide
          condition: 'proc.name=日本 and proc.nmae=x'
        - rule: ends
          condition: >
            proc.name =
        """
    missing = 'there is no field "proc.nmae"'
    assert told(text) == [
        f"a.yaml:3:5 {missing}",
        f"a.yaml:8:5 {missing}",
        f"a.yaml:12:11 {missing}",
        f"a.yaml:15:5 {missing}",
        f"a.yaml:18:5 {missing}",
        f"a.yaml:20:34 {missing}",
        f"a.yaml:22:32 {missing}",
        'a.yaml:25:16 unexpected end: a value is expected after "="',
    ]


def test_a_mistake_shows_its_line_and_a_hint() -> None:
    (problem,) = rules("- rule: R\n  condition: proc.nmae=x\n").errors
    assert problem.excerpt == "  condition: proc.nmae=x\n             ^^^^^^^^^"
    assert problem.hint.startswith("did you mean proc.name")


def test_a_mistake_in_a_macro_is_told_once_and_there() -> None:
    text = """\
        - macro: m
          condition: fd.nmu=1
        - rule: A
          condition: m and evt.dir=<
        - rule: B
          condition: not m and proc.name=1 and
            evt.type=opne
        """
    assert told(text) == [
        'a.yaml:2:14 there is no field "fd.nmu"',
        'a.yaml:7:14 there is no event or system call "opne"',
    ]


def test_a_mistake_in_an_appended_part_is_told_in_its_own_file() -> None:
    first = "- rule: R\n  condition: fd.num=1\n"
    second = "- rule: R\n  append: true\n  condition: and fd.nmu=1\n"
    assert told(first, second) == ['b.yaml:3:18 there is no field "fd.nmu"']


def test_an_item_that_does_not_suit_is_told_where_the_list_has_it() -> None:
    text = """\
        - list: ports
          items: [80, https, www-what]
        - rule: R
          condition: fd.sport in (ports)
        """
    (problem,) = rules(text).errors
    assert str(problem.place) == "a.yaml:2:22"
    assert problem.message == 'fd.sport is a port or the name of a service, not "www-what"'
    assert problem.hint == 'the list "ports" is used at a.yaml:4:27'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "- macro: m\n  condition: n\n- macro: n\n  condition: m\n",
            'a.yaml:4:14 the macro "m" uses itself',
        ),
        (
            "- list: l\n  items: [m]\n- list: m\n  items: [l]\n",
            'a.yaml:4:11 the list "l" holds itself',
        ),
        (
            "- rule: R\n  condition: m\n",
            'a.yaml:2:14 there is no macro "m", and fields have a dot in their names',
        ),
        ("- rule: R\n  condition: ''\n", "a.yaml:2:14 the condition is empty"),
        ("- rule: R\n  desc: x\n", "a.yaml:1:3 condition is missing here"),
        (
            "- rule: R\n  append: true\n  condition: fd.num=1\n",
            'a.yaml:1:9 there is no rule "R" to change',
        ),
        (
            "- list: l\n  append: true\n  items: []\n",
            'a.yaml:1:9 there is no "l" to add to',
        ),
        (
            "- rule: R\n  condition: fd.num=1\n  priority: loud\n",
            'a.yaml:3:13 there is no priority "loud"',
        ),
        (
            "- rule: R\n  condition: fd.num=1\n  output: 5% of %proc.nmae and %fd.num.\n",
            'a.yaml:3:17 there is no field "proc.nmae"',
        ),
        (
            "- rule: R\n  condition: fd.num=1\n  output: x %proc.aname[abc]\n",
            'a.yaml:3:13 "abc" is no argument of proc.aname: it has to be a number',
        ),
        (
            "- rule: R\n  condition: fd.num=1\n  output: x %evt.around[5]\n",
            "a.yaml:3:13 evt.around can be filtered by, not shown",
        ),
        (
            "- rule: R\n  condition: fd.num=1\n  output: x %fd.num[0:2]\n",
            "a.yaml:3:13 fd.num takes no argument",
        ),
        (
            "- rule: R\n  condition: fd.num=1\n  output: 100% %nosuch\n",
            'a.yaml:3:16 there is no field "nosuch"',
        ),
        (
            "- rule: R\n  condition: fd.num=1\n  exceptions: [{name: e, fields: [fd.nam]}]\n",
            'a.yaml:3:35 there is no field "fd.nam"',
        ),
        (
            "- rule: R\n  condition: fd.num=1\n  exceptions: [{name: e, fields: [fd.num], "
            "comps: [bogus], values: [[1]]}]\n",
            'a.yaml:3:52 there is no operator "bogus"',
        ),
        ("- rule: R\n  condition: [a]\n", "a.yaml:2:14 condition has to be a text"),
        ("- list: l\n  items: a\n", "a.yaml:2:10 items has to be a list"),
        ("- list: l\n  items: [[a]]\n", "a.yaml:2:11 an item of a list has to be a text"),
        ("- rul: R\n", "a.yaml:1:3 an entry has to be a rule, a macro or a list"),
        ("- 5\n", "a.yaml:1:3 an entry has to be a rule, a macro or a list"),
        ("rule: R\n", "a.yaml:1:1 a rule file is a list of rules, macros and lists"),
        (
            "- rule: R\n  condition: fd.num=1\n  override: {output: append}\n  output: x\n"
            "- rule: R\n  override: {condition: add}\n  condition: x\n",
            'a.yaml:1:9 there is no rule "R" to change',
        ),
        (
            "- rule: R\n  condition: fd.num=1\n  exceptions: [{name: e, fields: [fd.num], "
            "values: [[1, 2]]}]\n",
            'a.yaml:3:53 a row of exception "e" needs a value for each field',
        ),
    ],
)
def test_what_cannot_be_used_is_told(text: str, wanted: str) -> None:
    assert told(text)[0] == wanted


def test_what_is_no_yaml_is_told_with_its_place() -> None:
    (said,) = told("- rule: R\n  condition: [a\n- x: }\n")
    assert said.startswith("a.yaml:3:")
    assert "this is no YAML" in said


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "[" * 3000, "\x00", "- !!int x\n"])
def test_odd_files_end_in_no_defect(text: str) -> None:
    rules(text)


def test_rules_of_other_sources_are_passed_over() -> None:
    text = """\
        - macro: m
          condition: json.value=1 or fd.num=1
        - rule: Audit
          condition: nothing is looked at
          source: k8s_audit
        - rule: Uses
          condition: evt.dir=< and m
        - rule: Stays
          condition: evt.dir=<
          output: "%ka.user and %fd.num of %container.info, 100%"
        """
    found = rules(text)
    assert not found.errors
    assert found.passed_over == 2
    assert remarks(text) == [
        'a.yaml:3:3 rule "Audit" is for events of k8s_audit, not of captures: passed over',
        'a.yaml:6:3 rule "Uses" asks for json.value, which captures lack: passed over',
    ]
    (rule,) = found.rules
    assert rule.output == ("<NA> and %fd.num of %container.name (id=%container.id), 100%%")


def test_macros_that_multiply_are_refused() -> None:
    levels = [f"- macro: m{n}\n  condition: {f'm{n - 1} and ' * 9}evt.dir=<\n" for n in range(1, 9)]
    text = "- macro: m0\n  condition: fd.num=1 and fd.num=2\n" + "".join(levels)
    assert any("the macros come to more than 20,000 tests" in said for said in told(text))


def test_a_long_row_of_macros_is_refused() -> None:
    text = "".join(f"- macro: m{n}\n  condition: m{n + 1}\n" for n in range(500))
    assert any(
        "nested more than" in said for said in told(text + "- macro: m500\n  condition: fd.num=1\n")
    )


def test_a_large_rule_set_is_understood() -> None:
    found = read_rule_files([str(LARGE)])
    assert not found.errors, found.errors
    assert found.counted == (53, 19, 17)
    assert (len(found.rules), found.passed_over) == (50, 2)


def test_macros_mean_what_their_text_means() -> None:
    found = read_rule_files([str(LARGE)])
    rule = next(rule for rule in found.rules if rule.name == "Secret read")
    text = """
        evt.type in (open,openat,openat2) and evt.is_open_read=true and fd.typechar='f'
        and fd.num>=0 and (fd.name in (/etc/shadow, /etc/gshadow, /etc/sudoers, /etc/pam.conf,
        /root/.ssh/id_rsa) or fd.name glob '/home/*/.ssh/*' or fd.name endswith .pem)
        and not proc.name in (sshd, sudo, su, login, useradd, usermod, userdel, groupadd, passwd,
        chage) and not user.loginuid = 0"""
    assert rule.expression == parse(text, vocabulary()).expression


def test_what_the_core_refuses_is_told_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(
        "- macro: m\n  condition: >\n    evt.dir=< and\n    proc.name regex '('\n"
        "- rule: R\n  condition: m and proc.name exists\n"
        "- rule: S\n  condition: not m or fd.name regex '['\n"
    )
    said = [str(problem.place) for problem in read_rule_files([str(path)]).errors]
    assert said == [f"{path}:4:5", f"{path}:8:23"]
