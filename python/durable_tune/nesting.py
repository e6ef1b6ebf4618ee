"""Parameters by dotted name, as the study has them, and nested, as a trial gets them: study/space/point.ts `nest`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def nest(params: Mapping[str, Any]) -> dict[str, Any]:
    """`{"optimizer.lr": 0.1}` as `{"optimizer": {"lr": 0.1}}`."""
    nested: dict[str, Any] = {}
    for name, value in params.items():
        *path, last = name.split(".")
        node = nested
        for key in path:
            node = node.setdefault(key, {})
        node[last] = value
    return nested


def flatten(params: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """What `nest` undoes: every mapping in it is a branch."""
    flat: dict[str, Any] = {}
    for key, value in params.items():
        if isinstance(value, Mapping):
            flat.update(flatten(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat
