"""What programs and threads did, grouped or call by call."""

from scaptui._core import (
    Doing,
    Step,
    doings,
    failures,
    steps_of,
    steps_of_each,
    threads_like,
)

__all__ = ["Doing", "Step", "doings", "failures", "steps_of", "steps_of_each", "threads_like"]
