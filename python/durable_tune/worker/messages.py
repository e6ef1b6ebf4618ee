"""
What a worker and the process of a trial say to each other: a line of JSON each.

To the process: {"trial": …} once; {"verdict": …} for each report that waits; {"suggested": {"value": …}} (or refused, or ended) for each
parameter that is asked for; {"stop": true}.
From it: {"ready": true}; {"report": [step, value], "wait": …}, {"suggest": [name, parameter]}, {"checkpoint": …}, {"restored": …}; then {"answer": …}, {"failed": reason} or
{"transient": reason}.
"""

from __future__ import annotations

import json
from typing import Any

MAX_LINE = 8 * 1024 * 1024


def encode(message: dict[str, Any]) -> bytes:
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> dict[str, Any]:
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError(f"expected an object, got {line[:80]!r}")
    return message
