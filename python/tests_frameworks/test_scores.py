"""Fits as a trial's answer, and back."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from durable_tune import StudyError
from durable_tune.answer import answer_of as checked
from durable_tune.sklearn.evaluation import Fit
from durable_tune.sklearn.scores import answer_of, fits_from


def fit(scores: Any, error: str | None = None) -> Fit:
    times = {"fit_time": 0.25, "score_time": 0.125}
    return {"fit_error": error, "test_scores": scores, "train_scores": scores, "n_test_samples": 10, **times}


def there_and_back(fits: list[Fit], objectives: list[str], folder: Path) -> tuple[dict[str, Any], list[Fit]]:
    answer = json.loads(json.dumps(checked(answer_of(fits, objectives, folder)), allow_nan=False))
    return answer, fits_from(answer["attributes"], [10] * len(fits))


@pytest.mark.parametrize("folds", [2, 1000])
def test_scores_survive(folds: int, tmp_path: Path) -> None:
    fits = [fit(1 / (fold + 3)) for fold in range(folds)]
    answer, found = there_and_back(fits, ["score"], tmp_path)
    assert found == fits
    assert answer["values"]["score"] == pytest.approx(math.fsum(each["test_scores"] for each in fits) / folds)
    assert answer["constraints"] == {"failed_fits": 0}
    assert answer["cost"] == folds * 0.375
    # the study takes 16 KiB of a trial
    assert len(json.dumps(answer)) < 16_384
    assert len(list(tmp_path.iterdir())) == (folds == 1000)


def test_metrics_survive_each_by_its_name(tmp_path: Path) -> None:
    fits = [fit({"auc": 0.75, "loss": -math.inf}), fit({"auc": 0.5, "loss": -2.0})]
    answer, found = there_and_back(fits, ["auc"], tmp_path)
    assert found == fits
    assert answer["values"] == {"auc": 0.625}
    assert answer["folds"] == [0.75, 0.5]


def test_failed_fits_are_an_infeasible_trial_that_says_why(tmp_path: Path) -> None:
    fits = [fit(math.nan, "it broke"), fit(0.5)]
    answer, found = there_and_back(fits, ["score"], tmp_path)
    assert answer["constraints"] == {"failed_fits": 1}
    assert answer["values"] == {"score": 0.5}
    assert "folds" not in answer
    assert math.isnan(found[0]["test_scores"])
    assert [each["fit_error"] for each in found] == ["it broke", None]


def test_a_scorer_without_the_metric_to_tune_by_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="the scorer gives auc, but not 'score'"):
        answer_of([fit({"auc": 1.0})], ["score"], tmp_path)
