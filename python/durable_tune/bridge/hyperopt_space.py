"""A space as Hyperopt has it: a tree in which what a choice brings in stands in its branches.

Whole numbers are `uniformint`, or `qloguniform` on a log scale; a stepped float is the place of its value. A parameter that brings in
others is a `choice` among its values, whatever it is.
"""

from __future__ import annotations

import math
from typing import Any

from .library import BridgeError
from .space import Dimension, whole


class Tree:
    def __init__(self, dimensions: list[Dimension], *, rounds: bool = False):
        """:param rounds: whole numbers are `quniform`, since atpe fails on `uniformint`
        :raises BridgeError: refused, where conditions make no tree"""
        self.dimensions = dimensions
        self.rounds = rounds
        self.children: dict[int, list[int]] = {}
        self.roots: list[int] = []
        for i, dimension in enumerate(dimensions):
            if dimension.is_constant:
                continue
            parents = self._parents(i)
            if not parents:
                self.roots.append(i)
                continue
            parent = max(parents)
            if self._clauses(i, parents - {parent}) != self._clauses(parent, self._parents(parent)):
                raise BridgeError(
                    "refused",
                    f"hyperopt has conditions in a tree, and {dimension.name} depends on several parameters that do not depend on "
                    "each other; use optuna, or tpe",
                )
            self.children.setdefault(parent, []).append(i)

    def expression(self, hp: Any) -> dict[str, Any]:
        """What `fmin` takes as its space."""
        made: dict[int, Any] = {}

        def node(i: int) -> Any:
            # one node in several branches is one parameter
            if i not in made:
                below = self.children.get(i)
                made[i] = hp.choice(self.dimensions[i].name, branches(i, below)) if below else self._leaf(hp, i)
            return made[i]

        def branches(i: int, below: list[int]) -> list[dict[str, Any]]:
            places = range(int(self.dimensions[i].size or 0))
            return [
                {"place": place, **{self.dimensions[child].name: node(child) for child in below if self._brings(i, place, child)}}
                for place in places
            ]

        return {self.dimensions[i].name: node(i) for i in self.roots}

    def given(self, i: int, value: float) -> float | int:
        """Hyperopt's value for ours."""
        return self.dimensions[i].index_of(value) if self._is_place(i) else whole(self.dimensions[i], value)

    def taken(self, i: int, value: float) -> float | int:
        """Our value for Hyperopt's, within the bounds that its exp may miss by a bit."""
        dimension = self.dimensions[i]
        own = dimension.at(int(value)) if self._is_place(i) else value
        return whole(dimension, min(max(own, dimension.low), dimension.high))

    def _is_place(self, i: int) -> bool:
        dimension = self.dimensions[i]
        return i in self.children or dimension.step not in (0, 1) or dimension.kind in ("categorical", "ordinal")

    def _leaf(self, hp: Any, i: int) -> Any:
        dimension = self.dimensions[i]
        name, low, high = dimension.name, dimension.low, dimension.high
        if dimension.kind == "categorical":
            return hp.choice(name, list(range(int(dimension.size or 0))))
        if self._is_place(i):
            return self._whole(hp, name, 0, int(dimension.size or 0) - 1)
        if dimension.kind == "int":
            return hp.qloguniform(name, math.log(low), math.log(high), 1) if dimension.log else self._whole(hp, name, low, high)
        return hp.loguniform(name, math.log(low), math.log(high)) if dimension.log else hp.uniform(name, low, high)

    def _whole(self, hp: Any, name: str, low: float, high: float) -> Any:
        return hp.quniform(name, low, high, 1) if self.rounds else hp.uniformint(name, low, high)

    def _brings(self, parent: int, place: int, child: int) -> bool:
        value = self.dimensions[parent].at(place)
        return all(dim != parent or value in values for dim, values in self.dimensions[child].when)

    def _parents(self, i: int) -> set[int]:
        return {dim for dim, _ in self.dimensions[i].when if not self.dimensions[dim].is_constant}

    def _clauses(self, i: int, parents: set[int]) -> set[tuple[int, tuple[float, ...]]]:
        return {clause for clause in self.dimensions[i].when if clause[0] in parents}
