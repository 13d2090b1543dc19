"""The keys of a prompt."""

from scaptui.views.line_editor import LineEditor


def editor(text: str) -> LineEditor:
    """An editor with the cursor at the |."""
    before, _, after = text.partition("|")
    made = LineEditor(before + after)
    made.move_to(len(before))
    return made


def shows(edited: LineEditor) -> str:
    return f"{edited.text[: edited.cursor]}|{edited.text[edited.cursor :]}"


def test_kill_word_takes_what_is_before_the_cursor_up_to_a_blank() -> None:
    edited = editor("proc.name=a and fd.num=3|")
    edited.kill_word()
    assert shows(edited) == "proc.name=a and |"


def test_kill_to_start_and_yank_bring_it_back() -> None:
    edited = editor("proc.name=a| and b")
    edited.kill_to_start()
    assert shows(edited) == "| and b"
    edited.yank()
    assert shows(edited) == "proc.name=a| and b"


def test_kill_to_end_leaves_what_is_before() -> None:
    edited = editor("proc.name=a| and b")
    edited.kill_to_end()
    assert shows(edited) == "proc.name=a|"


def test_words_are_the_parts_of_a_name() -> None:
    edited = editor("proc.name=nginx|")
    edited.word_left()
    assert shows(edited) == "proc.name=|nginx"
    edited.word_left()
    assert shows(edited) == "proc.|name=nginx"
    edited.word_right()
    assert shows(edited) == "proc.name|=nginx"


def test_pasted_line_ends_become_blanks_and_controls_are_dropped() -> None:
    edited = editor("|")
    edited.insert("a\nb\x1b[31m\x9bc")
    assert edited.text == "a b[31mc"


def test_at_the_edges_nothing_happens() -> None:
    edited = editor("|ab")
    edited.delete_left()
    edited.left()
    assert shows(edited) == "|ab"
    edited.end()
    edited.delete_right()
    edited.right()
    assert shows(edited) == "ab|"
