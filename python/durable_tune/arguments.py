"""
A trial's parameters as the arguments of a trial function: by keyword, or all of them as one dataclass, pydantic model or dict. Values go
into nested dataclasses and models by the annotations.
"""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

from .context import Trial
from .errors import TrialFailedError


def arguments(function: Callable[..., Any], trial: Trial) -> dict[str, Any]:
    """What to call the function with.

    Raises TrialFailedError where a parameter of the function has no value in this trial and no default, where the trial has a parameter that
    the function does not take, or where a value does not fit its type.
    """
    signature, hints = inspect.signature(function), _hints(function)
    given: dict[str, Any] = trial.params
    found: dict[str, Any] = {}
    left = dict(given)
    wanted = [each for each in signature.parameters.values() if not _takes_trial(each, hints)]
    for each in signature.parameters.values():
        if _takes_trial(each, hints):
            found[each.name] = trial
    named = [each for each in wanted if each.kind is not inspect.Parameter.VAR_KEYWORD]
    if len(named) == 1 and named[0].name not in given and _is_whole(hints.get(named[0].name)):
        found[named[0].name] = build(hints.get(named[0].name), given, named[0].name)
        return found
    for each in named:
        if each.kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.VAR_POSITIONAL):
            raise TrialFailedError(f"{_name(function)} takes {each.name} by position: expected keyword parameters alone")
        if each.name in left:
            found[each.name] = build(hints.get(each.name), left.pop(each.name), each.name)
        elif each.default is inspect.Parameter.empty:
            raise TrialFailedError(
                f"{_name(function)} needs {each.name!r}, which this trial has no value of: expected a parameter of the space ({_listed(given)}); "
                "give it a default if it is a conditional one"
            )
    if left and len(named) == len(wanted):
        raise TrialFailedError(
            f"{_name(function)} does not take {next(iter(left))!r}, a parameter of this trial: expected a function of {_listed(given)}, "
            "or one with **others"
        )
    return found | left


def build(hint: Any, value: Any, path: str) -> Any:
    """A value as the type says: nested dataclasses and pydantic models are made of dicts; anything else stays what it is."""
    kind = _concrete(hint)
    if not isinstance(value, Mapping) or not isinstance(kind, type):
        return value
    if dataclasses.is_dataclass(kind):
        return _build_dataclass(kind, value, path)
    if hasattr(kind, "model_validate"):
        try:
            return kind.model_validate(dict(value))
        except ValueError as error:
            raise TrialFailedError(f"{path} is no {kind.__name__}: {error}") from error
    return value


def _build_dataclass(kind: type, value: Mapping[str, Any], path: str) -> Any:
    hints = _hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind) if field.init}
    strange = next((name for name in value if name not in fields), None)
    if strange is not None:
        raise TrialFailedError(f"{path} has {strange!r}, which {kind.__name__} has not: expected {_listed(fields)}")
    try:
        return kind(**{name: build(hints.get(name), each, f"{path}.{name}") for name, each in value.items()})
    except TypeError as error:
        raise TrialFailedError(f"{path} is no {kind.__name__}: {error}; give fields of conditional parameters a default") from error


def _takes_trial(parameter: inspect.Parameter, hints: Mapping[str, Any]) -> bool:
    hint = _concrete(hints.get(parameter.name))
    if isinstance(hint, type) and issubclass(hint, Trial):
        return True
    return parameter.name == "trial" and hint is None


def _is_whole(hint: Any) -> bool:
    kind = _concrete(hint)
    if not isinstance(kind, type):
        return typing.get_origin(kind) in (dict, Mapping)
    return dataclasses.is_dataclass(kind) or hasattr(kind, "model_validate") or issubclass(kind, Mapping)


def _concrete(hint: Any) -> Any:
    """`X` of `X | None`."""
    if typing.get_origin(hint) not in (typing.Union, types.UnionType):
        return hint
    kinds = [each for each in typing.get_args(hint) if each is not type(None)]
    return kinds[0] if len(kinds) == 1 else None


def _hints(thing: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(thing)
    except NameError:
        # an annotation of something that is imported for type checking alone
        return {}


def _name(function: Callable[..., Any]) -> str:
    return f"{getattr(function, '__name__', 'the trial function')}()"


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(names) or "no parameters"
