"""proc.env and proc.aenv: environments."""

from tests.core.asking import column, lines, numbers, opened
from tests.core.building import Building


def test_a_variable_has_its_value(building: Building) -> None:
    building.process(7, env=["HOME=/root", "PATH=/bin"])
    building.exit(7, "close", res=0, fd=3)
    assert column(opened(building.close()), "proc.env[HOME]") == ["/root"]


def test_a_missing_variable_is_empty_text_not_absent(building: Building) -> None:
    building.process(7, env=["HOME=/root"])
    building.exit(7, "close", res=0, fd=3)
    capture = opened(building.close())
    assert column(capture, "proc.env[PATH]") == [""]
    assert numbers(capture, "proc.env[PATH] exists and proc.env[PATH] != x") == [1]


def test_blanks_around_a_value_are_left_out(building: Building) -> None:
    building.process(7, env=["GREETING=  good day  "])
    building.exit(7, "close", res=0, fd=3)
    assert column(opened(building.close()), "proc.env[GREETING]") == ["good day"]


def test_a_variable_is_found_by_its_whole_name(building: Building) -> None:
    building.process(7, env=["HOMEPAGE=no", "XHOME=no", "HOME=yes"])
    building.exit(7, "close", res=0, fd=3)
    assert column(opened(building.close()), "proc.env[HOME]") == ["yes"]


def test_a_value_may_hold_equals_signs(building: Building) -> None:
    building.process(7, env=["OPTIONS=a=1 b=2"])
    building.exit(7, "close", res=0, fd=3)
    assert column(opened(building.close()), "proc.env[OPTIONS]") == ["a=1 b=2"]


def test_without_a_name_it_is_the_whole_environment(building: Building) -> None:
    building.process(7, env=["A=1", "B=two words"])
    building.exit(7, "close", res=0, fd=3)
    assert column(opened(building.close()), "proc.env") == ["A=1 B=two words"]


def test_a_thread_has_the_environment_of_its_main_thread(building: Building) -> None:
    building.process(7, env=["ROLE=main"])
    building.thread(8, pid=7, env=["ROLE=own"])
    building.exit(8, "close", res=0, fd=3)
    assert column(opened(building.close()), "proc.env[ROLE]") == ["main"]


def test_a_new_program_has_the_environment_it_was_given(building: Building) -> None:
    building.process(7, env=["STAGE=before"])
    building.exit(7, "close", res=0, fd=3)
    building.exit(7, "execve", res=0, exe="sh", comm="sh", tid=7, pid=7, env=["STAGE=after"])
    assert column(opened(building.close()), "proc.env[STAGE]") == ["before", "after"]


def test_a_child_inherits_the_environment(building: Building) -> None:
    building.process(7, env=["STAGE=parent"])
    building.clone(7, 8)
    building.exit(8, "close", res=0, fd=3)
    capture = opened(building.close())
    assert column(capture, "proc.env[STAGE]", "evt.type=close") == ["parent"]


def test_a_variable_is_compared_in_filters(building: Building) -> None:
    building.process(7, env=["COLOUR=red"])
    building.process(9, env=["COLOUR=blue"])
    for tid in (7, 9):
        building.exit(tid, "close", res=0, fd=3)
    capture = opened(building.close())
    assert numbers(capture, "proc.env[COLOUR] = blue") == [2]
    assert numbers(capture, 'proc.env contains "COLOUR=red"') == [1]


def test_an_ancestors_variable_comes_from_the_nearest_that_has_it(building: Building) -> None:
    building.process(5, "init", ptid=0, env=["ROLE=far", "ONLY=here"])
    building.process(6, "sh", ptid=5, env=["ROLE=near"])
    building.process(7, "cat", ptid=6, env=["ROLE=own"])
    building.exit(7, "close", res=0, fd=3)
    capture = opened(building.close())
    assert lines(capture, "%proc.aenv[ROLE] %proc.aenv[ONLY]") == ["near here"]


def test_an_ancestors_environment_is_found_by_its_distance(building: Building) -> None:
    building.process(6, "sh", env=["A=1", "B=2"])
    building.process(7, "cat", ptid=6, env=["C=3"])
    building.exit(7, "close", res=0, fd=3)
    capture = opened(building.close())
    assert lines(capture, "%proc.aenv[0]|%proc.aenv[1]") == ["C=3|A=1 B=2"]
