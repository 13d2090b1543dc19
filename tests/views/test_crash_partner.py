"""With which run another one is compared."""

from scaptui.views.crash_partner import named_run, partner
from scaptui.views.crashes import Cause, End, Program, Run


def run(number: int, *, status: int | None = 1, cause: str = "a", lives: bool = False) -> Run:
    return Run(
        number=number,
        pid=100 + number,
        started=number * 1000,
        ended=None if lives else number * 1000 + 500,
        gap=None,
        end=End(status=None if lives else status),
        lives=lives,
        container="host",
        events=1,
        failed=0,
        cause=None if lives else Cause(rule=cause, verb="cannot open", about=cause.encode()),
    )


def program(*runs: Run) -> Program:
    return Program(kind="host", identity=b"", name=b"", command=b"app", runs=runs)


def test_a_run_that_lives_comes_before_one_that_ended_well() -> None:
    runs = run(1), run(2, status=0), run(3, lives=True)
    assert partner(program(*runs), runs[0]) is runs[2]
    assert partner(program(*runs[:2]), runs[0]) is runs[1]


def test_another_cause_comes_before_the_same_and_a_near_run_before_a_far_one() -> None:
    runs = run(1), run(2), run(3), run(4, cause="b")
    assert partner(program(*runs), runs[0]) is runs[3]
    assert partner(program(*runs[:3]), runs[2]) is runs[1]


def test_a_single_run_has_none() -> None:
    only = run(1)
    assert partner(program(only), only) is None


def test_a_run_is_named_with_its_end_and_selected_by_its_time() -> None:
    assert named_run(run(1)) == (
        "run 1 exit 1",
        "(proc.pid=101 or proc.apid=101) and evt.rawtime>=1000 and evt.rawtime<=1500",
    )
    name, text = named_run(run(2, lives=True))
    assert name == "run 2 which lives"
    assert text.endswith("evt.rawtime>=2000")
