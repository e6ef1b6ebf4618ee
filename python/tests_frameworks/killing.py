"""A trial whose training is killed: as if the process had ended at a report, before the checkpoint that would have followed."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from durable_tune import LocalTrial, Trial

EXAMPLES = Path(__file__).parents[2] / "examples" / "python"


class Killed(BaseException):
    """No training catches it."""


def example(name: str) -> ModuleType:
    """A program of examples/python as a module."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def trained(train: Callable[..., Any], params: Mapping[str, Any], *, at: int | None = None, checkpoint: str | None = None) -> tuple[Any, LocalTrial]:
    """What the training returns, None where it was killed at this step, and its trial."""
    trial = Trial.local(params, seed=7, checkpoint=checkpoint)
    plain = trial.report

    def report(step: Any, value: Any, *, wait: bool = False) -> None:
        plain(step, value, wait=wait)
        if step == at:
            raise Killed

    trial.report = report  # type: ignore[method-assign]
    try:
        return train(trial, **params), trial
    except Killed:
        return None, trial


def resumes_exactly(train: Callable[..., Any], params: Mapping[str, Any], at: int) -> None:
    """Killed at this step and gone on with, the training reports and returns the same; it repeats no more than it has to."""
    result, whole = trained(train, params)
    assert os.path.exists(whole.saved[-1])
    nothing, killed = trained(train, params, at=at)
    assert nothing is None
    assert killed.reports == whole.reports[:at]
    again, rest = trained(train, params, checkpoint=killed.saved[-1])
    assert rest.reports == whole.reports[-len(rest.reports) :]
    assert len(rest.reports) < len(whole.reports)
    assert again == result
    # killed after its last checkpoint, and before its result
    last, none_left = trained(train, params, checkpoint=whole.saved[-1])
    assert last == result
    assert len(none_left.reports) <= 1
