"""For XGBoost's `train`."""

from __future__ import annotations

from typing import Any

import xgboost

from ..context import Trial
from .steps import Folder, Steps


class TrialCallback(xgboost.callback.TrainingCallback):
    """Goes on from the trial's checkpoint, reports a metric after each round, and saves the model.

        callback = TrialCallback(trial, "valid", "logloss", rounds=100)
        xgboost.train(params, rows, callback.rounds, evals=[(held_out, "valid")], xgb_model=callback.model, callbacks=[callback])

    Each round has a seed of its own, of the trial's seed and its number, and after a checkpoint XGBoost's caches are made anew: so a model that
    goes on draws the rows and columns that it would have drawn. Raises TrialPruned and TrialStopped through `train`: let both pass.
    """

    def __init__(
        self, trial: Trial, data: str, metric: str, *, rounds: int, folder: Folder = None, every: int = 10, wait: bool = True
    ) -> None:
        """`data`, `metric`: names in `evals` and of an evaluation metric. `rounds`: in all; a scheduler's budget takes its place. `folder`, `every`,
        `wait`: where checkpoints are, after how many rounds, and whether to wait for the pruner. Another `every` is another training, where rows or columns are drawn."""
        super().__init__()
        self._trial, self._data, self._metric = trial, data, metric
        self._steps = Steps(trial, folder=folder, every=every, wait=wait, suffix=".ubj", anywhere=False)
        self._last = self._steps.total(rounds)
        self.model: xgboost.Booster | None = None
        """What to go on from."""
        if trial.checkpoint is not None:
            self.model = xgboost.Booster(model_file=trial.checkpoint)
        self.rounds = self._last - (0 if self.model is None else self.model.num_boosted_rounds())
        """For `train`: how many are left."""

    def before_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        model.set_param("seed", (self._trial.seed + model.num_boosted_rounds()) % (1 << 31))
        return False

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        done = model.num_boosted_rounds()
        try:
            value = evals_log[self._data][self._metric][-1]
        except KeyError as missing:
            known = ", ".join(f"{data} {metric}" for data, metrics in evals_log.items() for metric in metrics)
            raise KeyError(f"there is no {self._metric!r} of {self._data!r}: expected one of {known or 'what evals names'}") from missing
        self._steps.ended(done, value, model.save_model, is_last=done == self._last)
        if self._steps.is_due(done):
            # they hold generators that a checkpoint does not
            model.reset()
        return False
