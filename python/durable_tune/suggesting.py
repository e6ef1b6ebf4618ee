"""What a trial asks for while it runs, in the words of Optuna (study/trial/by-run.ts has the wire form)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

Scalar = TypeVar("Scalar", str, int, float, bool, None)


class Suggesting:
    """Parameters of a study with `defineByRun: true`.

    The value is recorded before it is there; every attempt at the trial is given the same one, and so is who asks twice. A name of the
    study's space gives that parameter's value, where it is asked for as it is there. Dots in a name are branches. Another trial may ask for
    other parameters, or for the same with another range or other choices, of the same kind.

    All of them raise TrialFailedError in words where there can be no such parameter, and TrialStopped where the trial is to end.
    """

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False, step: float | None = None) -> float:
        """A number from low to high, both included; `log`: drawn and modelled on a logarithmic scale, not with `step` (a grid from low)."""
        return float(self._suggest(name, {"float": [low, high]} | _written(log, step)))

    def suggest_int(self, name: str, low: int, high: int, *, log: bool = False, step: int | None = None) -> int:
        """A whole number from low to high, both included."""
        return int(self._suggest(name, {"int": [low, high]} | _written(log, step)))

    def suggest_categorical(self, name: str, choices: Sequence[Scalar], *, ordered: bool = False) -> Scalar:
        """One of these values: text, finite numbers, True, False or None. `ordered`: neighbours are alike."""
        kind = "ordinal" if ordered else "choice"
        value: Scalar = self._suggest(name, {kind: list(choices)})
        # JSON knows one kind of number
        return next((each for each in choices if each == value and isinstance(each, bool) == isinstance(value, bool)), value)

    def suggest_bool(self, name: str) -> bool:
        return bool(self._suggest(name, {"bool": True}))

    def _suggest(self, name: str, parameter: Mapping[str, Any]) -> Any:
        raise NotImplementedError


def _written(log: bool, step: float | None) -> dict[str, Any]:
    return ({"scale": "log"} if log else {}) | ({} if step is None else {"step": step})
