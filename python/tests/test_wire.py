"""The wire contract, by the fixtures that the study's side has written (test/study/trial/wire.test.ts)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from durable_tune.answer import answer_of
from durable_tune.crossings import CrossingSteps
from durable_tune.errors import TrialFailedError
from durable_tune.nesting import flatten, nest
from durable_tune.wire import Crossings, WireTrial
from durable_tune.worker.progress import Progress

from .conftest import fixture


def titled(name: str) -> Any:
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["title"]) for case in fixture(name)])


def on_wire(value: Any) -> Any:
    return json.loads(json.dumps(value))


@titled("requests")
def test_a_trial_is_read_as_it_was_called(case: Any) -> None:
    wire = case["wire"]
    trial = WireTrial.read(wire)
    assert trial.raw == wire
    assert (trial.study, trial.workflow, trial.first_run_id) == (wire["study"], wire["workflow"], wire["firstRunId"])
    assert (trial.number, trial.attempt, trial.seed) == (wire["number"], wire["attempt"], wire["seed"])
    assert trial.params == wire["params"]
    assert (trial.budget, trial.checkpoint, trial.phase) == (wire["budget"], wire["checkpoint"], wire["phase"])
    assert list(trial.fallbacks) == wire.get("fallbacks", [])
    assert on_wire(trial.folds) == wire.get("folds")
    assert trial.replicate == wire.get("replicate")
    assert trial.stage == wire.get("stage")
    assert on_wire(trial.suggested) == wire.get("suggested")
    assert on_wire(trial.crossed) == wire.get("crossed", [])
    assert (list(trial.objectives), list(trial.constraints)) == (wire["objectives"], wire["constraints"])
    assert trial.evaluation == wire["evaluation"]


@titled("requests")
def test_dotted_parameters_are_nested_as_on_the_other_side(case: Any) -> None:
    assert nest(case["wire"]["params"]) == case["nested"]


def test_what_nests_is_flattened_again() -> None:
    params = {"model.kind": "net", "model.net.units": [64, 32], "lr": 0.5}
    assert flatten(nest(params)) == params


@titled("answers")
def test_an_answer_that_the_study_takes_crosses_as_it_is(case: Any) -> None:
    answer = case["answer"]
    assert on_wire(answer_of(answer)) == (answer if isinstance(answer, dict) else {"value": answer})


@titled("bad-answers")
def test_an_answer_that_the_study_refuses_reaches_it_or_is_refused_here(case: Any) -> None:
    answer = case["answer"]
    try:
        crossing = answer_of(answer)
    except TrialFailedError:
        assert not isinstance(answer, dict)
        return
    fields = answer if isinstance(answer, dict) else {"value": answer}
    # without a value that is null the reason is that there is none
    assert crossing == {key: value for key, value in fields.items() if value is not None}


@titled("traces")
def test_the_same_events_leave_the_same_traces(case: Any) -> None:
    progress = Progress(WireTrial.read(case["trial"]))
    for event in case["events"]:
        if "report" in event:
            progress.report(tuple(event["report"]))
        else:
            progress.checkpoint = event["checkpoint"]
    assert on_wire(progress.heartbeat()) == case["heartbeat"]
    assert on_wire(progress.left()) == case["left"]


@pytest.mark.parametrize("case", fixture("crossings"), ids=lambda case: json.dumps(case["crossings"]))
def test_the_same_reports_cross(case: Any) -> None:
    steps = CrossingSteps(Crossings.read(case["crossings"]), **{key: case[key] for key in ("last",) if key in case})
    assert [steps.crosses(step) for step in case["steps"]] == case["crosses"]


def test_another_version_is_refused_in_words() -> None:
    wire = fixture("requests")[0]["wire"] | {"wire": 2}
    with pytest.raises(TrialFailedError, match="wire version 2, this package reads 1"):
        WireTrial.read(wire)


@pytest.mark.parametrize("argument", [None, 7, "trial", {"number": 1}])
def test_what_is_no_trial_is_refused_in_words(argument: Any) -> None:
    with pytest.raises(TrialFailedError, match="expected a trial of durable-tune's wire contract"):
        WireTrial.read(argument)


def test_a_missing_field_is_named() -> None:
    wire = {key: value for key, value in fixture("requests")[0]["wire"].items() if key != "seed"}
    with pytest.raises(TrialFailedError, match="no 'seed'"):
        WireTrial.read(wire)
