"""What a trial function returns, as JSON that crosses the wire; the study itself checks the rest (study/trial/result.ts)."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from typing import Any

from .errors import TrialFailedError
from .measurement import finite, measurement

Json = Any

MAX_ANSWER_BYTES = 1_048_576
"""Of an answer as JSON: more would not reach the study, which keeps 16 KB, and says so."""

_MAX_DEPTH = 60


def answer_of(returned: object) -> dict[str, Json]:
    """The answer as an object. Raises TrialFailedError naming what cannot be JSON: a number that is not finite above all."""
    if returned is None:
        raise TrialFailedError('there is no result: expected the trial function to return a number, or {"value": number}')
    if isinstance(returned, Mapping):
        answer = {str(key): _json(value, str(key), 0) for key, value in returned.items() if value is not None}
        if "reports" in answer:
            answer["reports"] = _reports(answer["reports"])
        size = len(json.dumps(answer))
        if size > MAX_ANSWER_BYTES:
            raise TrialFailedError(
                f"the result takes {size} bytes as JSON: write large data to a file and give its path among the attributes"
            )
        return answer
    return {"value": finite(returned, "the result")}


def _reports(raw: Json) -> Json:
    if not isinstance(raw, list):
        raise TrialFailedError(f"reports is {raw!r}: expected a list of [step, value]")
    for each in raw:
        if not isinstance(each, list) or len(each) != 2:
            raise TrialFailedError(f"a report is {each!r}: expected [step, value]")
    return [list(measurement(*each)) for each in raw]


def _json(value: Any, path: str, depth: int) -> Json:
    if depth > _MAX_DEPTH:
        raise TrialFailedError(f"{path[:80]}… is nested deeper than {_MAX_DEPTH} levels: expected JSON")
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Mapping):
        return {str(key): _json(each, f"{path}.{key}", depth + 1) for key, each in value.items()}
    if hasattr(value, "tolist"):
        # numpy's scalars and arrays, and tensors
        return _json(value.tolist(), path, depth + 1)
    if isinstance(value, (list, tuple)):
        return [_json(each, f"{path}[{i}]", depth + 1) for i, each in enumerate(value)]
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise TrialFailedError(f"{path} is {value!r}: expected a finite number")
        return value
    raise TrialFailedError(f"{path} is {value!r}, a {type(value).__name__}: expected JSON")
