"""What was restarted or crashed, as Markdown, as a short table, and as data for JSON."""

from datetime import tzinfo
from typing import Final

from scaptui._core import Capture
from scaptui.capture.opening import compile_filter
from scaptui.escaping import code, decoded, markdown, one_line
from scaptui.filter.core import understood
from scaptui.filter.wire import wire
from scaptui.views.crash_health import nothing_found
from scaptui.views.crash_story import before, is_sure, is_tolerated, not_causes, sequel, story
from scaptui.views.crashes import Cause, Crashes, End, Evidence, Program, Run, same
from scaptui.views.format import counted, duration, moment, table
from scaptui.views.report_source import Json, Source, span_sentence
from scaptui.views.units import seconds

# Characters of what was written, and of command lines, that a report shows; JSON has all.
_QUOTED: Final = 80
# Characters of a path in a table's cell.
_CELL: Final = 40
# Failures besides the cause that are told.
_OTHERS: Final = 4
# Runs in a table of the report for people, the last ones.
_RUNS: Final = 50


def report(
    crashes: Crashes, source: Source, filter_text: str | None, zone: tzinfo | None
) -> list[str]:
    """Markdown that reads well as it is."""
    lines = [f"# Crashes in {markdown(' '.join(source.names))}", "", span_sentence(source, zone)]
    state = f"{_verdict(crashes)}." if crashes.programs else _healthy(crashes, source)
    lines.append(state if filter_text is None else f"Filter: {code(filter_text)}. {state}")
    for program in crashes.programs:
        lines += ["", *_program(program, zone)]
    return lines


def _verdict(crashes: Crashes, ending: str = "fail") -> str:
    """How many programs restart, and how many of their runs fail."""
    restarting = sum(program.restarts > 0 for program in crashes.programs)
    once = len(crashes.programs) - restarting
    words = []
    if restarting:
        words.append(
            f"{restarting:,} {'program restarts' if restarting == 1 else 'programs restart'}"
        )
    if once:
        words.append(f"{once:,} crashed once")
    return ", ".join([*words, f"{crashes.failing:,} of {crashes.runs:,} runs {ending}"])


def _healthy(crashes: Crashes, source: Source) -> str:
    """The sentence for a capture in which nothing restarted or crashed."""
    doubt = " Events were lost, so an end may be missing." if source.dropped else ""
    said = nothing_found(crashes.looked)
    return f"{said[0].upper()}{said[1:]}.{doubt}"


def first_look(capture: Capture, crashes: Crashes, zone: tzinfo | None) -> list[str]:
    """What a capture holds in two lines, then what restarts, a line a run."""
    source = Source.of(capture)
    words = [" ".join(map(one_line, source.names))]
    if source.span is not None:
        first, last = source.span
        date, _, name = moment(first, zone)
        words += [
            f"{date} {name}",
            counted(source.events, "event"),
            f"{seconds(last - first)} s",
        ]
    ends = [End.of(row.ended) for row in capture.processes(None, None) if row.ended]
    failed = capture.count(compile_filter(wire(understood("evt.failed=true").expression)))
    facts = [
        counted(failed, "failed call"),
        f"{counted(len(ends), 'process', 'processes')} ended, "
        f"{sum(end.is_bad for end in ends):,} of them badly",
    ]
    runs = [(program, run) for program in crashes.programs for run in program.runs]
    containers = {run.container for _, run in runs} - {"host"}
    if containers:
        pods = {program.identity for program in crashes.programs if program.kind == "pod"}
        inside = f" of {counted(len(pods), 'pod')}" if pods else ""
        facts.append(f"{counted(len(containers), 'container')}{inside}")
    head = "  ".join([*words, source.state, f"drops {source.dropped:,}"])
    return [head, ", ".join(facts), "", *_short(crashes, zone)]


def _short(crashes: Crashes, zone: tzinfo | None) -> list[str]:
    """A line a run, for a first look."""
    one_way = crashes.failing and all(len(program.causes) == 1 for program in crashes.programs)
    lines = [_verdict(crashes, "end the same way" if one_way else "fail")]
    rows = [["run", "start", "life", "exit", "container", "cause"]]
    for program in crashes.programs:
        told: Cause | None = None
        for run in program.runs:
            is_same = told is not None and _brief(told) == _brief(run.cause)
            rows.append(
                [
                    str(run.number),
                    "before" if run.started is None else moment(run.started, zone)[1][:12],
                    _tight(run.life),
                    _exit_words(run),
                    one_line(run.container),
                    "same" if is_same else _brief(run.cause),
                ]
            )
            told = run.cause
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return lines + [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def as_data(crashes: Crashes, source: Source, filter_text: str | None) -> dict[str, Json]:
    """The same for JSON: times and spans in ns, texts as captured but for what is no UTF-8."""
    return {
        **source.data,
        "filter": filter_text,
        "runs": crashes.runs,
        "failing": crashes.failing,
        "programs": [_program_data(program) for program in crashes.programs],
    }


def _title(program: Program) -> str:
    """Where a program runs and how it is called; escaped, on one line."""
    words: list[str] = [program.kind]
    if program.identity:
        words.append(one_line(program.identity))
    head = " ".join(words)
    last = program.name if program.kind != "host" else program.command
    return ", ".join(filter(None, [head, _cut(last)]))


def _program(program: Program, zone: tzinfo | None) -> list[str]:
    lines = [f"## {markdown(_title(program))}", ""]
    causes = program.causes
    for cause in causes:
        which = ""
        if len(causes) > 1:
            runs = [str(r.number) for r in program.runs if r.cause and same(r.cause) == same(cause)]
            which = f" ({'run' if len(runs) == 1 else 'runs'} {', '.join(runs)})"
        lines.append(f"**Cause{which}:** {_sentence(cause)}")
    if not causes:
        lines.append("**Cause:** not looked for, no run ended.")
    lines += ["", *_runs(program, zone)]
    if program.backs_off:
        gaps = ", ".join(duration(run.gap) for run in program.runs if run.gap is not None)
        lines += ["", f"Back-off: each wait before a start is longer than the one before, {gaps}."]
    shown: list[Cause] = []
    for run in program.runs:
        if run.cause is None or any(same(run.cause) == same(cause) for cause in shown):
            continue
        shown.append(run.cause)
        of_run = f" of run {run.number}" if len(causes) > 1 else ""
        lines += ["", f"Exec chain{of_run}: {_chain(run)}"]
        for told in ([_children(run)], _evidence(run), [_not_causes(run)]):
            if any(told):
                lines += ["", *told]
    return lines


def _sentence(cause: Cause) -> str:
    """A cause as a sentence of Markdown."""
    words = cause.verb
    if cause.about:
        words += f" {code(_cut(cause.about))}"
    if cause.error:
        words += f" ({one_line(cause.error)})"
    return f"{words}; {cause.certainty}."


def _runs(program: Program, zone: tzinfo | None) -> list[str]:
    rows = [
        [
            str(run.number),
            "before" if run.started is None else moment(run.started, zone)[1][:15],
            "" if run.life is None else duration(run.life),
            "" if run.gap is None else duration(run.gap),
            "runs" if run.lives else one_line(run.end.text) or "?",
            markdown(run.container),
            f"{run.failed:,}",
        ]
        for run in program.runs[-_RUNS:]
    ]
    head = ["run", "start", "life", "gap", "exit", "container", "failed calls"]
    left_out = len(program.runs) - len(rows)
    more = [f"{counted(left_out, 'earlier run')} left out; --format json has all.", ""]
    return [*(more if left_out else []), *table(head, rows, left={1, 4, 5})]


def _chain(run: Run) -> str:
    names = [markdown(_cut(name)) for name in run.chain[:-1]]
    return ", ".join([*names, markdown(_cut(run.command))])


def _evidence(run: Run) -> list[str]:
    """What stands near the end of a run."""
    kept = story(run)
    end = run.ended if run.ended is not None else (kept[-1].ts if kept else 0)
    cells = [
        (str(each.event), before(end - each.ts), f"{_cut(each.name)} {each.pid or ''}".rstrip(),
         _told(each, run))
        for each in kept
    ]  # fmt: skip
    widths = [max((len(row[column]) for row in cells), default=0) for column in range(3)]
    return [
        f"    {event:>{widths[0]}}  {ago:>{widths[1]}}  {who:<{widths[2]}}  {what}"
        for event, ago, who, what in cells
    ]


def _children(run: Run) -> str:
    """The processes below a run, in a sentence; empty without any."""
    names = [
        markdown(_cut(each.name)) + (f" {each.pid}" if each.pid is not None else "")
        + (f" ×{each.times:,}" if each.times > 1 else "")
        for each in run.children
    ]  # fmt: skip
    return f"Children: {', '.join(names)}" if names else ""


def _not_causes(run: Run) -> str:
    """Other failures and why they did not end the run, in a sentence; empty without any."""
    others = [
        f"{one_line(each.call)}{f' {code(_cut(each.about))}' if each.about else ''} "
        f"{one_line(each.error)}, {why}"
        for each, why in not_causes(run, _OTHERS)
    ]
    if not others:
        return ""
    return f"{'Not causes' if is_sure(run) else 'Also failed'}: {'; '.join(others)}."


def _told(each: Evidence, run: Run) -> str:
    """One thing that happened, escaped, on one line."""
    about = _cut(each.about)
    match each.kind:
        case "failed":
            tail = ", tolerated" if is_tolerated(each, run) else ""
            return " ".join(filter(None, [each.call, about, "=", each.error])) + tail
        case "said":
            return f"{one_line(each.call)}: {about}"
        case "signal":
            if each.call == "signaldeliver":
                return f"{each.error} reaches {about} {each.target}"
            own = ", its own child" if each.is_own else ""
            end = sequel(each, run)
            which = "" if end is None else f", which {_ending(end)}"
            return f"{each.error} to {about} {each.target}{own}{which}"
        case "exit":
            return _ending(each)
        case _:
            return about


def _ending(each: Evidence) -> str:
    return f"ends by {each.error}" if each.error else f"exits {_cut(each.about)}"


def _brief(cause: Cause | None) -> str:
    """A cause in a cell of a table."""
    if cause is None:
        return ""
    about = one_line(cause.about[: 8 * _CELL])
    if len(about) > _CELL:
        is_path = about.startswith("/")
        about = "..." + about[3 - _CELL :] if is_path else about[: _CELL - 3] + "..."
    return " ".join(filter(None, [cause.short or cause.verb, about]))


def _exit_words(run: Run) -> str:
    if run.lives:
        return "runs"
    if run.end.signal:
        return one_line(run.end.signal)
    return "?" if run.end.status is None else f"exit {run.end.status}"


def _tight(ns: int | None) -> str:
    return "" if ns is None else duration(ns).replace(" ", "")


def _cut(captured: bytes) -> str:
    """The beginning of captured text, escaped, on one line."""
    text = one_line(captured[: 4 * _QUOTED])
    return text if len(text) <= _QUOTED else text[: _QUOTED - 3] + "..."


def _program_data(program: Program) -> dict[str, Json]:
    return {
        "kind": program.kind,
        "identity": decoded(program.identity),
        "name": decoded(program.name),
        "command": decoded(program.command),
        "restarts": program.restarts,
        "failing": program.failing,
        "back_off": program.backs_off,
        "causes": [_cause_data(cause) for cause in program.causes],
        "runs": [_run_data(run) for run in program.runs],
    }


def _run_data(run: Run) -> dict[str, Json]:
    return {
        "run": run.number,
        "start": run.started,
        "life": run.life,
        "gap": run.gap,
        "exit": run.end.status,
        "signal": run.end.signal or None,
        "lives": run.lives,
        "container": run.container,
        "failed_calls": run.failed,
        "events": run.events,
        "pid": run.pid,
        "exec_chain": [decoded(name) for name in run.chain],
        "children": [
            {"name": decoded(each.name), "pid": each.pid, "times": each.times}
            for each in run.children
        ],
        "command": decoded(run.command),
        "cause": None if run.cause is None else _cause_data(run.cause),
        "failures": [_evidence_data(each, run) for each in run.failures],
        "output": [_evidence_data(each, run) for each in run.said],
        "signals": [_evidence_data(each, run) for each in run.signals],
        "happened": [{"what": each.kind, **_evidence_data(each, run)} for each in run.happened],
        "not_causes": [
            {**_evidence_data(each, run), "why": why}
            for each, why in not_causes(run, len(run.failures))
        ]
        if is_sure(run)
        else [],
    }


def _cause_data(cause: Cause) -> dict[str, Json]:
    return {
        "rule": cause.rule,
        "what": cause.verb,
        "about": decoded(cause.about),
        "error": cause.error or None,
        "known": cause.certainty,
        "events": list(cause.events),
    }


def _evidence_data(each: Evidence, run: Run) -> dict[str, Json]:
    return {
        "event": each.event,
        "before_exit": None if run.ended is None else run.ended - each.ts,
        "process": decoded(each.name),
        "pid": each.pid,
        "call": each.call,
        "error": each.error or None,
        "about": decoded(each.about),
    }
