"""
Parameters of a search space, as the study file has them: `{"lr": Float(1e-5, 1e-1, log=True), "layers": Int(1, 4)}`. Each is the plain dict
that YAML would give, so that both forms mix. `when={"optimizer": "sgd"}` makes a parameter conditional: its name is missing where that does not
hold; a dot in a name makes a branch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Parameter = Mapping[str, Any]
When = Mapping[str, Any]


def Float(
    low: float,
    high: float,
    *,
    log: bool = False,
    step: float | None = None,
    prior: Mapping[str, Any] | None = None,
    when: When | None = None,
) -> Parameter:
    """A number from `low` to `high`; `log`: on a logarithmic scale; `step`: on a grid from `low` on."""
    return _given({"float": [low, high]}, scale="log" if log else None, step=step, prior=prior, when=when)


def Int(
    low: int, high: int, *, log: bool = False, step: int | None = None, prior: Mapping[str, Any] | None = None, when: When | None = None
) -> Parameter:
    """A whole number from `low` to `high`."""
    return _given({"int": [low, high]}, scale="log" if log else None, step=step, prior=prior, when=when)


def Choice(
    *choices: Any,
    weights: Sequence[float] | None = None,
    distances: Mapping[str, Mapping[str, float]] | None = None,
    when: When | None = None,
) -> Parameter:
    """One of these: texts, numbers, booleans, None. `weights`: how likely each is before anything is known."""
    return _given({"choice": list(choices)}, weights=weights and list(weights), distances=distances, when=when)


def Ordinal(*choices: Any, weights: Sequence[float] | None = None, when: When | None = None) -> Parameter:
    """One of these, whose neighbours are alike."""
    return _given({"ordinal": list(choices)}, weights=weights and list(weights), when=when)


def Bool(*, when: When | None = None) -> Parameter:
    """True or False."""
    return _given({"bool": True}, when=when)


def Array(element: Parameter, length: int | tuple[int, int], *, when: When | None = None) -> Parameter:
    """A list of values of `element`, each tuned by itself: of this length, or of one from the first to the second."""
    return _given({"array": dict(element)}, length=list(length) if isinstance(length, tuple) else length, when=when)


def Permutation(*items: Any, when: When | None = None) -> Parameter:
    """All of these, in some order."""
    return _given({"permutation": list(items)}, when=when)


def Fixed(value: Any) -> Parameter:
    """Always this: any JSON."""
    return {"fixed": value}


def _given(parameter: dict[str, Any], **optional: Any) -> Parameter:
    return parameter | {key: value for key, value in optional.items() if value is not None}
