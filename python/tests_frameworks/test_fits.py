"""Fits in processes."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.metrics import get_scorer

from durable_tune import TrialFailedError, TrialStopped
from durable_tune.sklearn.evaluation import SINGLE, Evaluation
from durable_tune.sklearn.fits import fits_of

from .searching import Dying

X = np.arange(20.0).reshape(-1, 1)
SPLITS = [(np.arange(10), np.arange(10, 20)), (np.arange(10, 20), np.arange(10))]


def evaluation(estimator: Any) -> Evaluation:
    options = {"scorer": get_scorer("r2"), "fit_params": {}, "score_params": {}, "return_train_score": False, "error_score": 0.0, "verbose": 0}
    return Evaluation({SINGLE: estimator}, X, X[:, 0], SPLITS, options)


def scores(fits: list[dict[str, Any]]) -> list[float]:
    return [fit["test_scores"] for fit in fits]


def test_a_process_that_dies_fails_its_trial_alone() -> None:
    running = threading.Event()
    with fits_of(evaluation(Dying()), 2) as fits:
        with pytest.raises(TrialFailedError, match="a process of its fits died"):
            fits.all(SINGLE, {"dies": True}, running)
        found = scores(fits.all(SINGLE, {"dies": False}, running))
    with fits_of(evaluation(Ridge()), 1) as fits:
        assert scores(fits.all(SINGLE, {}, running)) == found


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_search_that_ends_waits_for_no_further_fit(jobs: int) -> None:
    ended = threading.Event()
    ended.set()
    with fits_of(evaluation(Ridge()), jobs) as fits, pytest.raises(TrialStopped, match="the search ended before"):
        fits.all(SINGLE, {}, ended)
