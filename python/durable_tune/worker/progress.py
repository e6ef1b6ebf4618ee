"""What an attempt has shown of itself so far: the worker's memory of it, bounded whatever the trial does (activities/runners/progress.ts)."""

from __future__ import annotations

from typing import Any

from ..crossings import CrossingSteps
from ..curve import merge, thin
from ..measurement import Measurement
from ..wire import MAX_REPORTS, WireTrial

_MAX_HELD = 20_000
_MAX_BEATEN = 50


class Progress:
    """Reports, and the newest checkpoint: at the start the one that the attempt goes on from."""

    def __init__(self, facts: WireTrial) -> None:
        self.checkpoint = facts.checkpoint
        self.restored: str | None = None
        self._held: dict[float, Measurement] = {}
        self._steps = 0
        last = {"last": facts.crossed[-1][0]} if facts.crossed else {}
        self._crossings = None if facts.crossings is None else CrossingSteps(facts.crossings, **last)
        self.crossed: list[Measurement] | None = None if facts.crossings is None else list(facts.crossed)

    def report(self, reported: Measurement) -> bool:
        """The first value of a step stands. Whether it crosses to the study."""
        step = reported[0]
        if step in self._held:
            return False
        self._held[step] = reported
        self._steps += 1
        if len(self._held) > _MAX_HELD:
            self._held = {kept[0]: kept for kept in thin(merge(self._held.values()), _MAX_HELD // 2)}
        if self._crossings is None or self.crossed is None or not self._crossings.crosses(step):
            return False
        self.crossed.append(reported)
        return True

    def heartbeat(self) -> dict[str, Any]:
        """A WireTrace: with the checkpoint those reports that an attempt which goes on from it does not make again."""
        trace: dict[str, Any] = {"steps": self._steps}
        if self.checkpoint is not None:
            trace["checkpoint"] = self.checkpoint
        if self.crossed:
            trace["crossed"] = self.crossed[-_MAX_BEATEN:]
        return trace

    def left(self) -> dict[str, Any]:
        """A WireTrace of a failure."""
        trace = self.heartbeat() | {"reports": self._thinned()}
        if self.crossed is not None:
            trace["crossed"] = self.crossed
        return trace

    def answer(self, returned: dict[str, Any]) -> dict[str, Any]:
        """What the trial answered, with what it had reported and saved."""
        answer = dict(returned)
        for step, value in answer.get("reports", []):
            self.report((step, value))
        answer["reports"] = self._thinned()
        if self.checkpoint is not None:
            answer.setdefault("checkpoint", self.checkpoint)
        if self.restored is not None:
            answer["restored"] = self.restored
        if self.crossed is not None:
            answer["crossed"] = self.crossed
        return answer

    def _thinned(self) -> list[Measurement]:
        return thin(merge(self._held.values()), MAX_REPORTS)
