"""What is searched: one estimator with its space, or several, each a model class with a space and a number of trials of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.base import clone

from ..errors import StudyError
from .evaluation import SINGLE
from .space import SearchSpace

MODEL = "model"
"""The parameter that says which model class a candidate is of, in a search of several."""

_EXPECTED = "expected {'svm': (SVC(), space), 'forest': (RandomForestClassifier(), space, 50)}"


class Candidates:
    """Estimators and spaces by model class."""

    def __init__(self, estimator: Any, space: Mapping[str, Any] | None) -> None:
        """Raises StudyError where that is not what was given."""
        if not isinstance(estimator, Mapping):
            if space is None:
                raise StudyError("there is no space: expected parameters by name, as {'C': (0.001, 1000, 'log-uniform')}")
            self.estimators = {SINGLE: clone(estimator)}
            self._spaces = {SINGLE: SearchSpace(space)}
            self.written: dict[str, Any] = {"space": self._spaces[SINGLE].written}
            return
        if space is not None:
            raise StudyError("there are several estimators and a space beside them: expected a space within each; " + _EXPECTED)
        classes = {name: _class_of(name, each) for name, each in estimator.items()}
        self.estimators = {name: clone(each) for name, (each, _, _) in classes.items()}
        self._spaces = {name: SearchSpace(each) for name, (_, each, _) in classes.items()}
        counts = {name: {} if count is None else {"trials": count} for name, (_, _, count) in classes.items()}
        self.written = {"models": {name: {"space": self._spaces[name].written, **counts[name]} for name in classes}}
        """What of the study's definition says it."""

    @property
    def first(self) -> Any:
        """One of the estimators: of the others it is not known what they can do until one is the best."""
        return next(iter(self.estimators.values()))

    def of_trial(self, params: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Model class and parameters, of what a trial is called with."""
        model = SINGLE if SINGLE in self.estimators else params[MODEL]
        return model, self._spaces[model].values(params)

    def of_record(self, record: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The same of a study's record of a trial: its parameters' names begin with its class's."""
        model = record.get("model", SINGLE)
        plain = {name.removeprefix(f"{model}."): value for name, value in record["params"].items()}
        return model, self._spaces[model].values(plain)


def _class_of(name: str, given: Any) -> tuple[Any, Any, int | None]:
    if not isinstance(given, tuple) or len(given) not in (2, 3):
        raise StudyError(f"the model class {name!r} is {given!r}: {_EXPECTED}")
    estimator, space, *count = given
    return estimator, space, count[0] if count else None
