"""Conversations with `dtune serve`, whose part a small program has here."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

import pytest

from durable_tune import StudyError, TuningError
from durable_tune.engine.conversation import Conversation

ANSWERING = """
import json, sys
waiting = []
for line in sys.stdin:
    call = json.loads(line)
    if call["call"] == "end":
        print("the disk is full", file=sys.stderr, flush=True)
        sys.exit(3)
    if call["call"] == "refuse":
        answer = {"error": {"name": "StudyDefinitionError", "message": "seed is -1"}}
    elif call["call"] == "break":
        answer = {"error": {"name": "Error", "message": "broken"}}
    else:
        answer = {"answer": call["what"]}
    waiting.append({"id": call["id"], **answer})
    if len(waiting) == call.get("of", 1):
        for each in reversed(waiting):
            print(json.dumps(each), flush=True)
        waiting.clear()
"""


def talk(conversing: Any) -> Any:
    async def body() -> Any:
        conversation = await Conversation.start([sys.executable, "-c", ANSWERING])
        try:
            return await conversing(conversation)
        finally:
            await conversation.close()
            assert not conversation.is_alive

    return asyncio.run(body())


def test_answers_come_in_any_order() -> None:
    def calls(conversation: Conversation) -> Coroutine[Any, Any, Any]:
        async def all_of_them() -> Any:
            return await asyncio.gather(*(conversation.call("say", what=i, of=3) for i in range(3)))

        return all_of_them()

    assert talk(calls) == [0, 1, 2]


@pytest.mark.parametrize(("call", "kind", "words"), [("refuse", StudyError, "seed is -1"), ("break", TuningError, "broken")])
def test_a_refusal_is_an_error_of_its_own(call: str, kind: type[TuningError], words: str) -> None:
    with pytest.raises(kind, match=words) as raised:
        talk(lambda conversation: conversation.call(call))
    assert type(raised.value) is kind


def test_an_engine_that_ends_fails_what_waits_with_its_last_words() -> None:
    async def calls(conversation: Conversation) -> None:
        waiting = asyncio.create_task(conversation.call("say", what=1, of=2))
        with pytest.raises(TuningError, match="(?s)exit code 3.*the disk is full"):
            await conversation.call("end")
        with pytest.raises(TuningError, match="has ended"):
            await waiting
        with pytest.raises(TuningError, match="has ended"):
            await conversation.call("say", what=2)

    talk(calls)


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(TuningError, match="/no/dtune cannot be started"):
        asyncio.run(Conversation.start(["/no/dtune"]))  # type: ignore[arg-type]
