"""Trials as the outside sees them: study/ledger/row.ts `recordOf`, the keys of `dtune trials --json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ..errors import StudyError
from .blocks import LedgerRow
from .space import Space

# what is not for the outside
_INNER = ("fixed", "asked", "seeded", "trained")


class Records:
    """Reads rows of one study: its definition as it was started, and its epochs."""

    def __init__(self, definition: Mapping[str, Any], epochs: Sequence[Mapping[str, Any]]) -> None:
        self._objectives = [each["name"] for each in definition["objectives"]]
        self._constraints = [each["name"] for each in definition["constraints"]]
        self._has_models = "models" in definition
        # of epochs with the same version of the space, the last
        self._spaces = {epoch["space"]["version"]: Space(epoch["space"]) for epoch in epochs}

    def read(self, row: LedgerRow) -> dict[str, Any]:
        """The trial as JSON."""
        space = self._spaces.get(row.space)
        if space is None:
            raise StudyError(f"trial {row.number} is of version {row.space} of the space, which is not among the study's")
        # those that it asked for while it ran, too
        params = space.decode(row.x) | {each["name"]: each["value"] for each in row.training.get("suggested") or ()}
        record: dict[str, Any] = {
            "number": row.number,
            "state": row.state,
            "params": params,
            "values": None if row.values is None else dict(zip(self._objectives, row.values)),
            "reports": [list(report) for report in row.reports],
            "asOf": row.as_of,
            "origin": row.origin,
            "startedAt": _iso(row.started_at),
            "finishedAt": _iso(row.finished_at),
            "attempts": row.attempts,
            "seed": row.seed,
        }
        if self._has_models:
            record["model"] = params["model"]
        if row.constraints is not None:
            record["constraints"] = dict(zip(self._constraints, row.constraints))
        if row.cost is not None:
            record["cost"] = row.cost
        record |= self._training(row.training)
        return record | {key: value for key, value in row.notes.items() if key not in _INNER}

    def _training(self, training: Mapping[str, Any]) -> dict[str, Any]:
        record: dict[str, Any] = {}
        if "rung" in training:
            record["rung"] = _rung(training.get("target") or training["rung"])
        if training.get("lineage"):
            record["parent"] = training["lineage"]["parent"]
        if training.get("segments"):
            record["segments"] = [
                _rung(segment) | {"values": dict(zip(self._objectives, segment["values"]))} for segment in training["segments"]
            ]
        return record


def _rung(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: raw[key] for key in ("to", "bracket", "rung")}


def _iso(at: float | None) -> str | None:
    """As JavaScript writes it."""
    if at is None:
        return None
    return datetime.fromtimestamp(at / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(at) % 1000:03d}Z"
