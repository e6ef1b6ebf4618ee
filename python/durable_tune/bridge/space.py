"""A search space as a row of numbers, the form in which points cross the wire.

A point has one number a dimension: the value of a float or int, the index of a choice, ordinal or bool; None where the dimension is
inactive, or nobody has said yet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Point = list[float | int | None]


@dataclass(frozen=True)
class Dimension:
    """One independent number. `low` and `high` are included; `step` is 0 for a continuous float."""

    name: str
    kind: str  # float, int, categorical or ordinal
    low: float
    high: float
    log: bool
    step: float
    size: int | None  # number of values; None: a continuous float
    choices: tuple[Any, ...]  # of a categorical one; empty where values have no names
    when: tuple[tuple[int, tuple[float, ...]], ...]  # (dimension, its values): all must hold

    @property
    def is_constant(self) -> bool:
        """Has one value: libraries need not know it, and some cannot."""
        return self.size == 1

    def at(self, index: int) -> float:
        """The value at a place of its grid, counted from 0. Without the tail of binary rounding, as 0.1 * 3 has one."""
        value = self.low + index * self.step
        return min(self.high, value) if self.step == int(self.step) else min(self.high, float(f"{value:.14g}"))

    def index_of(self, value: float) -> int:
        """The place of a value on its grid."""
        return round((value - self.low) / self.step)


class Space:
    """The dimensions of a study, parents before children."""

    def __init__(self, dimensions: Sequence[dict[str, Any]]):
        self.dimensions = [dimension_of(each) for each in dimensions]
        self.varying = [each for each in self.dimensions if not each.is_constant]

    def walk(self, value_of: Callable[[int, Dimension], float | int | None]) -> Point:
        """A point, parents first, each active dimension from `value_of`; constants are known."""
        x: Point = [None] * len(self.dimensions)
        for i, dimension in enumerate(self.dimensions):
            if not all(x[parent] in values for parent, values in dimension.when):
                continue
            x[i] = whole(dimension, dimension.low) if dimension.is_constant else value_of(i, dimension)
        return x


def dimension_of(raw: dict[str, Any]) -> Dimension:
    """A dimension as it comes over the wire."""
    when = tuple((clause["dim"], tuple(clause["in"])) for clause in raw.get("when", ()))
    return Dimension(
        name=raw["name"],
        kind=raw["kind"],
        low=raw["low"],
        high=raw["high"],
        log=raw.get("log", False),
        step=raw["step"],
        size=raw.get("size"),
        choices=tuple(raw.get("choices", ())),
        when=when,
    )


def whole(dimension: Dimension, value: float) -> float | int:
    """An int where the dimension counts in whole numbers."""
    return float(value) if dimension.kind == "float" else int(value)


def labels_of(dimension: Dimension) -> list[Any]:
    """What to call the values of a categorical dimension: their own names where all are texts or all numbers, else places."""
    names = dimension.choices
    for kind in (str, (int, float)):
        if names and all(isinstance(name, kind) and not isinstance(name, bool) for name in names):
            return list(names)
    return list(range(int(dimension.size or 0)))
