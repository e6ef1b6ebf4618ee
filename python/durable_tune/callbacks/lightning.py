"""For Lightning (`lightning.pytorch`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lightning.pytorch.callbacks import Callback

from ..context import Trial
from .randomness import random_states, restore_random_states
from .steps import Folder, Steps


class TrialCallback(Callback):
    """Reports a metric after each epoch, and saves Lightning's own checkpoint; `fit` goes on from the trial's.

        callback = TrialCallback(trial, "val_accuracy", epochs=20)
        trainer = Trainer(max_epochs=callback.epochs, callbacks=[callback], enable_checkpointing=False)
        trainer.fit(model, train, valid, ckpt_path=trial.checkpoint, weights_only=False)

    The generators that PyTorch, NumPy and Python share are brought back, too, so that data loaders shuffle as they would have. Raises
    TrialPruned and TrialStopped through `fit`: let both pass.
    """

    def __init__(self, trial: Trial, metric: str, *, epochs: int, folder: Folder = None, every: int = 1, wait: bool = True) -> None:
        """`metric`: as the module logs it. `epochs`: in all; a scheduler's budget takes its place. `folder`, `every`, `wait`: where checkpoints are,
        after how many epochs, and whether to wait for the pruner."""
        super().__init__()
        self._metric = metric
        self._steps = Steps(trial, folder=folder, every=every, wait=wait, suffix=".ckpt")
        self._random: dict[str, Any] | None = None
        self.epochs = self._steps.total(epochs)
        """For the trainer's `max_epochs`."""

    def state_dict(self) -> dict[str, Any]:
        return random_states()

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self._random = state_dict

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        if self._random is None:
            return
        # by now Lightning has drawn the first batch: it is drawn again, as the next epoch would have drawn it
        restore_random_states(self._random)
        iter(trainer.fit_loop._data_fetcher)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        metrics = trainer.callback_metrics
        if self._metric not in metrics:
            raise KeyError(f"{self._metric!r} is none of the metrics of this epoch: expected one of {', '.join(metrics)}")
        epoch = trainer.current_epoch + 1

        def write(path: Path) -> None:
            trainer.save_checkpoint(path)

        self._steps.ended(epoch, metrics[self._metric].item(), write, is_last=epoch == self.epochs)
