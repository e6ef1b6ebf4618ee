"""What client.test.ts has a person do in Python: `client_session.py ADDRESS ARTIFACTS`, one line of JSON a study."""

import json
import sys

from durable_tune import Client, StudyError

address, artifacts = sys.argv[1:]


def refusal(call):  # type: ignore[no-untyped-def]
    try:
        call()
    except StudyError as error:
        return str(error)
    raise AssertionError("it was taken")


with Client.connect(address, artifacts=artifacts) as client:
    # one that is open, most of its trials in the artifact store
    study = client.study("open")
    print(json.dumps(study.trials()))
    print(json.dumps(study.trials(start=17)))
    print(json.dumps([study.curve(20), refusal(lambda: study.curve(1000)), study.front()[0]["number"]]))

    # edits, and lent trials
    study = client.study("lent")
    refused = refusal(lambda: study.set_parallel(0, why="a slip"))
    study.set_sampler({"tpe": {"candidates": 12}})
    unknown = refusal(lambda: study.set_sampler("tpx"))
    choosing = refusal(lambda: study.set_sampler("auto"))
    study.enqueue({"x": 0.25}, who="me", why="a hunch")
    study.note("so far, so good")
    study.tag({"team": "a"})
    study.pause()
    nothing = study.ask(wait=0.2)
    study.resume()
    first = study.ask(who="me")
    assert first is not None
    study.renew(first)
    told = study.tell(first, {"value": 0.5, "attributes": {"by": "hand"}})
    second = study.ask({"x": 0.75})
    assert second is not None
    study.tell_failed(second, "it broke")
    third = study.ask()
    assert third is not None
    study.give_back(third)
    again = study.ask()
    assert again is not None
    study.tell(again, 0.25)
    study.add({"x": 1}, 7)
    print(json.dumps([refused, nothing, first.params, told["counts"]["complete"], second.params, third.number == again.number]))
    study.stop()
    closed = study.wait(timeout=60)
    refused = refusal(lambda: study.note("too late"))
    print(json.dumps([unknown, choosing, study.definition()["sampler"], [each["edit"]["kind"] for each in study.edits()]]))
    print(json.dumps([study.best_value, study.best_params, closed["status"], closed["tags"], refused]))
    print(json.dumps(study.trials()))
    print(json.dumps(refusal(client.study("nowhere").status)))
