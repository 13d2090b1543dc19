"""What programs and threads did, grouped or call by call."""

from scaptui._core import Doing, Step, doings, failures, steps_of, threads_like

__all__ = ["Doing", "Step", "doings", "failures", "steps_of", "threads_like"]
