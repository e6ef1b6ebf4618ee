"""Trials as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import TuningError

if TYPE_CHECKING:
    from pandas import DataFrame

_BRANCHES = ("params", "values", "constraints")


def dataframe(trials: Iterable[Mapping[str, Any]]) -> DataFrame:
    """A row a trial, a column `params.NAME` a parameter, `values.NAME` an objective. Raises TuningError where there is no pandas."""
    try:
        import pandas
    except ImportError as error:
        raise TuningError("there is no pandas here: `pip install 'durable-tune[pandas]'`, or use trials(), a list of dicts") from error
    return pandas.DataFrame([_flat(trial) for trial in trials])


def _flat(trial: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for key, value in trial.items():
        if key in _BRANCHES and isinstance(value, Mapping):
            row |= {f"{key}.{name}": each for name, each in value.items()}
        elif key != "values":
            row[key] = value
    return row
