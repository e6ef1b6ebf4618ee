"""
The wire contract of trials (study/trial/wire.ts), version 1: what a trial is called with and what it leaves behind. `test/study/fixtures/wire`
has what the suites of both languages read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from .errors import TrialFailedError
from .measurement import Measurement

WIRE_VERSION = 1

REPORTS_SIGNAL = "trialReports"
JUDGE_UPDATE = "judgeReports"
SUGGEST_UPDATE = "suggestParameter"

TRIAL_FAILURE = "TrialFailedError"
TRANSIENT_FAILURE = "TransientError"
DEFINITION_FAILURE = "StudyDefinitionError"

MAX_CHECKPOINT_BYTES = 4096
"""A checkpoint's string, bytes of UTF-8: it rides on every heartbeat."""

MAX_REPORTS = 100
"""Measurements that are kept of a trial; longer curves are thinned evenly."""


@dataclass(frozen=True)
class Crossings:
    """Which reports cross to the study: at fixed steps (`at`), or every `every` steps from `start` on, sparser after `most` of them."""

    at: tuple[float, ...] | None = None
    start: float = 0
    every: float = 1
    most: int = 1

    @staticmethod
    def read(raw: Mapping[str, Any]) -> Crossings:
        if "at" in raw:
            return Crossings(at=tuple(raw["at"]))
        return Crossings(start=raw["from"], every=raw["every"], most=raw["most"])


@dataclass(frozen=True)
class WireTrial:
    """One attempt at a trial, as the study calls it."""

    study: str
    """The study's name."""
    workflow: str
    """Id of the study's workflow: takes reports."""
    first_run_id: str
    number: int
    attempt: int
    """From 1."""
    seed: int
    params: Mapping[str, Any]
    """By dotted name."""
    budget: float | None
    """Absolute total of steps to reach; None where no scheduler sets one."""
    folds: tuple[float, ...] | None
    """Where budgets are folds: the scores of those that are done."""
    replicate: int | None
    """Which run of the trial it is, from 0, where the study has each run several times."""
    checkpoint: str | None
    fallbacks: tuple[str, ...]
    """Where to go on from if the checkpoint is lost, in this order."""
    crossed: tuple[Measurement, ...]
    """Reports that crossed in attempts before."""
    crossings: Crossings | None
    objectives: tuple[str, ...]
    constraints: tuple[str, ...]
    phase: Literal["tune", "test"]
    evaluation: Mapping[str, Any] | None
    stage: Literal["train", "evaluate"] | None
    """Of a study with `trial.evaluate`: which of the two steps this is."""
    suggested: tuple[Mapping[str, Any], ...] | None
    """Of a study whose trials ask for parameters while they run: name and value of what this one had asked for; None: it may ask for nothing."""
    raw: Mapping[str, Any]
    """As it came."""

    @staticmethod
    def read(raw: object) -> WireTrial:
        """Raises TrialFailedError where it is of a version that this package does not know, or no trial at all."""
        if not isinstance(raw, Mapping) or "wire" not in raw:
            raise TrialFailedError(f"the argument is {_short(raw)}: expected a trial of durable-tune's wire contract")
        version = raw["wire"]
        if version != WIRE_VERSION:
            raise TrialFailedError(
                f"the trial is of wire version {version!r}, this package reads {WIRE_VERSION}: install the durable-tune for Python that belongs "
                "to the study's workers"
            )
        fields = cast("Mapping[str, Any]", raw)
        try:
            folds, crossings, suggested = fields.get("folds"), fields["crossings"], fields.get("suggested")
            return WireTrial(
                study=fields["study"],
                workflow=fields["workflow"],
                first_run_id=fields["firstRunId"],
                number=fields["number"],
                attempt=fields["attempt"],
                seed=fields["seed"],
                params=fields["params"],
                budget=fields["budget"],
                folds=None if folds is None else tuple(folds),
                replicate=fields.get("replicate"),
                checkpoint=fields["checkpoint"],
                fallbacks=tuple(fields.get("fallbacks", ())),
                crossed=tuple((step, value) for step, value in fields.get("crossed", ())),
                crossings=None if crossings is None else Crossings.read(crossings),
                objectives=tuple(fields["objectives"]),
                constraints=tuple(fields["constraints"]),
                phase=fields["phase"],
                evaluation=fields["evaluation"],
                stage=fields.get("stage"),
                suggested=None if suggested is None else tuple(suggested),
                raw=fields,
            )
        except KeyError as missing:
            raise TrialFailedError(f"the trial has no {missing.args[0]!r}: expected all fields of wire version {WIRE_VERSION}") from missing

    @property
    def key(self) -> tuple[object, ...]:
        """The same for all attempts at one trial; runs of a final test are trials of their own."""
        evaluation = self.evaluation or {}
        return (self.workflow, self.first_run_id, self.number, self.phase, evaluation.get("candidate"), evaluation.get("repeat"))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
