"""What pages say where the filter leaves them nothing to show."""

# Every such page binds it.
DROPS = "0 drops the filter"


def none_among(said: str, filter_text: str) -> str:
    """That there is nothing, and where a filter chose the events, among which and what helps."""
    if not filter_text:
        return said
    return f"{said} among the events that the filter selects: {DROPS}"
