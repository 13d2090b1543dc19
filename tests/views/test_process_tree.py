from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaptui.views.process_frame import nowhere
from scaptui.views.process_rows import SORTS
from scaptui.views.process_snapshot import Snapshot, Whose
from scaptui.views.process_tree import ProcessTreeModel
from tests.views.trees import at, crash_loop, drawn, model_of, names, pids, process, snapshot


def test_the_dead_are_folded_and_what_lives_is_open() -> None:
    assert names(model_of(crash_loop())) == [
        "▾ bash loop.sh",
        "├─▸ job +3",
        "├─▸ 3 more, exit 0",
        "└─▾ job",
        "  └─ cat",
    ]


def test_a_fold_adds_up_what_it_hides() -> None:
    model = model_of(crash_loop())
    row = model.rows[pids(model).index(2)]
    sums = model.sums(row)
    assert (sums.events, sums.failed, sums.read_bytes, sums.descendants) == (40, 4, 4_000, 3)


def test_an_open_row_has_its_own_numbers() -> None:
    model = model_of(crash_loop())
    assert model.sums(model.rows[0]).events == 10


def test_a_dead_subtree_opens_whole() -> None:
    model = model_of(crash_loop())
    at(model, 2)
    model.unfold()
    assert names(model)[1:5] == ["├─▾ job", "│ ├─ cat", "│ └─▾ nginx", "│   └─ nginx"]


def test_two_runs_of_a_program_are_not_yet_many() -> None:
    tree = snapshot(
        (0, process(1, "sh")), *((1, process(pid, "sleep", "exit 0")) for pid in (2, 3))
    )
    assert pids(model_of(tree)) == [1, 2, 3]


def test_what_ended_badly_is_never_among_the_quiet() -> None:
    tree = snapshot(
        (0, process(1, "sh")),
        *((1, process(pid, "sleep", "exit 0")) for pid in (2, 3, 4)),
        (1, process(5, "sleep", "exit 1")),
        (1, process(6, "sleep", "signal 9 SIGKILL")),
    )
    assert pids(model_of(tree)) == [1, 0, 5, 6]


def test_the_quiet_stand_where_the_last_of_them_would() -> None:
    assert pids(model_of(crash_loop())) == [1, 2, 0, 9, 10]


def test_unfolding_the_quiet_goes_to_the_first_of_them() -> None:
    model = model_of(crash_loop())
    at(model, 0)
    model.unfold()
    assert pids(model) == [1, 2, 6, 7, 8, 9, 10]
    assert model.process is not None
    assert model.process.pid == 6


def test_the_event_s_own_process_is_not_among_the_quiet() -> None:
    tree = snapshot(
        (0, process(1, "sh")),
        *((1, process(pid, "sleep", "exit 0")) for pid in (2, 3, 4, 5)),
        actor=3,
    )
    assert pids(model_of(tree)) == [1, 3, 0]


def test_the_cursor_starts_on_the_event_s_process_whatever_died_around_it() -> None:
    model = model_of(crash_loop(alive=False))
    assert model.process is not None
    assert model.process.pid == 10


def test_all_open_and_folded_again() -> None:
    model = model_of(crash_loop())
    model.toggle_all()
    assert pids(model) == list(range(1, 11))
    model.toggle_all()
    assert pids(model) == [1, 2, 0, 9, 10]


def test_folding_a_leaf_goes_to_its_parent() -> None:
    model = model_of(crash_loop())
    model.fold()
    assert model.process is not None
    assert model.process.pid == 9


def test_folding_what_the_cursor_is_under_brings_it_to_the_fold() -> None:
    model = model_of(crash_loop())
    model.go_to_parent()
    model.go_to_parent()
    model.fold()
    assert names(model) == ["▸ bash loop.sh +9"]
    assert model.cursor == 0


def test_the_cursor_stays_on_its_process_at_another_moment() -> None:
    model = model_of(crash_loop())
    at(model, 9)
    model.show(crash_loop(alive=False))
    assert model.process is not None
    assert model.process.pid == 9


def test_the_cursor_follows_the_event_s_process_when_asked_to() -> None:
    model = model_of(crash_loop())
    at(model, 1)
    model.follows = True
    model.show(crash_loop(alive=False))
    assert model.process is not None
    assert model.process.pid == 10


def test_a_process_not_born_yet_leaves_the_cursor_in_the_list() -> None:
    model = model_of(crash_loop())
    model.show(snapshot((0, process(1, "bash loop.sh")), actor=1))
    assert model.cursor == 0


def test_hiding_the_ended_keeps_those_whose_children_live() -> None:
    tree = snapshot(
        (0, process(1, "sh", "exit 0")),
        (1, process(2, "daemon")),
        (1, process(3, "cat", "exit 1")),
    )
    model = model_of(tree)
    model.toggle_ended()
    assert pids(model) == [1, 2]


def test_a_folded_process_is_found_with_its_ancestors_opened() -> None:
    model = model_of(crash_loop())
    model.go_to_process(4)
    assert model.process is not None
    assert model.process.pid == 5


def test_a_process_among_the_quiet_is_found() -> None:
    model = model_of(crash_loop())
    model.go_to_process(6)
    assert model.process is not None
    assert model.process.pid == 7


def test_same_millisecond_siblings_stand_by_pid() -> None:
    tree = snapshot(
        (0, process(1, "sh")),
        (1, process(8, "b", started=5_000_900)),
        (1, process(7, "a", started=5_000_950)),
    )
    assert pids(model_of(tree)) == [1, 7, 8]


def test_every_order_keeps_children_below_their_parents() -> None:
    model = model_of(crash_loop())
    model.toggle_all()
    for _ in SORTS:
        model.next_sort()
        rows = model.rows
        for row in rows:
            parent = model.snapshot.processes[row.position].parent
            above = None if row.parent is None else rows[row.parent].position
            assert above == parent


def test_siblings_are_sorted_by_what_is_below_them_too() -> None:
    model = model_of(crash_loop())
    model.next_sort()
    assert model.sort.name == "events"
    assert pids(model)[1] == 2


def test_flat_is_one_list_of_every_process() -> None:
    model = model_of(crash_loop())
    model.toggle_flat()
    assert sorted(pids(model)) == list(range(1, 11))
    assert "├" not in "".join(names(model))


def test_the_scope_is_the_process_and_all_below_it() -> None:
    assert model_of(crash_loop()).scope_clause() == "proc.pid=10 or proc.apid=10"


def test_tagged_processes_are_the_scope_wherever_the_cursor_is() -> None:
    model = model_of(crash_loop())
    for pid in (9, 2):
        at(model, pid)
        model.toggle_tag()
    at(model, 1)
    assert model.scope_clause() == ("proc.pid=2 or proc.apid=2 or proc.pid=9 or proc.apid=9")
    assert [line[1] for line in drawn(model)] == [" ", "●", " ", "●", " "]


def test_a_line_of_several_has_no_scope() -> None:
    model = model_of(crash_loop())
    at(model, 0)
    assert model.scope_clause() == ""


def test_for_an_event_of_nobody_in_the_tree_the_cursor_is_nowhere() -> None:
    tree = snapshot((0, process(1, "init")), (1, process(2, "job")))
    model = model_of(replace(tree, missing=Whose(25_888, is_stray=True)))
    assert (model.row, model.scope_clause()) == (None, "")
    assert not any(line.startswith(">") for line in drawn(model))
    assert nowhere(model.snapshot) == "thread 25888 of event 7 belongs to no known process"
    model.toggle_flat()
    assert model.row is None
    model.move(1)
    assert model.process is not None
    assert model.process.pid == 1


def test_a_cursor_that_follows_is_nowhere_while_nobody_in_the_tree_does_anything() -> None:
    tree = snapshot((0, process(1, "init")), (1, process(2, "job")), actor=2)
    model = model_of(tree)
    stray = replace(tree, actor=None, missing=Whose(3, is_stray=False), chosen=True)
    model.show(stray)
    assert model.process is not None
    model.follows = True
    model.show(stray)
    assert model.row is None
    assert (
        nowhere(model.snapshot) == "process 3 of event 7 has no selected events: 0 drops the filter"
    )
    assert model.find("init", 1) == "found"


def test_the_list_scrolls_by_a_third_at_its_edge() -> None:
    tree = snapshot(*((0, process(pid, "p")) for pid in range(1, 41)))
    model = model_of(tree, height=12)
    model.go_to(12)
    assert model.top == 4
    model.go_to(3)
    assert model.top == 0


def test_an_empty_tree_takes_every_key() -> None:
    model = model_of(Snapshot(()))
    for key in _KEYS:
        key(model)
    assert model.row is None


def test_a_chain_of_thousands_is_drawn_without_recursion() -> None:
    tree = snapshot(*((depth, process(depth + 1, "sh")) for depth in range(5_000)))
    lines = drawn(model_of(tree))
    assert len(lines) == 5_000
    assert lines[-1][10:31].rstrip() == "… " + "  " * 4 + "└─ sh"


_KEYS: list[Callable[[ProcessTreeModel], None]] = [
    lambda model: model.move(1),
    lambda model: model.move(-3),
    ProcessTreeModel.fold,
    ProcessTreeModel.unfold,
    ProcessTreeModel.toggle_fold,
    ProcessTreeModel.toggle_all,
    ProcessTreeModel.toggle_tag,
    ProcessTreeModel.next_sort,
    ProcessTreeModel.toggle_flat,
    ProcessTreeModel.toggle_ended,
    ProcessTreeModel.go_to_parent,
]
_ENDS = ["", "exit 0", "exit 1", "signal 11 SIGSEGV", "gone"]


@st.composite
def _trees(draw: st.DrawFn) -> Snapshot:
    lines, depth = [], -1
    for pid in range(1, draw(st.integers(1, 30))):
        depth = draw(st.integers(0, depth + 1))
        name = draw(st.sampled_from(["sh", "sleep", "cat"]))
        lines.append((depth, process(pid, name, draw(st.sampled_from(_ENDS)))))
    actor = draw(st.sampled_from([None, *range(1, len(lines) + 1)]))
    return snapshot(*lines, actor=actor)


@given(_trees(), st.lists(st.sampled_from(_KEYS), max_size=12))
def test_no_process_is_lost_whatever_is_pressed(
    tree: Snapshot, keys: list[Callable[[ProcessTreeModel], None]]
) -> None:
    model = model_of(tree, height=5)
    for key in keys:
        key(model)
    told: set[int] = set()
    for row in model.rows:
        told.update(row.quiet or (row.position,))
        if row.fold == "folded" and not row.quiet:
            told.update(_below(tree, row.position))
    hidden = set(range(len(tree.processes))) - told
    assert all(model.ended_hidden and tree.processes[place].ended for place in hidden)
    assert 0 <= model.cursor < max(1, len(model.rows))
    assert model.top <= model.cursor < model.top + 5


def _below(tree: Snapshot, position: int) -> set[int]:
    return {
        place
        for place in range(len(tree.processes))
        if place != position and position in _ancestors(tree, place)
    }


def _ancestors(tree: Snapshot, place: int) -> set[int]:
    found: set[int] = set()
    at_place: int | None = place
    while at_place is not None:
        found.add(at_place)
        at_place = tree.processes[at_place].parent
    return found


@pytest.mark.parametrize("alive", [True, False])
def test_what_is_shown_of_a_moment_depends_on_nothing_before(alive: bool) -> None:
    fresh = model_of(crash_loop(alive=alive))
    moved = model_of(crash_loop(alive=not alive))
    moved.show(crash_loop(alive=alive))
    assert pids(moved) == pids(fresh)


# One user, and searches


def of_users() -> ProcessTreeModel:
    """A shell of root's with children of root's and of Ann's, one of hers below one of root's."""
    return model_of(
        snapshot(
            (0, process(1, "init", user=b"root")),
            (1, process(2, "sshd", user=b"root")),
            (2, process(3, "bash", user=b"ann")),
            (1, process(4, "cron", user=b"root")),
            (1, process(5, "vim", "exit 0", user=b"ann")),
        )
    )


def test_one_user_s_processes_stand_below_their_ancestors() -> None:
    model = of_users()
    at(model, 3)
    model.toggle_user()
    assert pids(model) == [1, 2, 3, 5]
    assert [each.pid for each in model.of_user()] == [3, 5]
    model.toggle_user()
    assert pids(model) == [1, 2, 3, 4, 5]


def test_in_a_list_one_user_s_processes_stand_alone() -> None:
    model = of_users()
    at(model, 3)
    model.toggle_user()
    model.toggle_flat()
    assert pids(model) == [3, 5]


@pytest.mark.parametrize(
    ("text", "pid"), [("CRON", 4), ("ann", 3), ("5", 5), ("exit 0", 5), ("ssh", 2)]
)
def test_a_search_looks_at_every_cell_of_a_row(text: str, pid: int) -> None:
    model = of_users()
    assert model.find(text, 1) == "found"
    assert model.process is not None
    assert model.process.pid == pid


def test_a_search_opens_folds_and_lines_of_the_quiet() -> None:
    model = model_of(crash_loop())
    assert (model.find("nginx", 1), model.process and model.process.pid) == ("wrapped", 4)
    assert (model.find("nginx", 1), model.process and model.process.pid) == ("found", 5)
    assert (model.find("sleep", 1), model.process and model.process.pid) == ("found", 6)
    assert (model.find("sleep", -1), model.process and model.process.pid) == ("wrapped", 8)


def test_a_search_finds_nothing_that_is_hidden() -> None:
    model = of_users()
    at(model, 4)
    model.toggle_user()
    assert model.find("vim", 1) == ""
    assert model.find("vim", -1) == ""
