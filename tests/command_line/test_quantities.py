"""Sizes and times as options take them."""

from argparse import ArgumentTypeError

import pytest

from scaptui.commands.quantities import buffer, seconds


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30s", 30),
        ("0.5", 0.5),
        ("10m", 600),
        ("1h30m", 5400),
        ("1m5", 65),
        ("3500ms", 3.5),
        ("1s500ms", 1.5),
    ],
)
def test_times(text: str, value: float) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["", "m", "0", "0.5m", "0.5ms", "5 s", "ms", "1ms2"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        seconds(text)


def test_buffers_have_a_least_size() -> None:
    assert buffer("1M") == 1 << 20
    with pytest.raises(ArgumentTypeError, match="too small"):
        buffer("1023k")
