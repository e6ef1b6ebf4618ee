"""Numbers that a trial measures, checked where they enter: of any numeric type, numpy's too."""

from __future__ import annotations

import math
from typing import SupportsFloat, Union

from .errors import TrialFailedError

Number = Union[SupportsFloat, int, float]
"""What is taken for a number: an int, a float, a numpy scalar, a 0-d array or tensor."""

Measurement = tuple[float, float]
"""A value reported at a step of training: (step, value)."""


def finite(value: object, what: str) -> float:
    """The number as a float. Raises TrialFailedError where it is none, or not finite."""
    number = _number(value)
    if number is None or not math.isfinite(number):
        raise TrialFailedError(f"{what} is {value!r}: expected a finite number")
    return number + 0.0


def measurement(step: object, value: object) -> Measurement:
    """A checked report. Raises TrialFailedError where the step is not finite or below 0, or the value not finite."""
    at = _number(step)
    if at is None or not math.isfinite(at) or at < 0:
        raise TrialFailedError(f"a report's step is {step!r}: expected a finite number, 0 or more")
    return at + 0.0, finite(value, f"the value reported at step {step!r}")


def _number(value: object) -> float | None:
    if isinstance(value, (str, bytes, bool)) or not hasattr(value, "__float__"):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None
