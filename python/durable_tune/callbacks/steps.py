"""What every callback does once a step of training (an epoch, a boosting round) has ended."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from ..context import Trial
from ..errors import TrialStopped
from ..measurement import Number
from .checkpoints import Checkpoints

Folder = str | os.PathLike[str] | None


class Steps:
    """Counted from 1. Killed after the report and before the checkpoint, the step is trained again and reports the same."""

    def __init__(
        self, trial: Trial, *, folder: Folder = None, every: int = 1, wait: bool = True, suffix: str = "", anywhere: bool = True
    ) -> None:
        """`every`: so many steps from one checkpoint to the next. `wait`: for the pruner's word where the study asks it. `anywhere`: also where
        the trial is to end in between."""
        self.trial, self._every, self._wait, self._anywhere = trial, every, wait, anywhere
        self._checkpoints = Checkpoints(trial, folder, suffix)

    def total(self, steps: int) -> int:
        """How many there are in all: what a scheduler's budget says, else `steps`."""
        budget = self.trial.budget
        return steps if budget is None else int(budget)

    def epochs(
        self, total: int, done: int, score: Callable[[], Number], write: Callable[[Path, int], None]
    ) -> Iterator[int]:
        """The epochs after `done`, each reported by its `score()` once the caller has trained it; `write(path, epoch)` saves one."""
        last = self.total(total)
        for epoch in range(done + 1, last + 1):
            yield epoch
            self.ended(epoch, score(), lambda path: write(path, epoch), is_last=epoch == last)

    def is_due(self, step: int) -> bool:
        """Whether there is a checkpoint after this step."""
        return step % self._every == 0

    def ended(self, step: int, value: Number, write: Callable[[Path], None], *, is_last: bool = False) -> None:
        """Reports the step, and has its checkpoint written where it is due.

        Raises TrialPruned where the study wants no more of the trial, and TrialStopped where it is to end now.
        """
        self.trial.report(step, value, wait=self._wait)
        is_to_end = self.trial.should_stop
        if is_last or self.is_due(step) or (is_to_end and self._anywhere):
            self._checkpoints.save(write)
        if is_to_end:
            raise TrialStopped(f"trial {self.trial.number} ends after step {step}")
