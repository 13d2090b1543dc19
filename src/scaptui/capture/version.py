"""The program's version, which is the core's."""

from scaptui._core import version

__all__ = ["version"]
