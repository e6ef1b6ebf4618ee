"""What a study found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import StudyError
from ..nesting import nest

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class TuneResult:
    """A study that has ended, as it was read from its ledger."""

    study: str
    """The study's name."""
    status: Mapping[str, Any]
    """As `dtune status --json`."""
    trials: list[dict[str, Any]]
    """As `dtune trials --json`, in number order."""

    @property
    def best_trial(self) -> Mapping[str, Any]:
        """The best one: number, params (by dotted name), values. Raises StudyError where no trial is complete."""
        best: Mapping[str, Any] | None = self.status["best"]
        if best is None:
            reason = self.status.get("reason", "no trial is complete")
            failed = next((trial["reason"] for trial in self.trials if "reason" in trial), None)
            raise StudyError(
                f"study {self.study!r} is {self.status['status']} ({reason}): there is no best trial{f'; {failed}' if failed else ''}"
            )
        return best

    @property
    def best_params(self) -> dict[str, Any]:
        """Parameters of the best trial; those with dotted names are nested."""
        return nest(self.best_trial["params"])

    @property
    def best_value(self) -> float:
        """Its value: of the first objective, where there are several."""
        return float(next(iter(self.best_trial["values"].values())))

    @property
    def front(self) -> list[Mapping[str, Any]]:
        """Trials that no other one is better than in all objectives; of one objective, the best."""
        return list(self.status["front"])

    def trials_dataframe(self) -> DataFrame:
        """A row a trial: number, state, a column `params.NAME` a parameter, `values.NAME` an objective, … Needs pandas."""
        from ..client.table import dataframe

        return dataframe(self.trials)
