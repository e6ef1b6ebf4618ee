"""Estimators of the tests of searches; run as a program, a search that notes each of its fits: `searching.py NOTES RESULTS`."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression, Ridge

from durable_tune.sklearn import TuneSearchCV


class Noting(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A logistic regression that adds a line to a file when it has been fitted."""

    def __init__(self, C: float = 1.0, notes: str = "", seconds: float = 0.0) -> None:
        self.C, self.notes, self.seconds = C, notes, seconds

    def fit(self, X: Any, y: Any) -> Noting:
        if self.C < 0:
            raise OverflowError(f"C is {self.C}")
        time.sleep(self.seconds)
        self.model_ = LogisticRegression(C=self.C).fit(X, y)
        self.classes_ = self.model_.classes_
        with open(self.notes, "a") as notes:
            notes.write(f"{self.C!r}\n")
        return self

    def predict(self, X: Any) -> Any:
        return self.model_.predict(X)


class Dying(Ridge):  # type: ignore[misc]
    """A ridge regression whose process may die."""

    def __init__(self, dies: bool = False) -> None:
        super().__init__()
        self.dies = dies

    def fit(self, X: Any, y: Any) -> Dying:
        if self.dies:
            os._exit(1)
        return super().fit(X, y)


def main(notes: str, results: str) -> None:
    X, y = load_iris(return_X_y=True)
    search = TuneSearchCV(Noting(notes=notes, seconds=0.2), {"C": (1e-3, 1e3, "log-uniform")}, trials=6, cv=2, heartbeat=2)
    search.fit(X, y)
    found = {key: list(map(float, each)) for key, each in search.cv_results_.items() if key.endswith("test_score")}
    with open(results, "w") as file:
        json.dump({"params": search.cv_results_["params"], **found, "best": search.best_params_}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
