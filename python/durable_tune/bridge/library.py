"""What the bridge needs of a library: ask and tell, and how to do both again from a log."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from .space import Point, Space


@dataclass(frozen=True)
class Problem:
    """What a study asks for: constant over a library's life."""

    space: Space
    goals: tuple[str, ...]  # minimize or maximize, one an objective
    constraints: int
    exact: str  # replay or reseed
    options: dict[str, Any]  # the bridge's own, as `sampler`
    arguments: dict[str, Any]  # the library's


@dataclass(frozen=True)
class Outcome:
    """How a trial ended: complete, pruned, failed or infeasible."""

    state: str
    values: tuple[float, ...] | None  # all to be minimised
    constraints: tuple[float, ...] | None  # feasible where <= 0
    step: int | None  # the last one that a pruned trial reported

    def value_for(self, goal: str, objective: int = 0) -> float:
        """The value as it was measured: a maximised one is told with its sign turned."""
        assert self.values is not None
        return -self.values[objective] if goal == "maximize" else self.values[objective]


class BridgeError(Exception):
    """An answer in words. `kind` says what happens next.

    missing: the library is not installed; refused: this study is not for it; diverged: asked again, it says something else.
    Anything else that is raised is the library's own failure.
    """

    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind = kind


class Library:
    """One library at work on one study. Subclasses keep all of its state, and change none but by these calls."""

    module: str  # to import
    package: str  # to install
    problem: Problem
    stateless = True  # whether a suggestion follows from rows and a seed alone, as `exact: reseed` needs it

    def __init__(self, problem: Problem, seed: int) -> None:
        """:param seed: 0 to 2**32 - 1"""
        raise NotImplementedError

    def ask(self, number: int, fixed: Point) -> Point:
        """The point of the next trial; what is fixed is kept."""
        raise NotImplementedError

    def settle(self, number: int, x: Point) -> None:
        """The trial was given this point in the end: mostly the one that was asked for."""
        raise NotImplementedError

    def add(self, number: int, x: Point) -> None:
        """A trial that the library was not asked for runs."""
        raise NotImplementedError

    def tell(self, number: int, outcome: Outcome) -> None:
        """A trial has ended."""
        raise NotImplementedError

    def recall(self, number: int, fixed: Point, x: Point) -> None:
        """Has a trial asked for again that was given `x` then, so that everything random goes on as it did.

        :raises BridgeError: diverged, where the library says something else now
        """
        again = self.ask(number, fixed)
        for i, (value, recorded) in enumerate(zip(again, x)):
            if fixed[i] is None and value is not None and recorded is not None and not near(value, recorded):
                name = self.problem.space.dimensions[i].name
                raise BridgeError(
                    "diverged",
                    f"trial {number} was suggested with {name} = {recorded}, asked again {versions(self)} says {value}",
                )
        self.settle(number, x)


def near(a: float, b: float) -> bool:
    """Other processors round the last bits differently; anything more is another suggestion."""
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b))


def same(a: Point, b: Point) -> bool:
    """Whether two points are one, but for the rounding of steps."""
    return all((v is None and w is None) or (v is not None and w is not None and near(v, w)) for v, w in zip(a, b))


def versions(library: Library) -> str:
    """What suggestions depend on: 'optuna 5.0.0, numpy 2.4.6'."""
    return f"{library.package} {version(library.package)}, numpy {version('numpy')}"


def arguments_for(what: str, make: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    """Calls a library with a user's options, refused in its own words."""
    try:
        return make(**arguments)
    except (TypeError, ValueError) as error:
        raise BridgeError("refused", f"{what}: {error}") from error


def need(module: str, package: str, what: str) -> Any:
    """A module, or which package to install."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise BridgeError(
            "missing",
            f"{what} needs {package}, which {sys.executable} cannot import ({error}); "
            f"install it there: {sys.executable} -m pip install {package}",
        ) from error
