"""A sampler as it is written in a study file, as an edit carries it (study/definition.ts, `defineSampler`)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import StudyError

Option = float | bool | str


def sampler_of(written: str | Mapping[str, Any]) -> dict[str, Any]:
    """`"tpe"`, or `{"tpe": {"candidates": 24}}`, as name and options. Raises StudyError where it is neither; options are checked by the study."""
    example = 'write "tpe", or {"tpe": {"candidates": 24}}'
    if isinstance(written, str):
        name, options = written, None
    elif isinstance(written, Mapping) and len(written) == 1:
        [(name, options)] = written.items()
    else:
        raise StudyError(f"sampler is {written!r}: expected a sampler's name, or {{name: {{option: value}}}}; {example}")
    if not isinstance(name, str) or not (options is None or isinstance(options, Mapping)):
        raise StudyError(f"sampler is {written!r}: expected a sampler's name, or {{name: {{option: value}}}}; {example}")
    return {"name": name, "options": dict(_flat("", options or {}))}


def _flat(path: str, options: Mapping[Any, Any]) -> Iterator[tuple[str, Option]]:
    """Options of options have dotted names."""
    for key, value in options.items():
        name = f"{path}{key}"
        if isinstance(value, Mapping) and value:
            yield from _flat(f"{name}.", value)
        elif isinstance(value, (bool, str, int)) or (isinstance(value, float) and math.isfinite(value)):
            yield name, value
        else:
            raise StudyError(f"sampler option {name} is {value!r}: expected a number, True, False or text; leave it out for its default")
