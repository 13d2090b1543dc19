"""Values on the screen become clauses of a filter."""

import pytest

from scaptui.views.clauses import How, clause, extended
from tests.filter.table import VOCABULARY


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("proc.name", b"nginx", "proc.name=nginx"),
        ("fd.name", b"10.0.0.1:44604->10.0.0.3:80", "fd.name=10.0.0.1:44604->10.0.0.3:80"),
        ("proc.name", b"a b", 'proc.name="a b"'),
        ("proc.name", b"", 'proc.name=""'),
        ("proc.name", b"and", 'proc.name="and"'),
        ("proc.name", b"x) or (fd.num=1", 'proc.name="x) or (fd.num=1"'),
        ("proc.name", b'"', r'proc.name="\""'),
        ("proc.name", b"\xff\x1b", r'proc.name="\xff\x1b"'),
        ("fd.num", b"3", "fd.num=3"),
        ("evt.failed", b"true", "evt.failed=true"),
        ("fd.name", None, "not fd.name exists"),
    ],
)
def test_quotes_are_written_where_they_are_needed(
    field: str, value: bytes | None, text: str
) -> None:
    assert clause(field, value, VOCABULARY) == text


@pytest.mark.parametrize(
    ("text", "how", "result"),
    [
        ("", "and", "fd.num=3"),
        ("", "and not", "not fd.num=3"),
        ("proc.name=a", "and", "proc.name=a and fd.num=3"),
        ("proc.name=a", "and not", "proc.name=a and not fd.num=3"),
        ("proc.name=a", "or", "proc.name=a or fd.num=3"),
        ("proc.name=a", "replace", "fd.num=3"),
        ("proc.name=a or proc.name=b", "and", "(proc.name=a or proc.name=b) and fd.num=3"),
        ("proc.name=a and evt.failed=true", "or", "(proc.name=a and evt.failed=true) or fd.num=3"),
        ("proc.name=a and fd.num=3", "and", "proc.name=a and fd.num=3"),
        ("proc.name=a or fd.num=3", "or", "proc.name=a or fd.num=3"),
        ("proc.name=", "and", "fd.num=3"),
    ],
)
def test_a_clause_joins_the_filter_as_a_whole(text: str, how: How, result: str) -> None:
    assert extended(text, "fd.num=3", how, VOCABULARY) == result


def test_absent_negated_is_present() -> None:
    added = clause("fd.name", None, VOCABULARY)
    assert extended("proc.name=a", added, "and not", VOCABULARY) == (
        "proc.name=a and fd.name exists"
    )
