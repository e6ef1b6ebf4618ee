"""
Ledger rows as bytes, read: study/ledger/blocks.ts has the format, of version 3 and the ones before. Fixtures of the other side pin it.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import Any

from ..errors import StudyError
from ..measurement import Measurement

BLOCK_VERSION = 3

_STATES = ("waiting", "running", "paused", "complete", "pruned", "failed", "infeasible")
_ORIGINS = ("sampler", "fallback", "enqueued", "told", "imported")
_HEADER = 20


@dataclass
class LedgerRow:
    """A trial as the ledger keeps it. Times are milliseconds since 1970."""

    number: int
    state: str
    origin: str
    x: list[float]
    """One number a dimension of the space's version `space`, NaN where inactive."""
    space: int
    sampler: int
    seed: int
    as_of: int
    attempts: int
    reports: list[Measurement]
    closed: float | None = None
    cost: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    values: list[float] | None = None
    constraints: list[float] | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    """What a scheduler knows: rung, lineage, target, segments; and `suggested`: what the trial asked for while it ran."""


def decode_rows(data: bytes) -> list[LedgerRow]:
    """Raises StudyError where the bytes are of a newer version, cut short or changed."""
    if len(data) < _HEADER + 4 or data[:3] != b"DTL":
        raise StudyError(f"not a ledger block: {len(data)} bytes that do not start with 'DTL'")
    version = data[3]
    if version > BLOCK_VERSION:
        raise StudyError(f"ledger block of version {version}, this package reads up to {BLOCK_VERSION}: install a newer durable-tune")
    if _fnv1a(data[:-4]) != struct.unpack_from("<I", data, len(data) - 4)[0]:
        raise StudyError(f"ledger block of {len(data)} bytes is damaged: its checksum does not match")
    read = _Reader(data)
    n, dimensions, objectives, constraints = read.column("I", 4)
    states, origins = read.column("B", n), read.column("B", n)
    space, sampler, attempts = read.column("H", n), read.column("H", n), read.column("H", n)
    width = read.column("H", n) if version > 1 else (dimensions,) * n
    numbers, seeds = read.column("I", n), read.column("I", n)
    as_of, closed, cost, started, finished = (read.column("d", n) for _ in range(5))
    x, values, measured = (read.matrix(n, columns) for columns in (dimensions, objectives, constraints))
    rows = []
    for i in range(n):
        reports = read.pairs()
        read.raw()
        notes, training = read.raw(), read.raw() if version > 2 else b""
        rows.append(
            LedgerRow(
                number=numbers[i],
                state=_STATES[states[i]],
                origin=_ORIGINS[origins[i]],
                x=x[i][: width[i]],
                space=space[i],
                sampler=sampler[i],
                seed=seeds[i],
                as_of=int(as_of[i]),
                attempts=attempts[i],
                reports=reports,
                closed=_present(closed[i]),
                cost=_present(cost[i]),
                started_at=_present(started[i]),
                finished_at=_present(finished[i]),
                values=_present_all(values[i]),
                constraints=_present_all(measured[i]),
                notes=json.loads(notes) if notes else {},
                training=json.loads(training) if training else {},
            )
        )
    return rows


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 4

    def column(self, kind: str, count: int) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{count}{kind}", self._data, self._at)
        self._at += struct.calcsize(f"<{count}{kind}")
        return values

    def matrix(self, rows: int, columns: int) -> list[list[float]]:
        by_column = [self.column("d", rows) for _ in range(columns)]
        return [[column[i] for column in by_column] for i in range(rows)]

    def pairs(self) -> list[Measurement]:
        (count,) = self.column("I", 1)
        flat = self.column("d", 2 * count)
        return list(zip(flat[::2], flat[1::2]))

    def raw(self) -> bytes:
        (length,) = self.column("I", 1)
        self._at += length
        return self._data[self._at - length : self._at]


def _fnv1a(data: bytes) -> int:
    """32 bits: finds damage, not malice."""
    digest = 0x811C9DC5
    for byte in data:
        digest = (digest ^ byte) * 0x01000193 & 0xFFFFFFFF
    return digest


def _present(number: float) -> float | None:
    return None if number != number else number


def _present_all(row: list[float]) -> list[float] | None:
    return None if not row or row[0] != row[0] else row
