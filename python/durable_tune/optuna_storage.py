"""A study as a storage of Optuna, to read: for its plots, its importances and optuna-dashboard.

    storage = StudyStorage(Client().study("digits"))          # as it is now, and as it will be
    storage = StudyStorage.from_export("digits.jsonl", "studies/digits/latest.json")
    study = optuna.load_study(study_name="digits", storage=storage)

Nothing can be written by it: a study changes by its own client. A parameter has the name that `dtune trials` shows; elements of lists are
parameters of their own (`units.0`), constants are left out. An infeasible trial is a complete one whose constraints are above 0; imported trials are
left out, as they are no trials of the study.
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, Protocol

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.storages import BaseStorage
from optuna.study import StudyDirection
from optuna.study._frozen import FrozenStudy
from optuna.trial import FrozenTrial, TrialState

from .errors import StudyError

STATES = {
    "waiting": TrialState.WAITING,
    "running": TrialState.RUNNING,
    "paused": TrialState.RUNNING,
    "complete": TrialState.COMPLETE,
    "infeasible": TrialState.COMPLETE,
    "pruned": TrialState.PRUNED,
    "failed": TrialState.FAIL,
}
STUDY_ID = 0
# of a study that goes on, how long what was read stands, seconds
FRESH = 2.0


class ReadStudy(Protocol):
    """What of a study is read: `durable_tune.Study` has it."""

    def definition(self) -> dict[str, Any]: ...

    def trials(self, start: int = 0) -> list[dict[str, Any]]: ...


class StudyStorage(BaseStorage):
    """One study. Trial numbers are those of the study; Optuna's ids are the places in its list."""

    def __init__(self, study: ReadStudy) -> None:
        self._study = study
        self._read_at = -FRESH
        self._definition: dict[str, Any] = {}
        self._trials: list[FrozenTrial] = []

    @classmethod
    def from_export(cls, trials: str | Path, definition: str | Path | Mapping[str, Any]) -> StudyStorage:
        """Of a file that `dtune export` wrote.

        :param definition: the study's definition, or a JSON file with it: studies/NAME/latest.json among a closed study's artifacts
        """
        given = definition if isinstance(definition, Mapping) else json.loads(Path(definition).read_text("utf-8"))
        return cls(_Exported(dict(given.get("definition", given)), Path(trials)))

    def get_study_id_from_name(self, study_name: str) -> int:
        name = self._name()
        if study_name != name:
            raise KeyError(f"there is no study {study_name!r} here, expected {name!r}")
        return STUDY_ID

    def get_study_name_from_id(self, study_id: int) -> str:
        self._check_study(study_id)
        return self._name()

    def get_study_directions(self, study_id: int) -> list[StudyDirection]:
        self._check_study(study_id)
        self._refresh()
        goals = [objective["goal"] for objective in self._definition["objectives"]]
        return [StudyDirection.MAXIMIZE if goal == "maximize" else StudyDirection.MINIMIZE for goal in goals]

    def get_study_user_attrs(self, study_id: int) -> dict[str, Any]:
        self._check_study(study_id)
        self._refresh()
        return {"sampler": self._definition["sampler"]["name"], "seed": self._definition["seed"]}

    def get_study_system_attrs(self, study_id: int) -> dict[str, Any]:
        self._check_study(study_id)
        self._refresh()
        return {"study:metric_names": [objective["name"] for objective in self._definition["objectives"]]}

    def get_all_studies(self) -> list[FrozenStudy]:
        return [
            FrozenStudy(
                study_name=self._name(),
                direction=None,
                directions=self.get_study_directions(STUDY_ID),
                user_attrs=self.get_study_user_attrs(STUDY_ID),
                system_attrs=self.get_study_system_attrs(STUDY_ID),
                study_id=STUDY_ID,
            )
        ]

    def get_trial(self, trial_id: int) -> FrozenTrial:
        self._refresh()
        if not 0 <= trial_id < len(self._trials):
            raise KeyError(f"there is no trial {trial_id}, expected 0 to {len(self._trials) - 1}")
        return self._trials[trial_id]

    def get_all_trials(self, study_id: int, deepcopy: bool = True, states: Container[TrialState] | None = None) -> list[FrozenTrial]:
        self._check_study(study_id)
        self._refresh()
        trials = [trial for trial in self._trials if states is None or trial.state in states]
        return copy.deepcopy(trials) if deepcopy else trials

    def get_best_trial(self, study_id: int) -> FrozenTrial:
        """The best one that keeps the constraints, as the study itself has it. Raises ValueError where there is none."""
        (direction, *others) = self.get_study_directions(study_id)
        if others:
            raise RuntimeError(f"there are {1 + len(others)} objectives, so no one trial is the best: use best_trials")
        complete = self.get_all_trials(study_id, deepcopy=False, states=(TrialState.COMPLETE,))
        feasible = [trial for trial in complete if all(over <= 0 for over in trial.system_attrs.get("constraints", ()))]
        if not feasible:
            raise ValueError("no trial is complete yet that keeps the constraints")
        best = max if direction == StudyDirection.MAXIMIZE else min
        return best(feasible, key=lambda trial: trial.values[0])

    def _name(self) -> str:
        self._refresh()
        return str(self._definition["name"])

    def _refresh(self) -> None:
        if time.monotonic() - self._read_at < FRESH:
            return
        self._definition = self._study.definition()
        own = [record for record in self._study.trials() if record.get("origin") != "imported"]
        parts = distributions_of(self._definition["space"])
        self._trials = [frozen(i, record, self._definition, parts) for i, record in enumerate(own)]
        self._read_at = time.monotonic()

    def _check_study(self, study_id: int) -> None:
        if study_id != STUDY_ID:
            raise KeyError(f"there is no study {study_id} here, expected {STUDY_ID}")

    def _refuse(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise StudyError(
            "a study cannot be written as a storage of Optuna: its workflow alone changes it; use durable_tune.Client, dtune, "
            "or sampler: {optuna: ...} in a study"
        )

    create_new_study = delete_study = set_study_user_attr = set_study_system_attr = _refuse
    create_new_trial = set_trial_param = set_trial_state_values = set_trial_intermediate_value = _refuse
    set_trial_user_attr = set_trial_system_attr = _refuse


class _Exported:
    """A study in files."""

    def __init__(self, definition: dict[str, Any], trials: Path) -> None:
        self._definition, self._trials = definition, trials

    def definition(self) -> dict[str, Any]:
        return self._definition

    def trials(self, start: int = 0) -> list[dict[str, Any]]:
        lines = self._trials.read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()][start:]


def frozen(place: int, record: Mapping[str, Any], definition: Mapping[str, Any], parts: Mapping[str, BaseDistribution]) -> FrozenTrial:
    """A trial as Optuna has it."""
    params = {name: value for name, value in flat(record["params"]).items() if name in parts}
    values = None if record.get("values") is None else [record["values"][each["name"]] for each in definition["objectives"]]
    reports = {int(step): float(value) for step, value in record.get("reports", [])}
    state = STATES[record["state"]]
    if state == TrialState.PRUNED and values is None and reports and len(definition["objectives"]) == 1:
        values = [reports[max(reports)]]
    known = {key: record[key] for key in ("origin", "cost", "reason", "model") if record.get(key) is not None}
    return FrozenTrial(
        number=place,
        trial_id=place,
        state=state,
        value=None,
        values=values if state in (TrialState.COMPLETE, TrialState.PRUNED) else None,
        datetime_start=moment(record.get("startedAt")),
        datetime_complete=moment(record.get("finishedAt")) if state.is_finished() else None,
        params=params,
        distributions={name: around(parts[name], value) for name, value in params.items()},
        user_attrs=dict(record.get("attributes") or {}) | known | {"trial": record["number"]},
        system_attrs=over_bounds(record.get("constraints"), definition["constraints"]),
        intermediate_values=reports,
    )


def over_bounds(measured: Mapping[str, float] | None, constraints: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """By how much each is violated: at most 0 where it holds."""
    if measured is None:
        return {}
    infinite = float("inf")
    over = [
        max(measured[each["name"]] - each.get("below", infinite), each.get("above", -infinite) - measured[each["name"]])
        for each in constraints
    ]
    return {"constraints": over}


def flat(params: Mapping[str, Any]) -> dict[str, Any]:
    """Lists as their elements."""
    values: dict[str, Any] = {}
    for name, value in params.items():
        if isinstance(value, (list, tuple)):
            values |= {f"{name}.length": len(value)} | {f"{name}.{i}": each for i, each in enumerate(value)}
        else:
            values[name] = value
    return values


def distributions_of(space: Mapping[str, Any]) -> dict[str, BaseDistribution]:
    """By the names of `flat`; constants have none."""
    found: dict[str, BaseDistribution] = {}
    for parameter in space["parameters"]:
        name, domain = parameter["name"], parameter["domain"]
        if domain["kind"] == "array":
            shortest, longest = domain["length"]
            found[f"{name}.length"] = IntDistribution(shortest, longest)
            found |= {f"{name}.{i}": distribution(domain["element"]) for i in range(longest)}
        elif domain["kind"] == "permutation":
            found |= {f"{name}.{i}": CategoricalDistribution(domain["items"]) for i in range(len(domain["items"]))}
        elif domain["kind"] != "fixed":
            found[name] = distribution(domain)
    return found


def distribution(domain: Mapping[str, Any]) -> BaseDistribution:
    kind = domain["kind"]
    if kind == "bool":
        return CategoricalDistribution([False, True])
    if kind in ("choice", "ordinal"):
        return CategoricalDistribution(domain["choices"])
    log, step = domain["scale"] == "log", domain.get("step")
    if kind == "int":
        return IntDistribution(domain["low"], domain["high"], log=log, step=step or 1)
    return FloatDistribution(domain["low"], domain["high"], log=log, step=step)


def around(part: BaseDistribution, value: Any) -> BaseDistribution:
    """The distribution, wide enough for a value from before an edit of the space."""
    if isinstance(part, CategoricalDistribution):
        return part if value in part.choices else CategoricalDistribution([*part.choices, value])
    if not isinstance(part, (FloatDistribution, IntDistribution)) or part.low <= value <= part.high:
        return part
    make = type(part)
    return make(min(part.low, value), max(part.high, value), log=part.log)


def moment(text: str | None) -> datetime | None:
    """In the machine's own time, as Optuna has it."""
    return None if text is None else datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone().replace(tzinfo=None)
