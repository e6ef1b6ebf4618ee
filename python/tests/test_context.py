"""What a trial function sees and says, without a study."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from durable_tune import LocalTrial, Trial, TrialFailedError, TrialPruned, current_trial, trial
from durable_tune.answer import answer_of
from durable_tune.decorator import trials_of


class Scalar:
    """As numpy's."""

    def __float__(self) -> float:
        return 0.5

    def tolist(self) -> float:
        return 0.5


class Array:
    def __init__(self, *values: float) -> None:
        self._values = values

    def tolist(self) -> list[float]:
        return list(self._values)


def test_a_local_trial_is_given_what_it_asks_for_by_name() -> None:
    local = Trial.local({"net.lr": 0.5, "kind": None})
    assert local.suggest_float("net.lr", 0, 1) == 0.5
    assert local.suggest_categorical("kind", ["a", None]) is None
    with pytest.raises(TrialFailedError, match="momentum is not known here: expected its value"):
        local.suggest_bool("momentum")


def test_a_local_trial_keeps_what_is_reported_and_saved(tmp_path: Path) -> None:
    local = Trial.local({"net.lr": 0.5}, seed=3, budget=9)
    local.report(1, Scalar())
    local.save_checkpoint("first")
    local.save_checkpoint(tmp_path / "second")
    assert (local.params, local.seed, local.budget) == ({"net": {"lr": 0.5}}, 3, 9)
    assert (local.reports, local.saved) == ([(1, 0.5)], ["first", str(tmp_path / "second")])


def test_a_waited_report_raises_where_the_trial_is_pruned() -> None:
    local = Trial.local()
    local.report(1, 0.5, wait=True)
    local.stop = True
    local.report(2, 0.5)
    with pytest.raises(TrialPruned, match="step 3"):
        local.report(3, 0.5, wait=True)
    assert local.should_stop


@pytest.mark.parametrize("step", [-1, math.nan, math.inf, "1", None, True])
def test_a_step_that_is_none_is_refused(step: object) -> None:
    with pytest.raises(TrialFailedError, match="a report's step is"):
        Trial.local().report(step, 0.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [math.nan, -math.inf, "0.5", None])
def test_a_value_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(TrialFailedError, match="the value reported at step 1 is"):
        Trial.local().report(1, value)  # type: ignore[arg-type]


def test_too_long_a_checkpoint_is_refused() -> None:
    with pytest.raises(TrialFailedError, match="takes 4098 bytes: expected at most 4096"):
        Trial.local().save_checkpoint("ß" * 2049)


def test_a_checkpoint_that_is_gone_is_none() -> None:
    assert Trial.local(checkpoint="/nowhere/at/all").checkpoint is None
    assert Trial.local(checkpoint="s3://bucket/it").checkpoint == "s3://bucket/it"


def test_numbers_of_any_kind_are_results() -> None:
    assert answer_of(Scalar()) == {"value": 0.5}
    assert answer_of(3) == {"value": 3}
    assert answer_of({"value": Scalar(), "folds": Array(1, 2), "checkpoint": Path("/a")}) == {
        "value": 0.5,
        "folds": [1, 2],
        "checkpoint": "/a",
    }


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        (math.nan, "the result is nan: expected a finite number"),
        ({"value": math.inf}, "value is inf"),
        ({"attributes": {"list": [0, math.nan]}}, r"attributes.list\[1\] is nan"),
        ({"attributes": {"object": object()}}, "attributes.object is <object"),
        ({"reports": [[1, 2, 3]]}, r"a report is \[1, 2, 3\]"),
        ({"reports": [[-1, 2]]}, "a report's step is -1"),
        (None, "there is no result"),
        ("good", "the result is 'good'"),
    ],
)
def test_what_json_cannot_hold_is_refused_in_words(returned: object, words: str) -> None:
    with pytest.raises(TrialFailedError, match=words):
        answer_of(returned)


def test_there_is_no_current_trial_outside_of_one() -> None:
    with pytest.raises(TrialFailedError, match="no trial runs in this process"):
        current_trial()


def test_a_decorated_function_is_still_one() -> None:
    @trial
    def train(lr: float, trial: LocalTrial) -> float:
        trial.report(1, lr)
        return lr

    local = Trial.local()
    assert train(0.5, local) == 0.5
    assert local.reports == [(1, 0.5)]


def test_trials_of_a_module_go_by_their_names() -> None:
    from types import ModuleType

    module = ModuleType("training")
    module.first = trial(lambda: 1)  # type: ignore[attr-defined]
    module.other = 5  # type: ignore[attr-defined]
    assert list(trials_of(module)) == ["<lambda>"]
    module.second = trial(name="second")(lambda: 2)  # type: ignore[attr-defined]
    assert list(trials_of(module)) == ["<lambda>", "second"]


def test_rows_are_divided_where_the_study_says_how() -> None:
    with pytest.raises(TrialFailedError, match="this study does not say how rows are divided"):
        Trial.local().split(10)
