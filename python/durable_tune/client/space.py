"""Points (numbers by dimension), as the ledger keeps them, to parameter values: study/space/dimensions.ts and study/space/point.ts, as far as reading goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Clause = tuple[int, tuple[float, ...]]
"""The number at this dimension is one of these."""


@dataclass(frozen=True)
class Slot:
    """A parameter, the dimensions that carry it, and when it is active."""

    name: str
    domain: Mapping[str, Any]
    first: int
    when: tuple[Clause, ...]


class Space:
    """A search space that points can be read with."""

    def __init__(self, space: Mapping[str, Any]) -> None:
        self._slots: dict[str, Slot] = {}
        first = 0
        for parameter in _parents_first(space["parameters"]):
            clauses = [clause for condition in parameter.get("when", ()) for clause in self._clauses(condition)]
            slot = Slot(parameter["name"], parameter["domain"], first, tuple(clauses))
            self._slots[slot.name] = slot
            first += _width(slot.domain)

    def decode(self, x: Sequence[float]) -> dict[str, Any]:
        """Parameter values of a point, by dotted name; inactive parameters are left out."""
        return {slot.name: _value(slot, x) for slot in self._slots.values() if all(x[at] in among for at, among in slot.when)}

    def _clauses(self, condition: Mapping[str, Any]) -> list[Clause]:
        parent = self._slots[condition["parameter"]]
        if parent.domain["kind"] == "fixed":
            return list(parent.when)
        return [*parent.when, (parent.first, tuple(_index(parent.domain, value) for value in condition["in"]))]


def _parents_first(parameters: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    by_name = {parameter["name"]: parameter for parameter in parameters}
    done: dict[str, Mapping[str, Any]] = {}

    def visit(parameter: Mapping[str, Any]) -> None:
        if parameter["name"] in done:
            return
        for condition in parameter.get("when", ()):
            visit(by_name[condition["parameter"]])
        done[parameter["name"]] = parameter

    for parameter in parameters:
        visit(parameter)
    return list(done.values())


def _width(domain: Mapping[str, Any]) -> int:
    match domain["kind"]:
        case "fixed":
            return 0
        case "permutation":
            return len(domain["items"]) - 1
        case "array":
            return 1 + int(domain["length"][1])
        case _:
            return 1


def _index(domain: Mapping[str, Any], value: Any) -> float:
    if domain["kind"] == "bool":
        return float(value)
    if domain["kind"] in ("choice", "ordinal"):
        # 1 and true are equal in Python, and are not the same choice
        return next(float(i) for i, choice in enumerate(domain["choices"]) if choice == value and type(choice) is type(value))
    return float(value)


def _value(slot: Slot, x: Sequence[float]) -> Any:
    domain, first = slot.domain, slot.first
    match domain["kind"]:
        case "fixed":
            return domain["value"]
        case "permutation":
            left = list(domain["items"])
            return [left.pop(int(digit)) for digit in [*x[first : first + len(left) - 1], 0]]
        case "array":
            return [_scalar(domain["element"], number) for number in x[first + 1 : first + 1 + int(x[first])]]
        case _:
            return _scalar(domain, x[first])


def _scalar(domain: Mapping[str, Any], number: float) -> Any:
    match domain["kind"]:
        case "bool":
            return number == 1
        case "choice" | "ordinal":
            return domain["choices"][int(number)]
        case "int":
            return int(number)
        case _:
            return number
