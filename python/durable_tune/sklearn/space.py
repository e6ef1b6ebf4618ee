"""
Search spaces as scikit-learn's users write them, as a study's space: lists and arrays are choices, as in GridSearchCV; tuples are ranges,
as in BayesSearchCV; distributions of SciPy whose range is clear are that range; `{"float": [1e-4, 1], "scale": "log"}` is a study file's
own (`dtune space` explains these).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any

from ..errors import StudyError

Decode = Callable[[Any], Any]

_LOGS = ("log", "log-uniform", "loguniform")
_UNIFORMS = ("uniform",)
_MOST_LABEL = 60
_EXPECTED = (
    "expected a list of choices, a tuple (low, high) or (low, high, 'log-uniform'), scipy.stats' uniform, loguniform or randint, "
    'or a parameter of a study file, such as {"float": [0.001, 1], "scale": "log"}'
)


class SearchSpace:
    """Parameters by name, and how to get a value back as the user wrote it: 1.0 is a float, an estimator the object itself."""

    def __init__(self, space: Mapping[str, Any]) -> None:
        """Raises StudyError naming the parameter that cannot be understood; what the engine checks, it leaves to the engine."""
        if not isinstance(space, Mapping):
            raise StudyError(f"the space is {space!r}: expected parameters by name, as {{'C': (0.001, 1000, 'log-uniform')}}")
        self.written: dict[str, Any] = {}
        """As a study file has it."""
        self._decode: dict[str, Decode] = {}
        for name, domain in space.items():
            self.written[name], self._decode[name] = _parameter(name, domain)

    def values(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The estimator's parameters, of a trial's; what is not of this space is left out."""
        return {name: self._decode[name](value) for name, value in params.items() if name in self._decode}


def _parameter(name: str, domain: Any) -> tuple[dict[str, Any], Decode]:
    if isinstance(domain, Mapping):
        return _study_file(domain)
    if hasattr(domain, "rvs"):
        return _distribution(name, domain)
    if isinstance(domain, tuple):
        return _range(name, domain)
    if hasattr(domain, "__iter__") and not isinstance(domain, (str, bytes)):
        return _choices("choice", list(domain))
    raise StudyError(f"the space's {name!r} is {domain!r}: {_EXPECTED}")


def _study_file(domain: Mapping[str, Any]) -> tuple[dict[str, Any], Decode]:
    written = dict(domain)
    for kind in ("choice", "ordinal"):
        if isinstance(written.get(kind), (list, tuple)):
            choices, decode = _choices(kind, list(written[kind]))
            return written | choices, decode
    element = written.get("array")
    if isinstance(element, Mapping):
        inner, decode_item = _study_file(element)
        return written | {"array": inner}, lambda values: [decode_item(value) for value in values]
    return written, float if "float" in written else _as_it_is


def _range(name: str, domain: tuple[Any, ...]) -> tuple[dict[str, Any], Decode]:
    low, high, *prior = domain if len(domain) in (2, 3) else (None, None)
    known = not prior or prior[0] in (*_LOGS, *_UNIFORMS)
    if not (_is_number(low) and _is_number(high) and known):
        raise StudyError(f"the space's {name!r} is {domain!r}, a tuple: expected (low, high) or (low, high, 'log-uniform'); write choices as a list")
    return _numbers(low, high, is_log=bool(prior) and prior[0] in _LOGS)


def _distribution(name: str, domain: Any) -> tuple[dict[str, Any], Decode]:
    kind = getattr(getattr(domain, "dist", None), "name", None)
    if kind in ("uniform", "loguniform", "reciprocal"):
        low, high = (float(bound) for bound in domain.support())
        return _numbers(low, high, is_log=kind != "uniform")
    if kind == "randint":
        low, high = domain.support()
        return _numbers(int(low), int(high), is_log=False)
    raise StudyError(f"the space's {name!r} is the distribution {kind or domain!r}, whose range is not clear: {_EXPECTED}")


def _numbers(low: Any, high: Any, *, is_log: bool) -> tuple[dict[str, Any], Decode]:
    whole = isinstance(low, Integral) and isinstance(high, Integral)
    bounds = [int(low), int(high)] if whole else [float(low), float(high)]
    scale = {"scale": "log"} if is_log else {}
    return {"int" if whole else "float": bounds, **scale}, _as_it_is if whole else float


def _choices(kind: str, choices: list[Any]) -> tuple[dict[str, Any], Decode]:
    """Choices that JSON has stand for themselves; all have labels where one is another thing, or two would be one number in JSON."""
    keys = [_scalar(choice) for choice in choices]
    if _ANY in keys or len({_key(each) for each in keys}) < len(keys):
        keys = [_label(i, choice) for i, choice in enumerate(choices)]
    found = {_key(each): choice for each, choice in zip(keys, choices)}
    return {kind: keys}, lambda value: found[_key(value)]


_ANY = object()


def _scalar(choice: Any) -> Any:
    """As JSON has it; _ANY where it has not."""
    value = choice.item() if hasattr(choice, "item") and getattr(choice, "ndim", None) == 0 else choice
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int) and abs(value) < 1 << 53:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    return _ANY


def _key(value: Any) -> tuple[str, Any]:
    """True is not 1, but 1.0 is."""
    if isinstance(value, (bool, str)) or value is None:
        return type(value).__name__, value
    return "number", value


def _label(index: int, choice: Any) -> str:
    # on one line, since a repr of an estimator may have several
    text = " ".join(repr(choice).split())
    return f"{index}: {text if len(text) <= _MOST_LABEL else f'{text[: _MOST_LABEL - 1]}…'}"


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _as_it_is(value: Any) -> Any:
    return value
