"""scikit-optimize's Optimizer. Trials that are pending, or have failed, are lies to a copy of it that is asked and thrown away."""

from __future__ import annotations

import importlib
from typing import Any

from .library import BridgeError, Library, Outcome, Problem, arguments_for
from .space import Dimension, Point, labels_of, whole

LARGEST = 2**31 - 1


class SkoptSampler(Library):
    """One Optimizer; what it was told it has fitted, as it does when it is used by itself."""

    module = "skopt"
    package = "scikit-optimize"

    def __init__(self, problem: Problem, seed: int):
        skopt: Any = importlib.import_module("skopt")
        self.problem = problem
        self.dimensions = problem.space.varying
        space = [space_dimension(skopt.space, each) for each in self.dimensions]
        arguments = {**problem.arguments, "random_state": seed}
        self.optimizer = arguments_for("sampler.skopt.options", lambda **more: skopt.Optimizer(space, **more), arguments)
        if "ps" in self.optimizer.acq_func:
            raise BridgeError("refused", f"skopt's {self.optimizer.acq_func} needs times, which no log has: use EI, say")
        self.pending: dict[int, list[Any]] = {}
        self.failed: list[list[Any]] = []
        self.untold: list[tuple[list[Any], float]] = []

    def ask(self, number: int, fixed: Point) -> Point:
        x = self._next()
        mine = iter(zip(self.dimensions, x))

        def value_of(i: int, dimension: Dimension) -> float | int | None:
            _, value = next(mine)
            return taken(dimension, value) if fixed[i] is None else fixed[i]

        point = self.problem.space.walk(value_of)
        self.add(number, point)
        return point

    def settle(self, number: int, x: Point) -> None:
        self.add(number, x)

    def add(self, number: int, x: Point) -> None:
        values = [value for value, dimension in zip(x, self.problem.space.dimensions) if not dimension.is_constant]
        self.pending[number] = [given(dimension, value) for dimension, value in zip(self.dimensions, values)]

    def tell(self, number: int, outcome: Outcome) -> None:
        x = self.pending.pop(number)
        if outcome.values is None:
            self.failed.append(x)
        elif self.problem.exact == "reseed":
            # fitted once, not once a row
            self.untold.append((x, outcome.values[0]))
        else:
            self.optimizer.tell(x, outcome.values[0])

    def _next(self) -> list[Any]:
        if self.untold:
            self.optimizer.tell([x for x, _ in self.untold], [value for _, value in self.untold])
            self.untold = []
        if not self.pending and not self.failed:
            return list(self.optimizer.ask())
        known = self.optimizer.yi
        lies = [(x, max(known, default=0.0)) for x in self.failed]
        lies += [(x, min(known, default=0.0)) for x in self.pending.values()]
        # as its own ask(n_points) does
        copy = self.optimizer.copy(random_state=self.optimizer.rng.randint(0, LARGEST))
        copy._tell([x for x, _ in lies], [value for _, value in lies])
        return list(copy.ask())


def space_dimension(space: Any, dimension: Dimension) -> Any:
    """What skopt takes for a dimension: a stepped float, like an ordinal, is the place of its value."""
    name, prior = dimension.name, "log-uniform" if dimension.log else "uniform"
    if dimension.kind == "categorical":
        return space.Categorical(labels_of(dimension), name=name)
    if is_place(dimension):
        return space.Integer(0, int(dimension.size or 0) - 1, name=name)
    if dimension.kind == "int":
        return space.Integer(int(dimension.low), int(dimension.high), prior=prior, name=name)
    return space.Real(dimension.low, dimension.high, prior=prior, name=name)


def is_place(dimension: Dimension) -> bool:
    return dimension.kind == "ordinal" or dimension.step not in (0, 1)


def given(dimension: Dimension, value: float | int | None) -> Any:
    assert value is not None, "skopt's spaces have no conditions"
    if dimension.kind == "categorical":
        return labels_of(dimension)[int(value)]
    return dimension.index_of(value) if is_place(dimension) else whole(dimension, value)


def taken(dimension: Dimension, value: Any) -> float | int:
    if dimension.kind == "categorical":
        return labels_of(dimension).index(value)
    own = dimension.at(int(value)) if is_place(dimension) else value
    return whole(dimension, min(max(own, dimension.low), dimension.high))
