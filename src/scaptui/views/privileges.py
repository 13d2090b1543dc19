"""Whether the helper may do what it must, in one line of the diagnosis."""

import os
from typing import Final, Literal

from scaptui.capture.helper import CAP_BPF, CAP_DAC_READ_SEARCH, CAP_PERFMON, CAP_SYS_PTRACE
from scaptui.capture.host import Host
from scaptui.views import doctor_mends as mends
from scaptui.views.doctor_mends import Mend

Found = tuple[Literal["yes", "no", "unknown"], str, Mend | None]

_NAMES: Final = {
    CAP_BPF: "CAP_BPF",
    CAP_PERFMON: "CAP_PERFMON",
    CAP_SYS_PTRACE: "CAP_SYS_PTRACE",
    CAP_DAC_READ_SEARCH: "CAP_DAC_READ_SEARCH",
}


def privileges(host: Host) -> Found:
    """Verdict, what was found, and how to mend it."""
    answers = host.helper.answers if host.helper else None
    if answers is None:
        return "unknown", "not tried, it takes the helper below", None
    who = f"uid {host.uid}"
    capabilities = answers.capabilities
    if not mends.may_capture(capabilities):
        needed = (CAP_BPF, CAP_PERFMON)
        lacking = [bit for bit in needed if not mends.has(capabilities, bit)]
        state = "has none" if len(lacking) == len(needed) else f"lacks {_named(lacking)}"
        mend = mends.CONTAINER if host.own_pids and host.uid == 0 else mends.gain_privileges(host)
        return "no", f"needs {_named(needed)}; {who} {state}", mend
    if answers.program is not None and not answers.program.worked:
        if host.own_users:
            found = f"{who} is not a user of the host: it is in a user namespace"
            return "no", found, mends.USERS
        if host.lockdown == "confidentiality":
            return "unknown", "they are there, and lockdown keeps them from counting", None
        why = os.strerror(answers.program.errno).lower()
        found = f"{who} has them, and yet the kernel refuses the program: {why}"
        return "no", found, mends.CONTAINER if host.own_pids else mends.FORBIDDEN
    useful = (CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH)
    lacking = [bit for bit in useful if not mends.has(capabilities, bit)]
    if lacking:
        found = f"enough, but without {_named(lacking)} files of others stay unnamed"
        return "yes", found, None
    from_file = host.helper is not None and host.helper.capabilities and host.uid != 0
    source = "carried by the helper" if from_file else f"{who} has them"
    return "yes", f"CAP_BPF and CAP_PERFMON, {source}", None


def _named(bits: tuple[int, ...] | list[int]) -> str:
    return " and ".join(_NAMES[bit] for bit in bits)
