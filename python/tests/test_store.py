"""Artifact stores that are not what was expected, and samplers as they are written."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from durable_tune.client.samplers import sampler_of
from durable_tune.client.store import Store
from durable_tune.errors import StudyError, TransientError, TuningError


def test_a_folder_is_read_by_path_and_by_uri(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"rows").hexdigest()
    blob = tmp_path / "a store" / "blobs" / digest[:2] / digest
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"rows")
    for place in (str(tmp_path / "a store"), (tmp_path / "a store").as_uri()):
        store = Store(place)
        assert (store.blob(digest), store.archive("none"), store.names()) == (b"rows", None, [])
    blob.write_bytes(b"other")
    with pytest.raises(StudyError, match=f"{digest} is damaged"):
        Store(str(tmp_path / "a store")).blob(digest)


def test_an_archive_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    latest = tmp_path / "studies" / "digits" / "latest.json"
    latest.parent.mkdir(parents=True)
    latest.write_text(json.dumps({"version": 2}))
    store = Store(str(tmp_path))
    assert store.names() == ["digits"]
    with pytest.raises(StudyError, match="version 2, this package reads up to 1: install a newer durable-tune"):
        store.archive("digits")


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "studies" / "digits" / "latest.json").mkdir(parents=True)
    with pytest.raises(TransientError, match=r"cannot read .*latest\.json: Is a directory"):
        Store(str(tmp_path)).archive("digits")


def test_a_bucket_takes_an_extra_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(TuningError, match=r"s3://bucket/tuning', and there is no boto3 here: `pip install 'durable-tune\[s3\]'`"):
        Store("s3://bucket/tuning")


def test_options_of_options_have_dotted_names() -> None:
    assert sampler_of("tpe") == {"name": "tpe", "options": {}}
    assert sampler_of({"tpe": None}) == {"name": "tpe", "options": {}}
    written = {"optuna": {"class": "TPESampler", "options": {"gamma": 0.5, "deep": {"n": 3}}}}
    expected = {"class": "TPESampler", "options.gamma": 0.5, "options.deep.n": 3}
    assert sampler_of(written) == {"name": "optuna", "options": expected}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({}, r"sampler is \{\}: expected a sampler's name"),
        ({"tpe": {}, "gp": {}}, 'write "tpe", or'),
        ({"tpe": 24}, "expected a sampler's name, or {name: {option: value}}"),
        ({"tpe": {"candidates": None}}, "option candidates is None: expected a number"),
        ({"x": {"options": {"gamma": float("nan")}}}, "option options.gamma is nan"),
    ],
)
def test_what_is_no_sampler_is_refused_in_words(written: Any, words: str) -> None:
    with pytest.raises(StudyError, match=words):
        sampler_of(written)
