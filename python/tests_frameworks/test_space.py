"""Search spaces as scikit-learn's users write them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import Ridge

from durable_tune import Choice, Float, StudyError
from durable_tune.sklearn.space import SearchSpace

RIDGE = Ridge()


@pytest.mark.parametrize(
    ("domain", "written"),
    [
        ((0.001, 10.0, "log-uniform"), {"float": [0.001, 10.0], "scale": "log"}),
        ((0, 1.0), {"float": [0.0, 1.0]}),
        ((1, 8), {"int": [1, 8]}),
        ((1, 1024, "log-uniform"), {"int": [1, 1024], "scale": "log"}),
        (stats.uniform(2, 3), {"float": [2.0, 5.0]}),
        (stats.loguniform(1e-3, 1), {"float": [0.001, 1.0], "scale": "log"}),
        (stats.randint(1, 9), {"int": [1, 8]}),
        (["l1", "l2", None, True, 3], {"choice": ["l1", "l2", None, True, 3]}),
        (np.array([0.1, 1.0]), {"choice": [0.1, 1.0]}),
        (Float(1e-4, 1, log=True), {"float": [1e-4, 1], "scale": "log"}),
        ({"array": {"int": [1, 64]}, "length": 2}, {"array": {"int": [1, 64]}, "length": 2}),
    ],
)
def test_domains_become_a_studys(domain: Any, written: dict[str, Any]) -> None:
    assert SearchSpace({"x": domain}).written == {"x": written}


@pytest.mark.parametrize(
    ("domain", "recorded", "value"),
    [
        # JSON does not know 1 from 1.0, estimators do
        ((0.0, 2.0), 1, 1.0),
        ([0.5, 1.0], 1, 1.0),
        ([1, 2], 1, 1),
        (np.array([1, 2]), 2, np.int64(2)),
        (Choice("a", 1.0), 1, 1.0),
        ({"array": {"float": [0, 1]}, "length": 2}, [1, 0.5], [1.0, 0.5]),
        ([RIDGE, "passthrough"], "0: Ridge()", RIDGE),
        ([1, 1.0, True], "1: 1.0", 1.0),
        ([(5, 5), (10,)], "1: (10,)", (10,)),
    ],
)
def test_values_come_back_as_they_were_written(domain: Any, recorded: Any, value: Any) -> None:
    found = SearchSpace({"x": domain}).values({"x": recorded, "other": 1})
    assert found == {"x": value}
    assert type(found["x"]) is type(value)


@pytest.mark.parametrize(
    ("space", "words"),
    [
        ([{"C": [1]}], "expected parameters by name"),
        ({"C": 3}, "the space's 'C' is 3: expected a list of choices"),
        ({"C": ("a", "b")}, "expected .low, high. or .low, high, 'log-uniform'.; write choices as a list"),
        ({"C": (1, 2, "cubic")}, "a tuple: expected"),
        ({"C": stats.norm()}, "the distribution .norm., whose range is not clear"),
    ],
)
def test_what_has_no_clear_range_is_refused(space: Any, words: str) -> None:
    with pytest.raises(StudyError, match=words):
        SearchSpace(space)
