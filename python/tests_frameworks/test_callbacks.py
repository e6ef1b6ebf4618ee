"""Trainings of examples/python, killed and gone on with: their reports and results are those of the undisturbed ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sklearn.linear_model import SGDClassifier

from durable_tune import LocalTrial, Trial, TrialPruned, TrialStopped
from durable_tune.callbacks.checkpoints import Checkpoints
from durable_tune.callbacks.sklearn import epochs

from .killing import example, resumes_exactly

TRAININGS = [
    ("partial_fit", {"alpha": 1e-4, "eta0": 1e-3}, 4),
    ("keras_digits", {"units": 16, "dropout": 0.3, "lr": 0.01}, 3),
    ("xgboost_cancer", {"eta": 0.3, "max_depth": 3, "subsample": 0.6}, 27),
    ("lightgbm_cancer", {"learning_rate": 0.1, "num_leaves": 7, "bagging_fraction": 0.6}, 27),
]


@pytest.fixture(autouse=True)
def checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DTUNE_HOME", str(tmp_path))
    return tmp_path / "checkpoints" / "local" / "0"


@pytest.mark.parametrize(("name", "params", "at"), TRAININGS)
def test_a_training_that_was_killed_ends_as_the_undisturbed_one(name: str, params: dict[str, Any], at: int) -> None:
    resumes_exactly(example(name).train, params, at)


def fit(trial: Trial, total: int = 5, **options: Any) -> list[int]:
    model = SGDClassifier(random_state=0)
    done = []
    for epoch in epochs(trial, model, total, score=lambda: 0.5, **options):
        model.partial_fit([[0.0], [1.0]], [0, 1], classes=[0, 1])
        done.append(epoch)
    return done


def test_a_budget_takes_the_place_of_the_total() -> None:
    assert fit(LocalTrial({}, 0, 3, None, "tune")) == [1, 2, 3]


def test_checkpoints_are_saved_so_often_and_after_the_last_epoch() -> None:
    trial = Trial.local()
    assert fit(trial, every=2) == [1, 2, 3, 4, 5]
    assert len(trial.saved) == 3


def test_a_trial_that_is_to_end_saves_a_checkpoint_and_ends() -> None:
    trial = Trial.local()
    trial.stop = True
    with pytest.raises(TrialPruned):
        fit(trial)
    with pytest.raises(TrialStopped, match="ends after step 1"):
        fit(trial, wait=False, every=4)
    assert len(trial.saved) == 1


def test_checkpoints_go_once_a_newer_one_is_known(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("durable_tune.callbacks.checkpoints.time.monotonic", lambda: now)
    trial = Trial.local()
    saving = Checkpoints(trial)
    for now in (0.0, 4.0, 9.0, 16.0):
        saving.save(lambda path: path.write_text("state") and None)
    left = {each.name for each in checkpoints.iterdir()}
    assert left == {Path(each).name for each in trial.saved[1:]}


def test_what_could_not_be_written_is_no_checkpoint(checkpoints: Path) -> None:
    def write(path: Path) -> None:
        path.write_text("half")
        raise OSError("disk full")

    trial = Trial.local()
    with pytest.raises(OSError, match="disk full"):
        Checkpoints(trial).save(write)
    assert trial.saved == []
    assert trial.checkpoint is None
