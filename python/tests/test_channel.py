"""The way of reports to a study whose server or worker is away now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from durable_tune.worker import channel as channels
from durable_tune.worker.channel import Channel
from durable_tune.worker.delivery import Address, Arrival, Report


class Line:
    """Stands for the network: each message has the next of these fates, then arrives."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *fates: str) -> None:
        self.sent: list[tuple[list[float], str | None]] = []
        self._fates = list(fates)
        monkeypatch.setattr(channels, "deliver", self._deliver)
        for name in ("_GAP", "_IDLE_GAP", "_BACKOFF"):
            monkeypatch.setattr(channels, name, 0.01)

    async def _deliver(self, client: Any, address: Any, reports: Sequence[Report], update_id: str | None) -> list[Arrival] | None:
        self.sent.append(([each.step for each in reports], update_id))
        fate = self._fates.pop(0) if self._fates else "arrives"
        if fate == "away":
            return None
        if fate == "gone":
            return ["lost" for _ in reports]
        return [("prune" if each.step >= 5 else "go on") if update_id else "sent" for each in reports]


def report(step: float) -> Report:
    return Report(number=1, attempt=1, step=step, value=0.5)


def channel() -> Channel:
    client: Any = None
    return Channel(client, Address("study", "run"))


def test_what_is_reported_in_one_breath_goes_together_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch)

    async def body() -> list[Arrival]:
        way = channel()
        return [await posted.arrival for posted in [way.post(report(step)) for step in (1, 2, 3)]]

    assert asyncio.run(body()) == ["sent", "sent", "sent"]
    assert line.sent == [([1, 2, 3], None)]


def test_a_message_with_one_that_is_waited_for_asks_for_verdicts(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch)

    async def body() -> list[Arrival]:
        way = channel()
        return [await posted.arrival for posted in (way.post(report(4)), way.post(report(5), asked=True))]

    assert asyncio.run(body()) == ["go on", "prune"]
    assert [steps for steps, _ in line.sent] == [[4, 5]]


def test_a_message_is_repeated_as_the_same_one_until_it_has_arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch, "away", "away")

    async def body() -> Arrival:
        return await channel().post(report(1), asked=True).arrival

    assert asyncio.run(body()) == "go on"
    assert len(line.sent) == 3
    assert len({update_id for _, update_id in line.sent}) == 1


def test_what_comes_meanwhile_goes_with_the_next_message(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch, "away")

    async def body() -> None:
        way = channel()
        first = way.post(report(1))
        while not line.sent:
            await asyncio.sleep(0)
        await asyncio.gather(first.arrival, way.post(report(2)).arrival, way.post(report(3)).arrival)

    asyncio.run(body())
    assert [steps for steps, _ in line.sent] == [[1], [1], [2, 3]]


def test_a_study_that_is_gone_is_told_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch, "gone")

    async def body() -> Arrival:
        return await channel().post(report(1)).arrival

    assert asyncio.run(body()) == "lost"
    assert len(line.sent) == 1


def test_the_end_of_a_trial_waits_for_its_reports_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch, *["away"] * 100)

    async def body() -> tuple[Arrival, Arrival, int]:
        way = channel()
        mine, other = way.post(report(1)), way.post(report(2))
        await way.flush([mine], within=0.05)
        arrival, before = await mine.arrival, len(line.sent)
        line._fates.clear()
        return arrival, await other.arrival, before

    mine, other, before = asyncio.run(body())
    assert (mine, other) == ("lost", "sent")
    # what was given up is not sent any more
    assert all(1 not in steps for steps, _ in line.sent[before + 1 :])
    assert line.sent[-1][0] == [2]
