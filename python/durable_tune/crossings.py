"""
Which of a trial's reports cross to its study: as study/trial/crossings.ts. Each crossing stands for the marks at or before it: fixed budgets,
or a grid of steps that gets sparser, so that a trial of n steps makes O(log n) crossings.
"""

from __future__ import annotations

import math

from .wire import Crossings


class CrossingSteps:
    """Fed the steps of one trial in the order of their reports, says of each whether it crosses.

    `last` is the last step that has crossed already.
    """

    def __init__(self, crossings: Crossings, last: float = -math.inf) -> None:
        self._crossings = crossings
        self._last = last
        self._next = mark_after(crossings, last)

    def crosses(self, step: float) -> bool:
        """True of the first step at or past a mark; never of one at or below a step before it."""
        if step < self._next or step <= self._last:
            return False
        self._last = step
        self._next = mark_after(self._crossings, step)
        return True


def mark_after(crossings: Crossings, step: float) -> float:
    """The first mark past this step; infinity: there is none."""
    if crossings.at is not None:
        return min((mark for mark in crossings.at if mark > step), default=math.inf)
    if step < crossings.start:
        return crossings.start
    start, distance, count = crossings.start, crossings.every, crossings.most - 1
    while step >= start + count * distance:
        start += count * distance
        distance *= 2
        count = math.ceil(crossings.most / 2)
    before = math.floor((step - start) / distance)
    # the quotient may have been rounded up or down
    for k in (before, before + 1):
        if start + k * distance > step:
            return start + k * distance
    return start + (before + 2) * distance
