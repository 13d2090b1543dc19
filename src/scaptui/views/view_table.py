"""The views there are. Adding one is adding an entry to its family."""

from typing import Final

from scaptui.views.view_columns import Key, View
from scaptui.views.views_in_order import IN_ORDER
from scaptui.views.views_of_calls import CALLS
from scaptui.views.views_of_owners import OWNERS
from scaptui.views.views_of_state import STATE
from scaptui.views.views_of_targets import TARGETS

VIEWS: Final = (
    *OWNERS,
    *TARGETS,
    *CALLS,
    *IN_ORDER,
    *STATE,
    View(
        "latency",
        "How long do calls take, over time?",
        "one per step of time, a count per step of latency",
        (Key("time", "evt.rawtime", "time"),),
        (),
        ("time",),
        filter="evt.dir=<",
        source="latency",
        pane=8,
    ),
)
