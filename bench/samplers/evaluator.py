"""Evaluates the problems of problems.json: JSON lines in, JSON lines out, one reply a request, in order. All is minimised.

    {"problem": ID, "params": {...}, "draw": 7}  ->  {"value": 0.5}, {"values": [1, 2]} for several objectives;
                                                     noisy: "true" beside it
    {"table": "hpobench_vehicle/car"}            ->  {"values": [...]}, all that the problem can be
    {"hypervolume": ID, "points": [[1, 2], ...]} ->  {"value": 3.5}

`draw` counts a run's evaluations (noisy problems alone look at it). A request that cannot be answered: {"error": "..."}.
Which packages a problem needs: requirements.txt; svm_wine, gbm_diabetes, mlp_wine, cond_models, zdt1 and dtlz2 need none.
"""
import json
import os
import sys

import spaces
from families import FAMILIES, tuning_values
from hypervolume import hypervolume

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "problems.json")) as file:
    PROBLEMS = {spec["id"]: spec for spec in json.load(file)["problems"]}


def spec_of(problem):
    """'hpobench_vehicle/car': the problem of another data set, whose table has the same space."""
    name, _, dataset = problem.partition("/")
    return {**PROBLEMS[name], "dataset": dataset} if dataset else PROBLEMS[name]


def evaluate(problem, params, draw=0):
    """The reply to a request for a value. KeyError: no such problem, or an active parameter is missing."""
    spec = spec_of(problem)
    return FAMILIES[spec["family"]](spec, spaces.active(spec["space"], params), draw)


def answer(request):
    if "hypervolume" in request:
        return {"value": hypervolume(request["points"], PROBLEMS[request["hypervolume"]]["ref"])}
    if "table" in request:
        return {"values": sorted(tuning_values(spec_of(request["table"])))}
    return evaluate(request["problem"], request["params"], request.get("draw", 0))


if __name__ == "__main__":
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line))
        except Exception as e:
            reply = {"error": f"{type(e).__name__}: {e}"}
        print(json.dumps(reply), flush=True)
