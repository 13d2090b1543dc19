"""Values with named fields that cost next to nothing to define.

`dataclass` writes and compiles code for every class. The filter language has dozens of them, and
someone waits for the first filter: so these share the code there is.
"""

from typing import Any, ClassVar, dataclass_transform

_set = object.__setattr__


@dataclass_transform(frozen_default=True)
class Record:
    """An immutable value; the annotations of a subclass are its fields, in order.

    Records are equal when they are of one class and their fields are equal, but for those the
    class names as `aside`, which `repr` leaves out, too. `dataclasses.replace` does not take them,
    though mypy lets it pass.
    """

    _fields: ClassVar[tuple[str, ...]] = ()
    _compared: ClassVar[tuple[str, ...]] = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, aside: tuple[str, ...] = ()) -> None:
        cls._fields = (*cls._fields, *cls.__annotations__)
        cls.__match_args__ = cls._fields  # type: ignore[misc]  # known to mypy without it
        if "_compared" not in cls.__dict__:
            cls._compared = tuple(name for name in cls._fields if name not in aside)

    def __init__(self, *values: Any, **named: Any) -> None:
        fields = self._fields
        if named or len(values) != len(fields):
            values = self._completed(values, named)
        for name, value in zip(fields, values, strict=True):
            _set(self, name, value)

    @classmethod
    def _completed(cls, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """The values in the order of the fields, those not given by their defaults."""
        rest = cls._fields[len(values) :]
        wrong = [name for name in named if name not in rest]
        wrong += [name for name in rest if name not in named and not hasattr(cls, name)]
        if wrong or len(values) > len(cls._fields):
            raise TypeError(f"{cls.__name__} takes {', '.join(cls._fields)}")
        return (*values, *(named[name] if name in named else getattr(cls, name) for name in rest))

    def _key(self) -> list[Any]:
        return [getattr(self, name) for name in self._compared]

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        assert isinstance(other, Record)
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self.__class__, *self._key()))

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in self._compared)
        return f"{self.__class__.__name__}({', '.join(shown)})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self.__class__.__name__}.{name} is fixed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{self.__class__.__name__}.{name} is fixed")
