"""The page of colour rules: their order, and what each is about."""

from collections.abc import Sequence

from scaptui.errors import Refused
from scaptui.views.cells import Line, Piece, Role, fit_end, fit_line, glimpse, line_width, pad_right
from scaptui.views.colour_rules import LONGEST_NAME, MOST, ROLES, Rule, compiled, sign

_NAME = 16
_ROLE = 8


class ColourPage:
    """Rules in their order with a cursor; every change is one of the list alone."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = list(rules)
        self.cursor = 0
        self.top = 0

    @property
    def current(self) -> Rule | None:
        """The rule under the cursor."""
        return self.rules[self.cursor] if self.rules else None

    def move(self, by: int) -> None:
        """Go so many rules on, or back."""
        self.cursor = max(0, min(self.cursor + by, len(self.rules) - 1))

    def shift(self, by: int) -> None:
        """Put the rule further down, or up: the first that selects an event colours it."""
        to = self.cursor + by
        if self.rules and 0 <= to < len(self.rules):
            self.rules.insert(to, self.rules.pop(self.cursor))
            self.cursor = to

    def toggle(self) -> None:
        """Switch the rule on, or off."""
        if self.rules:
            rule = self.rules[self.cursor]
            self.rules[self.cursor] = rule._replace(is_on=not rule.is_on)

    def next_role(self) -> None:
        """Give the rule the next look."""
        if self.rules:
            rule = self.rules[self.cursor]
            role: Role = ROLES[(ROLES.index(rule.role) + 1) % len(ROLES)]
            self.rules[self.cursor] = rule._replace(role=role)

    def name(self, name: str) -> None:
        """Call the rule something else.

        Raises:
            Refused: that is no name.
        """
        name = " ".join(name.split())
        if not name or len(name) > LONGEST_NAME:
            raise Refused(f"a name has 1 to {LONGEST_NAME} characters")
        if self.rules:
            self.rules[self.cursor] = self.rules[self.cursor]._replace(name=name)

    def filter(self, text: str) -> None:
        """Give the rule another filter.

        Raises:
            Refused: it cannot be understood.
        """
        if self.rules:
            rule = self.rules[self.cursor]._replace(text=text)
            compiled(rule)
            self.rules[self.cursor] = rule

    def add(self, text: str) -> None:
        """Put a rule with this filter before the one under the cursor.

        Raises:
            Refused: it cannot be understood, or there are as many as there may be.
        """
        if len(self.rules) >= MOST:
            raise Refused(f"there are {MOST} rules, one a letter")
        rule = Rule("new rule", text, "accent")
        compiled(rule)
        self.rules.insert(self.cursor, rule)

    def remove(self) -> None:
        """Take the rule away."""
        if self.rules:
            del self.rules[self.cursor]
            self.move(0)

    def lines(self, width: int, height: int) -> tuple[list[Line], int | None]:
        """Heading and rows for a size, and which of them the cursor is on."""
        head = f"     {pad_right('RULE', _NAME)} {pad_right('LOOK', _ROLE)} ON  FILTER"
        lines: list[Line] = [fit_line((Piece(head, "heading", bold=True),), width)]
        if not self.rules:
            return [*lines, (Piece(" no rules, A adds one", "muted"),)], None
        rows = max(1, height - 1)
        if not self.top <= self.cursor < self.top + rows:
            self.top = max(0, self.cursor - rows + 1)
        for place, rule in enumerate(self.rules[self.top : self.top + rows], self.top):
            left: Line = (
                Piece(">" if place == self.cursor else " ", "accent"),
                Piece(f" {sign(place)}  ", rule.role),
                Piece(pad_right(glimpse(rule.name), _NAME) + " ", rule.role),
                Piece(f"{pad_right(rule.role, _ROLE)} {'yes' if rule.is_on else 'no ':3} "),
            )
            room = max(0, width - line_width(left) - 1)
            text = Piece(fit_end(glimpse(rule.text), room), "text" if rule.is_on else "muted")
            lines.append(fit_line((*left, text), width))
        return lines, 1 + self.cursor - self.top
