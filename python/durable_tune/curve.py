"""A trial's reports as a curve: as study/trial/result.ts merges and thins them, so that both sides keep the same points."""

from __future__ import annotations

import math
from collections.abc import Iterable

from .measurement import Measurement


def merge(reports: Iterable[Measurement]) -> list[Measurement]:
    """Reports in step order, the first value of a step alone."""
    first: dict[float, Measurement] = {}
    for report in reports:
        first.setdefault(report[0], report)
    return sorted(first.values(), key=lambda report: report[0])


def thin(reports: list[Measurement], most: int) -> list[Measurement]:
    """At most `most` (4 or more) of these, evenly spaced by position; the first, the last, the lowest and the highest stay."""
    if len(reports) <= most:
        return reports
    last = len(reports) - 1
    kept = {math.floor(i * last / (most - 3) + 0.5) for i in range(most - 2)}
    values = [value for _, value in reports]
    kept |= {values.index(min(values)), values.index(max(values))}
    return [report for i, report in enumerate(reports) if i in kept]
