"""Rule files as Falco has them: from YAML to lists, macros and rules as they stand in the end.

A later definition takes the place of an earlier one, or adds to it: `append: true` adds, `override`
says for each key whether it does. Conditions are not looked at here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeVar, cast

import yaml

from scaptui.filter.nearest import did_you_mean
from scaptui.filter.rule_source import Joined, Place, Source, Written, written

_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

PRIORITIES: Final = (
    "Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug",
)  # fmt: skip
_TRUE: Final = frozenset(("true", "yes", "on"))
_KINDS: Final = ("rule", "macro", "list")
# What says which versions of Falco and of its plugins a file is for.
_REQUIREMENTS: Final = ("required_engine_version", "required_plugin_versions")

How = Literal["replace", "append"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place of a rule file, or worth a remark when it is no error."""

    place: Place
    message: str
    hint: str = ""
    excerpt: str = ""
    is_error: bool = True


@dataclass(slots=True)
class ListOf:
    """A named list, its items as written."""

    name: str
    items: list[Written]


@dataclass(slots=True)
class Macro:
    """A named condition."""

    name: str
    condition: Joined


@dataclass(slots=True)
class Excepted:
    """One exception of a rule: when the fields compare with one of the rows, it does not match.

    A field alone is compared with all values of a row at once, as `in` does.
    """

    name: str
    fields: list[Written]
    comparisons: list[Written]
    values: list[yaml.Node]
    is_single: bool
    source: Source
    place: yaml.Node


@dataclass(slots=True)
class Draft:
    """A rule as written."""

    name: str
    place: Place
    condition: Joined | None = None
    output: Joined | None = None
    priority: str = ""
    enabled: bool = True
    event_source: str = "syscall"
    exceptions: list[Excepted] = field(default_factory=list)


@dataclass(slots=True)
class Definitions:
    """What all files together define, in the order of first definition, and what is wrong."""

    lists: dict[str, ListOf] = field(default_factory=dict)
    macros: dict[str, Macro] = field(default_factory=dict)
    rules: dict[str, Draft] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def definitions(sources: Sequence[Source]) -> Definitions:
    """Read the files in order."""
    found = Definitions()
    for source in sources:
        _Reader(source, found).read()
    return found


_Known = TypeVar("_Known", ListOf, Macro)


class _Wrong(Exception):
    """An entry cannot be used. Caught where the next one is read."""

    def __init__(self, node: yaml.Node, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.node = node
        self.message = message
        self.hint = hint


class _Reader:
    """Reads one file into definitions."""

    def __init__(self, source: Source, found: Definitions) -> None:
        self.source = source
        self.found = found

    def read(self) -> None:
        try:
            documents = list(yaml.compose_all(self.source.text, Loader=_Loader))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = mark.index if mark else 0
            self._tell(at, at + 1, f"this is no YAML: {error.problem or error.context}")
            return
        except (yaml.YAMLError, RecursionError) as error:
            reason = str(error).splitlines()[0] if str(error) else "it is nested too deeply"
            self._tell(0, 1, f"this is no YAML: {reason}")
            return
        for document in documents:
            if isinstance(document, yaml.SequenceNode):
                for entry in document.value:
                    self._entry(entry)
            elif document.tag != "tag:yaml.org,2002:null":
                self._report(document, "a rule file is a list of rules, macros and lists")

    def _entry(self, node: yaml.Node) -> None:
        try:
            keys = self._keys(node)
            kind = next((kind for kind in _KINDS if kind in keys), "")
            if kind:
                name = self._text(keys[kind], f"the name of a {kind}").strip()
                {"list": self._list, "macro": self._macro, "rule": self._rule}[kind](
                    name, keys, node
                )
            elif ignored := [key for key in _REQUIREMENTS if key in keys]:
                message = f"{ignored[0]} is not looked at: rules are for captures here"
                self._report(node, message, is_error=False)
            else:
                hint = did_you_mean(next(iter(keys), ""), (*_KINDS, *_REQUIREMENTS))
                message = "an entry has to be a rule, a macro or a list"
                raise _Wrong(node, message, hint or "it begins with - rule: NAME for example")
        except _Wrong as wrong:
            self._report(wrong.node, wrong.message, wrong.hint)

    def _list(self, name: str, keys: Mapping[str, yaml.Node], node: yaml.Node) -> None:
        how = self._how("items", keys)
        given = self._sequence(self._needed("items", keys, node), "items")
        items = [self._written(item, "an item of a list") for item in given]
        before = self._before(self.found.lists, name, how, keys["list"])
        self.found.lists[name] = ListOf(name, [*(before.items if before else ()), *items])

    def _macro(self, name: str, keys: Mapping[str, yaml.Node], node: yaml.Node) -> None:
        how = self._how("condition", keys)
        condition = self._written(self._needed("condition", keys, node), "condition")
        before = self._before(self.found.macros, name, how, keys["macro"])
        parts = (*(before.condition.parts if before else ()), condition)
        self.found.macros[name] = Macro(name, Joined(parts))

    def _rule(self, name: str, keys: Mapping[str, yaml.Node], node: yaml.Node) -> None:
        changes = "override" in keys or self._is_true(keys.get("append"))
        # A rule of which nothing is said but whether it is enabled is switched on or off.
        toggles = "condition" not in keys and "enabled" in keys and name in self.found.rules
        if changes or toggles:
            draft = self.found.rules.get(name)
            if draft is None:
                raise _Wrong(keys["rule"], f'there is no rule "{name}" to change', self._near(name))
        else:
            self._needed("condition", keys, node)
            draft = Draft(name, self.source.place(node.start_mark.index))
        self._fill(draft, keys)
        self.found.rules[name] = draft

    def _fill(self, draft: Draft, keys: Mapping[str, yaml.Node]) -> None:
        for key in ("condition", "output"):
            if key in keys:
                before: Joined | None = getattr(draft, key)
                parts = before.parts if before and self._how(key, keys) == "append" else ()
                setattr(draft, key, Joined((*parts, self._written(keys[key], key))))
        if "priority" in keys:
            draft.priority = self._priority(keys["priority"])
        if "enabled" in keys:
            draft.enabled = self._is_true(keys["enabled"])
        if "source" in keys:
            draft.event_source = self._text(keys["source"], "source")
        if "exceptions" in keys:
            added = [
                self._exception(item) for item in self._sequence(keys["exceptions"], "exceptions")
            ]
            before_them = draft.exceptions if self._how("exceptions", keys) == "append" else []
            draft.exceptions = _merged(before_them, added)

    def _exception(self, node: yaml.Node) -> Excepted:
        keys = self._keys(node)
        name = self._text(self._needed("name", keys, node), "the name of an exception")
        given = keys.get("fields")
        is_single = isinstance(given, yaml.ScalarNode)
        fields = self._texts(given, "fields")
        comparisons = self._texts(keys.get("comps"), "comps")
        usual = "in" if is_single else "="
        comparisons = comparisons or [name.instead(usual) for name in fields]
        if len(comparisons) != len(fields):
            message = f"{len(fields)} fields need {len(fields)} comparisons, not {len(comparisons)}"
            raise _Wrong(keys["comps"], message)
        values = self._sequence(keys["values"], "values") if "values" in keys else []
        return Excepted(name, fields, comparisons, values, is_single, self.source, node)

    # Parts of an entry

    def _keys(self, node: yaml.Node) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise _Wrong(node, "an entry has to be a rule, a macro or a list")
        pairs: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                pairs[key.value] = value
        return pairs

    def _needed(self, key: str, keys: Mapping[str, yaml.Node], node: yaml.Node) -> yaml.Node:
        if key not in keys:
            raise _Wrong(node, f"{key} is missing here", did_you_mean(key, keys))
        return keys[key]

    def _text(self, node: yaml.Node, what: str) -> str:
        return self._written(node, what).text

    def _written(self, node: yaml.Node, what: str) -> Written:
        if not isinstance(node, yaml.ScalarNode):
            raise _Wrong(node, f"{what} has to be a text")
        return written(node, self.source)

    def _sequence(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise _Wrong(node, f"{what} has to be a list", f"{what}: [a, b]")
        return list(node.value)

    def _texts(self, node: yaml.Node | None, what: str) -> list[Written]:
        if node is None:
            return []
        if isinstance(node, yaml.ScalarNode):
            return [written(node, self.source)]
        return [self._written(item, what) for item in self._sequence(node, what)]

    def _is_true(self, node: yaml.Node | None) -> bool:
        return isinstance(node, yaml.ScalarNode) and node.value.lower() in _TRUE

    def _priority(self, node: yaml.Node) -> str:
        given = self._text(node, "priority").strip().lower()
        for priority in PRIORITIES:
            if given and (priority.lower() == given or (given == "info" and priority[0] == "I")):
                return priority
        hint = did_you_mean(given, PRIORITIES) or "it is one of " + " ".join(PRIORITIES)
        raise _Wrong(node, f'there is no priority "{given}"', hint)

    def _how(self, key: str, keys: Mapping[str, yaml.Node]) -> How:
        """Whether what an entry says of a key is added to what was said before."""
        if self._is_true(keys.get("append")):
            return "append"
        override = keys.get("override")
        if override is None:
            return "replace"
        said = self._keys(override).get(key)
        if said is None:
            raise _Wrong(override, f"override does not say what {key} is for", f"{key}: append")
        how = self._text(said, "override").strip()
        if how not in {"append", "replace"}:
            raise _Wrong(said, f'"{how}" is no way to override', "it is append or replace")
        return cast(How, how)

    def _before(
        self, known: Mapping[str, _Known], name: str, how: How, node: yaml.Node
    ) -> _Known | None:
        if how == "replace":
            return None
        if name not in known:
            raise _Wrong(node, f'there is no "{name}" to add to', did_you_mean(name, known))
        return known[name]

    def _near(self, name: str) -> str:
        return did_you_mean(name, self.found.rules)

    # Telling

    def _report(
        self, node: yaml.Node, message: str, hint: str = "", *, is_error: bool = True
    ) -> None:
        start, stop = node.start_mark.index, node.end_mark.index
        self._tell(start, stop, message, hint, is_error=is_error)

    def _tell(
        self, start: int, stop: int, message: str, hint: str = "", *, is_error: bool = True
    ) -> None:
        place, excerpt = self.source.place(start), self.source.excerpt(start, stop)
        self.found.problems.append(Problem(place, message, hint, excerpt, is_error=is_error))


def _merged(before: Sequence[Excepted], added: Sequence[Excepted]) -> list[Excepted]:
    """Exceptions of both; one that only adds values to an earlier one has no fields of its own."""
    merged = {exception.name: exception for exception in before}
    for exception in added:
        earlier = merged.get(exception.name)
        if earlier is not None and not exception.fields:
            earlier.values.extend(exception.values)
        else:
            merged[exception.name] = exception
    return list(merged.values())
