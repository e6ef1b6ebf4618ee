"""The reports of one attempt of a trial that cross to its study, and what the study says of them (activities/reports/attempt-reports.ts)."""

from __future__ import annotations

from typing import Literal

from temporalio.client import Client

from ..measurement import Measurement
from ..wire import WireTrial
from .channel import Channel, Posted
from .delivery import Address, Report

# how long reports may keep an attempt's end waiting where the server is away, seconds: the answer carries them, too
_FLUSH = 3.0


class Channels:
    """The channels of one worker, by study: what its trials report goes together."""

    def __init__(self) -> None:
        self._channels: dict[Address, Channel] = {}

    def to(self, client: Client, address: Address) -> Channel:
        found = self._channels.get(address)
        if found is None:
            self._channels = {each: channel for each, channel in self._channels.items() if not channel.is_idle}
            found = self._channels[address] = Channel(client, address)
        return found


class AttemptReports:
    """Those that crossed in attempts before are sent once more, before any other: the study may not have heard of them."""

    def __init__(self, channel: Channel, facts: WireTrial) -> None:
        self._channel, self._facts = channel, facts
        self._underway: set[Posted] = set()
        self._pruned = False
        for reported in facts.crossed:
            self.post(reported)

    def post(self, reported: Measurement, wait: bool = False) -> Posted:
        """Sends a report that crosses."""
        step, value = reported
        posted = self._channel.post(Report(self._facts.number, self._facts.attempt, step, value), wait)
        self._underway.add(posted)
        posted.arrival.add_done_callback(lambda _: self._arrived(posted))
        return posted

    async def verdict(self, reported: Measurement) -> Literal["go on", "prune"]:
        """Sends a report that crosses, and waits for what the study says of it."""
        if self._pruned:
            return "prune"
        return "prune" if await self.post(reported, wait=True).arrival == "prune" else "go on"

    async def close(self) -> None:
        """Sees to it that the study hears of the last report before the trial's end, within some seconds."""
        await self._channel.flush(set(self._underway), _FLUSH)

    def _arrived(self, posted: Posted) -> None:
        self._underway.discard(posted)
        self._pruned = self._pruned or posted.arrival.result() == "prune"
