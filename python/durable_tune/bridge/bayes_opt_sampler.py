"""bayesian-optimization: as its `maximize` does, `init_points` random points first, then one suggestion after another.

It maximises, so it is told values with their sign turned. It knows no log scale: such a parameter is its natural logarithm. Pending trials
are unknown to it; a failed one is told as the worst so far.
"""

from __future__ import annotations

import importlib
import math
from collections import deque
from typing import Any

from .library import Library, Outcome, Problem, arguments_for, same
from .space import Dimension, Point, whole


class BayesOptSampler(Library):
    """One BayesianOptimization without a function."""

    module = "bayes_opt"
    package = "bayesian-optimization"

    def __init__(self, problem: Problem, seed: int):
        bayes_opt: Any = importlib.import_module("bayes_opt")
        self.problem = problem
        self.dimensions = problem.space.varying
        self.optimizer = bayes_opt.BayesianOptimization(
            f=None,
            pbounds={each.name: bounds(each) for each in self.dimensions},
            acquisition_function=self._acquisition(bayes_opt.acquisition),
            random_state=seed,
            verbose=0,
            # values that vary are told, too
            allow_duplicate_points=True,
        )
        self.asked: dict[int, Point] = {}
        self.points: dict[int, dict[str, Any]] = {}
        self.queue: deque[dict[str, Any]] | None = None

    def _acquisition(self, acquisition: Any) -> Any:
        name = self.problem.options["acquisition"]
        arguments = {} if name == "UpperConfidenceBound" else {"xi": 0.01}
        arguments.update(self.problem.arguments)
        return arguments_for(f"sampler.bayes_opt.options of {name}", getattr(acquisition, name), arguments)

    def ask(self, number: int, fixed: Point) -> Point:
        suggestion = self._next()

        def value_of(i: int, dimension: Dimension) -> float | int | None:
            return taken(dimension, suggestion[dimension.name]) if fixed[i] is None else fixed[i]

        x = self.problem.space.walk(value_of)
        self.add(number, x)
        self.asked[number] = x
        for i, dimension in enumerate(self.problem.space.dimensions):
            if fixed[i] is None and not dimension.is_constant:
                # not what is left of it after exp and log
                self.points[number][dimension.name] = suggestion[dimension.name]
        return x

    def settle(self, number: int, x: Point) -> None:
        if not same(x, self.asked.pop(number)):
            self.add(number, x)

    def add(self, number: int, x: Point) -> None:
        self.points[number] = {
            dimension.name: given(dimension, value)
            for dimension, value in zip(self.problem.space.dimensions, x)
            if not dimension.is_constant
        }

    def tell(self, number: int, outcome: Outcome) -> None:
        point = self.points.pop(number)
        known = self.optimizer.space.target
        if outcome.values is not None:
            self.optimizer.register(point, -outcome.values[0])
        elif len(known) > 0:
            self.optimizer.register(point, float(min(known)))

    def _next(self) -> dict[str, Any]:
        first = self.problem.options["init_points"]
        if self.problem.exact == "reseed":
            random = len(self.optimizer.space) < max(1, first)
            return dict(self.optimizer.random_sample(1)[0] if random else self.optimizer.suggest())
        if self.queue is None:
            self.queue = deque(self.optimizer.random_sample(max(1, first) if self.optimizer.space.empty else first))
        return dict(self.queue.popleft() if self.queue else self.optimizer.suggest())


def bounds(dimension: Dimension) -> Any:
    """What the library takes for a dimension: a stepped float, like an ordinal, is the place of its value."""
    if dimension.kind == "categorical":
        return tuple(str(place) for place in range(int(dimension.size or 0)))
    if is_place(dimension):
        return (0, int(dimension.size or 0) - 1, int)
    if dimension.log:
        return (math.log(dimension.low), math.log(dimension.high))
    return (int(dimension.low), int(dimension.high), int) if dimension.kind == "int" else (dimension.low, dimension.high)


def is_place(dimension: Dimension) -> bool:
    return dimension.kind == "ordinal" or dimension.step not in (0, 1)


def given(dimension: Dimension, value: float | int | None) -> Any:
    assert value is not None, "the library's spaces have no conditions"
    if dimension.kind == "categorical":
        return str(int(value))
    if is_place(dimension):
        return dimension.index_of(value)
    return math.log(value) if dimension.log else whole(dimension, value)


def taken(dimension: Dimension, value: Any) -> float | int:
    if dimension.kind == "categorical":
        return int(value)
    if is_place(dimension):
        own = dimension.at(int(value))
    elif dimension.log:
        own = math.exp(value) if dimension.kind == "float" else round(math.exp(value))
    else:
        own = value
    return whole(dimension, min(max(own, dimension.low), dimension.high))
