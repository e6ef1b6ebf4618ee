"""What tells one search from another: its data, its splits, its estimator, in a few characters."""

from __future__ import annotations

import hashlib
import pickle
from typing import Any

import cloudpickle
import joblib


def fingerprint(*things: Any) -> str:
    """Twelve hexadecimal digits, the same in every process for the same things."""
    return hashlib.sha256("/".join(_hash(each) for each in things).encode()).hexdigest()[:12]


def _hash(thing: Any) -> str:
    try:
        return str(joblib.hash(thing))
    except (pickle.PicklingError, AttributeError, TypeError):
        # lambdas and functions of functions: by what they are made of
        return hashlib.sha256(cloudpickle.dumps(thing)).hexdigest()
