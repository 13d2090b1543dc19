"""Whether this host can capture: a line for each requirement, and the commands that mend it.

Made from facts alone (`capture.host`), so that every outcome can be looked at on any machine.
"""

import os
import re
import textwrap
from dataclasses import dataclass
from typing import Any, Final, Literal

from scaptui.capture.host import Host
from scaptui.escaping import one_line
from scaptui.views import doctor_mends as mends
from scaptui.views.doctor_mends import Mend
from scaptui.views.privileges import privileges

Verdict = Literal["yes", "no", "unknown", "optional"]

# The first kernel with ring buffers, CAP_BPF and all else that is used.
OLDEST_KERNEL: Final = (5, 8)
# Buffers do not count as locked memory since then.
_UNLOCKED_SINCE: Final = (5, 11)
MACHINES: Final = ("x86_64", "aarch64")
BUFFER_BYTES: Final = 8 << 20

_SIGNS: Final[dict[Verdict, str]] = {"yes": "yes", "no": "NO", "unknown": "?", "optional": "--"}
_VALUE: Final = 24
_NAME: Final = 7
# Narrower than this, what was found stands below its name.
_NARROW: Final = 60


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing a capture needs.

    Attributes:
        name: What it is called.
        verdict: yes, no, unknown (could not be tried) or optional (missing, and not needed).
        found: What was found and what is needed, in one line.
        mend: How to mend it; None when there is nothing to mend.
    """

    name: str
    verdict: Verdict
    found: str
    mend: Mend | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All requirements in the order they are told."""

    requirements: tuple[Requirement, ...]
    warning: Mend | None = None

    @property
    def ready(self) -> bool:
        """Whether nothing that is needed is missing."""
        return not self.missing

    @property
    def needed(self) -> tuple[Requirement, ...]:
        """Those a capture cannot do without."""
        return tuple(r for r in self.requirements if r.name != "containers")

    @property
    def missing(self) -> tuple[Requirement, ...]:
        """Those that are not met."""
        return tuple(r for r in self.requirements if r.verdict == "no")

    @property
    def mends(self) -> tuple[Mend, ...]:
        """How to mend what is missing, and what to be careful about."""
        found = [requirement.mend for requirement in self.missing] + [self.warning]
        return tuple(dict.fromkeys(mend for mend in found if mend is not None))

    def as_json(self) -> dict[str, Any]:
        """Plain data: `ready`, `requirements` with what was found, `mends` with commands."""
        return {
            "ready": self.ready,
            "requirements": [
                {"name": r.name, "verdict": r.verdict, "found": r.found} for r in self.requirements
            ],
            "mends": [
                {"text": mend.before, "commands": list(mend.commands), "note": mend.after}
                for mend in self.mends
            ],
        }


def diagnose(host: Host) -> Diagnosis:
    """Hold the facts against what a capture needs."""
    requirements = [
        _kernel(host),
        _btf(host),
        _ring_buffer(host),
        Requirement("privileges", *privileges(host)),
        _lockdown(host),
        _tracepoints(host),
        _memory(host),
        _helper(host),
    ]
    if host.own_pids:
        found = "process ids in here are not the host's"
        requirements.append(Requirement("container", "no", found, mends.CONTAINER))
    requirements.append(_containers(host))
    return Diagnosis(tuple(requirements), mends.careful(host.helper) if host.helper else None)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text, and what role it has."""

    text: str
    role: Literal["plain", "missing", "command"] = "plain"


def lines(diagnosis: Diagnosis, width: int | None = None) -> list[Line]:
    """The text as lines; `width` in cells of a terminal, None when it is none."""
    told = [*_wrapped(_sentence(diagnosis), width), _BLANK]
    for requirement in diagnosis.requirements:
        told.extend(_row(requirement, width))
    for mend in diagnosis.mends:
        told += [_BLANK, *_wrapped(mend.before, width)]
        if mend.commands:
            parts = [part for command in mend.commands for part in command.split("\n")]
            told += [_BLANK, *(Line("    " + one_line(part), "command") for part in parts)]
        if mend.after:
            told += [_BLANK, *_wrapped(mend.after, width)]
    if not diagnosis.ready:
        if told[-1].role == "command":
            told.append(_BLANK)
        told += _wrapped("Reading capture files needs none of this:  scaptui open FILE", width)
    return told


_BLANK: Final = Line("")


def _sentence(diagnosis: Diagnosis) -> str:
    total, missing = len(diagnosis.needed), len(diagnosis.missing)
    if not missing:
        return f"This host can capture: all {total} requirements are met."
    verb = "is" if missing == 1 else "are"
    return f"Cannot capture on this host yet: {missing} of {total} requirements {verb} missing."


def _row(requirement: Requirement, width: int | None) -> list[Line]:
    head = f"  {_SIGNS[requirement.verdict]:3}  {requirement.name}"
    found = one_line(requirement.found)
    if width is None or len(found) + _VALUE < width:
        texts = [f"{head:{_VALUE}}{found}"]
    elif width <= _NARROW:
        texts = [head, *(" " * _NAME + part for part in textwrap.wrap(found, width - _NAME - 1))]
    else:
        parts = textwrap.wrap(found, width - _VALUE - 1)
        heads = [f"{head:{_VALUE}}", *(" " * _VALUE for _ in parts[1:])]
        texts = [start + part for start, part in zip(heads, parts, strict=True)]
    first = Line(texts[0], "missing" if requirement.verdict == "no" else "plain")
    return [first, *map(Line, texts[1:])]


def _wrapped(text: str, width: int | None) -> list[Line]:
    return [Line(part) for part in textwrap.wrap(one_line(text), min(width or 80, 80) - 1)]


def version_of(release: str) -> tuple[int, int]:
    """Major and minor of a kernel's release; (0, 0) when it has none."""
    found = re.match(r"(\d+)\.(\d+)", release)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _kernel(host: Host) -> Requirement:
    oldest = ".".join(map(str, OLDEST_KERNEL))
    found = f"{host.release} {host.machine}, at least {oldest} is needed"
    if host.machine not in MACHINES:
        found = f"{host.release} {host.machine}, only {' and '.join(MACHINES)} are known"
        return Requirement("kernel", "no", found, mends.MACHINE)
    if version_of(host.release) < OLDEST_KERNEL:
        return Requirement("kernel", "no", found, mends.KERNEL)
    return Requirement("kernel", "yes", found)


def _btf(host: Host) -> Requirement:
    if not host.btf_bytes:
        return Requirement("BTF", "no", "/sys/kernel/btf/vmlinux is not there", mends.BTF)
    return Requirement("BTF", "yes", f"/sys/kernel/btf/vmlinux, {host.btf_bytes / 1e6:.1f} MB")


def _ring_buffer(host: Host) -> Requirement:
    answers = host.helper.answers if host.helper else None
    tried = answers.ring_buffer if answers else None
    if tried and tried.worked:
        return Requirement("ring buffer", "yes", "BPF_MAP_TYPE_RINGBUF works")
    if tried is None or tried.errno in mends.REFUSALS:
        why = "it takes the privileges" if tried else "it takes the helper"
        return Requirement("ring buffer", "unknown", f"not tried, {why} below")
    found = f"BPF_MAP_TYPE_RINGBUF: {os.strerror(tried.errno).lower()}"
    return Requirement("ring buffer", "no", found, mends.BPF)


def _lockdown(host: Host) -> Requirement:
    if host.lockdown == "confidentiality":
        found = "confidentiality: programs may not read the kernel's memory"
        return Requirement("lockdown", "no", found, mends.LOCKDOWN)
    suffix = ", which allows it" if host.lockdown != "none" else ""
    return Requirement("lockdown", "yes", host.lockdown + suffix)


def _tracepoints(host: Host) -> Requirement:
    name = "raw_syscalls/sys_exit"
    answers = host.helper.answers if host.helper else None
    tried = answers.tracepoint if answers else None
    if (tried and tried.worked) or (tried is None and host.tracepoint):
        return Requirement("tracepoints", "yes", f"{name} is there")
    if tried is None and host.tracepoint is None:
        return Requirement("tracepoints", "unknown", f"{name} could not be looked for")
    why = os.strerror(tried.errno).lower() if tried else "is not in the kernel"
    return Requirement(
        "tracepoints", "no", f"{name}: {why}" if tried else f"{name} {why}", mends.TRACEPOINTS
    )


def _memory(host: Host) -> Requirement:
    wanted = host.cpus * BUFFER_BYTES
    plural = "1 buffer" if host.cpus == 1 else f"{host.cpus} buffers"
    found = f"{wanted >> 20} MB for {plural}"
    capabilities = mends.capabilities_of(host)
    if (
        version_of(host.release) < _UNLOCKED_SINCE
        and host.locked_bytes is not None
        and host.locked_bytes < wanted
        and not mends.has_resource(capabilities)
    ):
        found += f", {host.locked_bytes >> 10} kB may be locked; kernels before 5.11 lock them"
        return Requirement("memory", "no", found, mends.LOCKED)
    if host.free_bytes is None:
        return Requirement("memory", "unknown", f"{found}, what is free is not known")
    found += f", {_amount(host.free_bytes)} free"
    if host.free_bytes < wanted:
        return Requirement("memory", "no", found, mends.MEMORY)
    return Requirement("memory", "yes", found)


def _amount(count: int) -> str:
    return f"{count / (1 << 30):.1f} GB" if count >= 1 << 30 else f"{count >> 20} MB"


def _helper(host: Host) -> Requirement:
    helper = host.helper
    if helper is None:
        found = "scaptui-probe is neither beside scaptui nor on the search path"
        return Requirement("helper", "no", found, mends.HELPER)
    if helper.answers is None:
        owned = f"{helper.owner}:{helper.group} {helper.mode:04o}"
        found = f"{helper.path} ({owned}) does not run: {helper.why_not}"
        return Requirement("helper", "no", found, mends.helper_does_not_run(host, helper))
    if helper.answers.version != host.version:
        found = f"scaptui-probe {helper.answers.version}, the viewer is {host.version}"
        return Requirement("helper", "no", f"{found} ({helper.path})", mends.HELPER)
    found = f"scaptui-probe {host.version}, same version as the viewer"
    return Requirement("helper", "yes", found)


def _containers(host: Host) -> Requirement:
    runtime = host.runtime
    if runtime is None:
        found = "no runtime socket: ids without names (optional)"
        return Requirement("containers", "optional", found)
    if not runtime.usable:
        found = f"{runtime.socket} is not for uid {host.uid}: ids without names (optional)"
        return Requirement("containers", "optional", found)
    return Requirement("containers", "yes", f"{runtime.name} at {runtime.socket}")
