"""TuneSearchCV on the engine: what it gives is what scikit-learn's own searches give; what it did, it does not do again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import check_estimator

from durable_tune import StudyError
from durable_tune.sklearn import TuneSearchCV

from . import searching
from .searching import Noting

X, y = load_iris(return_X_y=True)
pytestmark = pytest.mark.usefixtures("home")


def same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """But for times."""
    assert found.keys() == expected.keys()
    for key in found:
        if not key.endswith("_time"):
            np.testing.assert_array_equal(found[key], expected[key], key)


@pytest.mark.parametrize(
    ("estimator", "grid", "options", "params"),
    [
        (make_pipeline(PCA(), LogisticRegression()), {"pca__n_components": [1, 2], "logisticregression__C": [0.1, 1.0]}, {"cv": 3}, {}),
        (
            DecisionTreeClassifier(random_state=0),
            {"max_depth": [1, None]},
            {"scoring": ["accuracy", "neg_log_loss"], "refit": "accuracy", "return_train_score": True, "cv": 2},
            {"sample_weight": np.linspace(1, 2, len(y))},
        ),
        (LogisticRegression(), {"C": [0.1, 10.0]}, {"cv": GroupKFold(3), "n_jobs": 2}, {"groups": np.arange(len(y)) % 7}),
        (LogisticRegression(), {"C": [0.1, -1.0]}, {"cv": 2}, {}),
    ],
    ids=["a pipeline", "several metrics and weights", "groups and processes", "candidates that fail"],
)
@pytest.mark.filterwarnings("ignore")
def test_a_grid_is_searched_as_GridSearchCV_does(estimator: Any, grid: Any, options: Any, params: Any) -> None:
    expected = GridSearchCV(estimator, grid, **options | {"n_jobs": None}).fit(X, y, **params)
    search = TuneSearchCV(estimator, grid, sampler="grid", **options).fit(X, y, **params)
    order = [search.cv_results_["params"].index(each) for each in expected.cv_results_["params"]]
    found = {key: [value[i] for i in order] for key, value in search.cv_results_.items()}
    same(found, {key: list(value) for key, value in expected.cv_results_.items()})
    assert (search.best_score_, search.best_params_) == (expected.best_score_, expected.best_params_)
    assert (search.n_splits_, search.multimetric_) == (expected.n_splits_, expected.multimetric_)
    np.testing.assert_array_equal(search.predict(X), expected.predict(X))


@pytest.mark.filterwarnings("ignore")
def test_a_second_fit_goes_by_what_was_found_and_other_data_does_not(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    search = TuneSearchCV(Noting(notes=str(notes)), {"C": (1e-3, 1e3, "log-uniform")}, trials=3, cv=KFold(2, shuffle=True))
    first = search.fit(X, y)
    results, name = first.cv_results_, first.study_name_
    assert len(notes.read_text().splitlines()) == 3 * 2 + 1
    same(search.fit(X, y).cv_results_, results)
    assert len(notes.read_text().splitlines()) == 3 * 2 + 2, "it only refits"
    assert search.fit(X[1:], y[1:]).study_name_ != name
    search.set_params(resume=False).fit(X, y)
    assert search.study_name_ == name
    assert len(notes.read_text().splitlines()) == 3 * (3 * 2 + 1) + 1


def test_a_scorer_of_ones_own_is_known_again(tmp_path: Path) -> None:
    program = (
        "from sklearn.datasets import load_iris; from sklearn.linear_model import Ridge; from durable_tune.sklearn.fingerprint import fingerprint;"
        "print(fingerprint(Ridge(), {'scorer': lambda model, X, y: model.score(X, y)}, load_iris().data))"
    )
    marks = {subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout for _ in range(2)}
    assert len(marks) == 1
    assert len(marks.pop().strip()) == 12


def test_several_estimators_have_spaces_and_counts_of_their_own() -> None:
    classes = {
        "knn": (KNeighborsClassifier(), {"n_neighbors": (1, 20)}, 3),
        "tree": (DecisionTreeClassifier(random_state=0), {"max_depth": (1, 5)}, 2),
    }
    search = TuneSearchCV(classes, cv=3, parallel=2).fit(X, y)
    models = [each["model"] for each in search.cv_results_["params"]]
    assert (models.count("knn"), models.count("tree")) == (3, 2)
    kind = {"knn": KNeighborsClassifier, "tree": DecisionTreeClassifier}[search.best_params_["model"]]
    assert isinstance(search.best_estimator_, kind)
    assert {"model": search.best_params_["model"], **search.best_estimator_.get_params()}.items() >= search.best_params_.items()
    assert search.predict(X).shape == y.shape


def test_what_an_estimator_raises_ends_the_search_where_it_is_to(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    search = TuneSearchCV(Noting(notes=str(notes)), {"C": [-1.0, -2.0]}, sampler="grid", cv=2, error_score="raise")
    for _ in range(2):
        # a search that failed begins anew
        with pytest.raises(OverflowError, match="C is -"):
            search.fit(X, y)
    with pytest.raises(ValueError, match=r"(?s)All the 4 fits failed.*OverflowError: C is -"):
        search.set_params(error_score=np.nan).fit(X, y)


def test_what_cannot_be_searched_is_refused() -> None:
    with pytest.raises(StudyError, match="there is no space"):
        TuneSearchCV(LogisticRegression()).fit(X, y)
    with pytest.raises(StudyError, match="the model class 'a' is .*: expected"):
        TuneSearchCV({"a": LogisticRegression()}).fit(X, y)
    with pytest.raises(StudyError, match="stop is {}, expected trials"):
        TuneSearchCV(LogisticRegression(), {"C": [1, 2]}).fit(X, y)


CHECKED = [
    (LogisticRegression(), {"C": [0.1, 1.0]}, []),
    (Ridge(), {"alpha": [0.1, 1.0]}, ["check_supervised_y_2d"]),
    (make_pipeline(PCA(), Ridge()), {"ridge__alpha": [0.1, 1.0]}, ["check_supervised_y_2d"]),
    (make_pipeline(PCA(), LogisticRegression()), {"logisticregression__C": [0.1, 1.0]}, []),
]
"""As scikit-learn checks GridSearchCV, and what that is not expected to pass either; all of them with DTUNE_CHECKS=all."""


@pytest.mark.parametrize(("estimator", "grid", "failing"), CHECKED[: None if os.environ.get("DTUNE_CHECKS") == "all" else 1])
@pytest.mark.filterwarnings("ignore")
def test_it_passes_scikit_learns_own_checks(estimator: Any, grid: Any, failing: list[str]) -> None:
    search = TuneSearchCV(estimator, grid, sampler="grid", cv=2, error_score="raise")
    check_estimator(search, on_skip=None, expected_failed_checks=dict.fromkeys(failing, "as of GridSearchCV"))


def test_a_search_that_is_killed_goes_on_and_finds_the_same(tmp_path: Path) -> None:
    notes, killed, whole = (tmp_path / name for name in ("notes", "killed", "whole"))
    program = [sys.executable, searching.__file__]
    process = subprocess.Popen([*program, str(notes), str(killed)])
    while not notes.exists() or len(notes.read_text().splitlines()) < 5:
        assert process.poll() is None, "it ends only later"
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    finished = notes.read_text().splitlines()
    subprocess.run([*program, str(notes), str(killed)], check=True)
    fits = notes.read_text().splitlines()
    found = json.loads(killed.read_text())
    # two fits a trial and the refit; of the trial in flight they may be there twice
    assert len(fits) <= 6 * 2 + 1 + 2
    assert fits[: len(finished)] == finished
    assert all(fits.count(repr(each["C"])) - (each == found["best"]) == 2 for each in found["params"][:2])
    # another file for notes makes it another search
    subprocess.run([*program, str(tmp_path / "other"), str(whole)], check=True)
    assert json.loads(whole.read_text()) == found
