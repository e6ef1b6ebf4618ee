"""`@trial`: a function that workers serve."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeVar, overload

from .errors import TuningError

Function = TypeVar("Function", bound=Callable[..., Any])

_NAME = "__durable_tune_trial__"


@overload
def trial(function: Function, /) -> Function: ...


@overload
def trial(*, name: str | None = None) -> Callable[[Function], Function]: ...


def trial(function: Function | None = None, /, *, name: str | None = None) -> Function | Callable[[Function], Function]:
    """Makes a function a trial, served under its own name or `name`: `trial: { activity: NAME, queue: … }` in the study file.

    The function takes the parameters of the space by keyword, or all of them as one dataclass, pydantic model or dict; a parameter annotated
    `Trial`, or called `trial`, receives the Trial. It returns a number (one objective), or a dict of `value` or `values`, and optionally
    `constraints`, `cost`, `train`, `folds`, `attributes`, `reports`, `checkpoint`, `predictions`. It stays what it was: call it in your tests.
    """

    def mark(function: Function) -> Function:
        setattr(function, _NAME, name or function.__name__)
        return function

    return mark if function is None else mark(function)


def trials_of(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The trials of a module, by the names they are served under. Raises TuningError where it has none, or two of one name."""
    found: dict[str, Callable[..., Any]] = {}
    for function in vars(module).values():
        name = getattr(function, _NAME, None)
        if not isinstance(name, str) or not callable(function):
            continue
        if found.get(name, function) is not function:
            raise TuningError(f"{module.__name__} has two trials of the name {name!r}: give one of them another, @trial(name=…)")
        found[name] = function
    if not found:
        raise TuningError(f"{module.__name__} has no trials: expected functions with @durable_tune.trial")
    return found
