"""What a trial function gets to know of its trial, and by what it reports."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

from .errors import TrialFailedError, TrialPruned
from .measurement import Measurement, Number, measurement
from .nesting import nest
from .splitting import Fold, split_rows
from .suggesting import Suggesting
from .wire import MAX_CHECKPOINT_BYTES, WireTrial


class Outlet(Protocol):
    """Where what a trial says goes: to its worker, or nowhere in a trial of its own."""

    def report(self, reported: Measurement, wait: bool) -> Literal["go on", "prune"]: ...

    def checkpoint(self, pointer: str) -> None: ...

    def restored(self, pointer: str) -> None: ...

    def should_stop(self) -> bool: ...

    def suggest(self, name: str, parameter: Mapping[str, Any]) -> Any:
        """The value of a parameter. Raises TrialFailedError or TrialStopped."""
        ...


class Trial(Suggesting):
    """The trial that runs. A parameter annotated `Trial` (or called `trial`) of a trial function receives it; `current_trial()` finds it, too."""

    def __init__(self, facts: WireTrial, outlet: Outlet) -> None:
        self._facts = facts
        self._outlet = outlet
        self._checkpoint = self._newest()

    @staticmethod
    def local(
        params: Mapping[str, Any] | None = None,
        *,
        seed: int = 0,
        budget: float | None = None,
        checkpoint: str | None = None,
        phase: Literal["tune", "test"] = "tune",
    ) -> LocalTrial:
        """A trial of no study, to call a trial function in a test: it keeps what is reported and saved.

        What the function asks for (`suggest_float`, …) is found among the parameters by its dotted name.
        """
        return LocalTrial(params or {}, seed, budget, checkpoint, phase)

    @property
    def params(self) -> dict[str, Any]:
        """Parameter values; those with dotted names are nested."""
        return nest(self._facts.params)

    @property
    def study(self) -> str:
        """The study's name."""
        return self._facts.study

    @property
    def number(self) -> int:
        """The trial's number, from 0."""
        return self._facts.number

    @property
    def attempt(self) -> int:
        """From 1; higher after a retry or a lost worker."""
        return self._facts.attempt

    @property
    def seed(self) -> int:
        """For everything random in the trial: 0 to 2³²-1, the same in each of its attempts."""
        return self._facts.seed

    @property
    def budget(self) -> float | None:
        """Absolute total of steps (epochs, …) to reach, where a scheduler sets one."""
        return self._facts.budget

    @property
    def folds(self) -> tuple[float, ...] | None:
        """Where budgets are folds (scheduler racing): the scores of those that are done; go on with the fold after them."""
        return self._facts.folds

    @property
    def replicate(self) -> int | None:
        """Which run of the trial this is, from 0, where the study has `replicates`."""
        return self._facts.replicate

    @property
    def objectives(self) -> tuple[str, ...]:
        """Their names, in the study's order."""
        return self._facts.objectives

    @property
    def constraints(self) -> tuple[str, ...]:
        """Their names, in the study's order."""
        return self._facts.constraints

    @property
    def phase(self) -> Literal["tune", "test"]:
        """`test`: the final test of a study that has one (or a night's) runs this."""
        return self._facts.phase

    @property
    def stage(self) -> Literal["train", "evaluate"] | None:
        """Of a study with `trial.evaluate`: `train` saves a checkpoint and returns no value, `evaluate` measures `checkpoint`."""
        return self._facts.stage

    @property
    def evaluation(self) -> Mapping[str, Any] | None:
        """How the study says that rows are divided; None where it says nothing of it."""
        return self._facts.evaluation

    @property
    def checkpoint(self) -> str | None:
        """What `save_checkpoint` was last given, in this attempt's past or by the trial it descends from: go on from there.

        Where it is the path of something that is not there any more, it is the newest one before that still is. None: from the beginning.
        """
        return self._checkpoint

    def report(self, step: Number, value: Number, *, wait: bool = False) -> None:
        """Measures the first objective at a step of training; the first value of a step stands. Training goes on meanwhile.

        With `wait` it waits for what the study's pruner says of the trial: no time at all at a step where it is not asked.

        Raises TrialPruned, waiting, where the study wants no more of the trial, and TrialFailedError where the step (>= 0) or the value is
        not finite.
        """
        if self._outlet.report(measurement(step, value), wait) == "prune":
            raise TrialPruned(f"trial {self.number} is pruned at step {step}")

    def save_checkpoint(self, checkpoint: str | os.PathLike[str]) -> None:
        """Remembers where to go on from if the process, the worker or the machine dies.

        A path is made absolute, and has to be one that every worker of the study can read; what is there must be whole by now, and must
        not be written to any more: give each checkpoint, and each attempt, a path of its own. A string is kept as it is, 4,096 bytes at most.
        """
        pointer = checkpoint if isinstance(checkpoint, str) else str(Path(checkpoint).absolute())
        size = len(pointer.encode())
        if size > MAX_CHECKPOINT_BYTES:
            raise TrialFailedError(
                f"the checkpoint takes {size} bytes: expected at most {MAX_CHECKPOINT_BYTES}; write the state to a file and give its path"
            )
        self._outlet.checkpoint(pointer)

    @property
    def should_stop(self) -> bool:
        """Whether the trial is to end now (pruned, cancelled, its study paused at once, its worker shut down): it has 5 seconds left.

        Save a checkpoint, and return or raise: what it returns counts where the study was told to stop.
        """
        return self._outlet.should_stop()

    def split(self, rows: int | None = None, *, labels: Sequence[Any] | None = None, groups: Sequence[Any] | None = None) -> list[Fold]:
        """The rows of each fold, as the study's `evaluate` says, in the order in which `folds` of the result are expected.

        Give how many rows there are, or the class of each (`labels`, for stratified parts), or the group of each (`groups` stay together). In
        phase 'tune' it is the study's split, without the rows that the final test keeps for itself; in phase 'test' that of the final test.
        The same data gives the same folds, in every trial. Raises TrialFailedError in words where there is no such split.
        """
        return split_rows(self.phase, self.evaluation, rows, labels, groups)

    def _suggest(self, name: str, parameter: Mapping[str, Any]) -> Any:
        return self._outlet.suggest(name, parameter)

    def _newest(self) -> str | None:
        newest = self._facts.checkpoint
        if newest is None or _may_be_there(newest):
            return newest
        for earlier in self._facts.fallbacks:
            if _may_be_there(earlier):
                self._outlet.restored(earlier)
                return earlier
        return None


class LocalTrial(Trial):
    """A trial of no study."""

    reports: list[Measurement]
    saved: list[str]
    """Checkpoints, the newest last."""
    stop: bool
    """Set it to try what the function does when it is to end."""

    def __init__(
        self, params: Mapping[str, Any], seed: int, budget: float | None, checkpoint: str | None, phase: Literal["tune", "test"]
    ) -> None:
        self.reports, self.saved, self.stop = [], [], False
        facts = WireTrial(
            study="local",
            workflow="",
            first_run_id="",
            number=0,
            attempt=1,
            seed=seed,
            params=params,
            budget=budget,
            folds=None,
            replicate=None,
            checkpoint=checkpoint,
            fallbacks=(),
            crossed=(),
            crossings=None,
            objectives=("value",),
            constraints=(),
            phase=phase,
            evaluation=None,
            stage=None,
            suggested=(),
            raw={},
        )
        super().__init__(facts, _Kept(self, params))


class _Kept:
    def __init__(self, trial: LocalTrial, params: Mapping[str, Any]) -> None:
        self._trial, self._params = trial, params

    def report(self, reported: Measurement, wait: bool) -> Literal["go on", "prune"]:
        self._trial.reports.append(reported)
        return "prune" if wait and self._trial.stop else "go on"

    def checkpoint(self, pointer: str) -> None:
        self._trial.saved.append(pointer)

    def restored(self, pointer: str) -> None:
        pass

    def should_stop(self) -> bool:
        return self._trial.stop

    def suggest(self, name: str, parameter: Mapping[str, Any]) -> Any:
        if name in self._params:
            return self._params[name]
        raise TrialFailedError(f"{name} is not known here: expected its value, Trial.local({{{name!r}: …}})")


_current: Trial | None = None


def current_trial() -> Trial:
    """The trial that this process runs: for callbacks. Raises TrialFailedError where none does."""
    if _current is None:
        raise TrialFailedError("no trial runs in this process: expected to be called by a trial function that a worker runs")
    return _current


def set_current_trial(trial: Trial | None) -> None:
    """For what runs trials."""
    global _current
    _current = trial


def _may_be_there(pointer: str) -> bool:
    """False of an absolute path of nothing; what is no path cannot be told."""
    return not os.path.isabs(pointer) or os.path.exists(pointer)


__all__: Sequence[str] = ["LocalTrial", "Trial", "current_trial", "set_current_trial"]
