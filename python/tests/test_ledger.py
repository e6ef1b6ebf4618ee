"""Ledgers as the study's side writes them (test/study/ledger/records.test.ts)."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from durable_tune.client.blocks import decode_rows
from durable_tune.client.records import Records
from durable_tune.errors import StudyError

from .conftest import fixture


@pytest.mark.parametrize("case", [pytest.param(case, id=case["title"]) for case in fixture("ledger")])
def test_trials_are_read_as_the_other_side_reads_them(case: Any) -> None:
    records = Records(case["definition"], case["epochs"])
    rows = [row for block in case["blocks"] for row in decode_rows(base64.b64decode(block))]
    assert [as_text(records.read(row)) for row in rows] == [as_text(record) for record in case["records"]]


def as_text(value: Any) -> str:
    """JSON in which true is not 1, and 1.0 is."""
    return json.dumps(value, sort_keys=True, default=str).replace(".0,", ",").replace(".0}", "}").replace(".0]", "]")


def block() -> bytes:
    return base64.b64decode(fixture("ledger")[0]["blocks"][0])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (lambda data: data[:-1], "damaged"),
        (lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:], "damaged"),
        (lambda data: b"DTL\x04" + data[4:], "of version 4, this package reads up to 3"),
        (lambda data: b"PNG" + data[3:], "do not start with 'DTL'"),
        (lambda data: b"", "not a ledger block: 0 bytes"),
    ],
)
def test_bytes_that_are_no_block_are_refused(changed: Any, words: str) -> None:
    with pytest.raises(StudyError, match=words):
        decode_rows(changed(block()))
