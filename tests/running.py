"""Running the installed program as a user does."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

SCAPTUI = Path(sys.executable).with_name("scaptui")
PROBE = Path(sys.executable).with_name("scaptui-probe")


@dataclass(frozen=True, slots=True)
class Result:
    """What a run answered."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Run(Protocol):
    """Runs `scaptui` with words; standard output and error are pipes, the zone is UTC."""

    def __call__(
        self, *words: str | Path, stdin: bytes = b"", env: dict[str, str] | None = None
    ) -> Result: ...


def run_program(
    *words: str | Path,
    stdin: bytes = b"",
    env: dict[str, str] | None = None,
    program: Path = SCAPTUI,
) -> Result:
    done = subprocess.run(
        [str(program), *map(str, words)],
        input=stdin,
        capture_output=True,
        env={**os.environ, "TZ": "UTC", **(env or {})},
        timeout=50,
        check=False,
    )
    return Result(
        done.returncode,
        done.stdout.decode("utf-8", "surrogateescape"),
        done.stderr.decode("utf-8", "surrogateescape"),
    )
