"""Hyperopt's TPE; conditions are its nested choices."""
import math

PEERS = ("hyperopt_tpe",)
VALUE = "__value"


def run(peer, spec, seed, n, objective):
    import hyperopt
    import numpy

    by_name = {p["name"]: p for p in spec["space"]}
    hyperopt.fmin(
        lambda nested: objective(flat(nested, by_name))["value"],
        tree(spec["space"]),
        algo=hyperopt.tpe.suggest,
        max_evals=n,
        rstate=numpy.random.default_rng(seed),
        show_progressbar=False,
        verbose=False,
    )


def tree(space):
    from hyperopt import hp

    children = {}
    for p in space:
        children.setdefault(p.get("condition", {}).get("param"), []).append(p)

    def node(p):
        name = p["name"]
        if p["type"] == "categorical":
            options = [
                {VALUE: choice} | {k["name"]: node(k) for k in children.get(name, []) if choice in k["condition"]["in"]}
                for choice in p["choices"]
            ]
            return hp.choice(name, options)
        low, high = p["low"], p["high"]
        if p["type"] == "float":
            return hp.loguniform(name, math.log(low), math.log(high)) if p.get("log") else hp.uniform(name, low, high)
        if p.get("log"):
            return hp.qloguniform(name, math.log(low - 0.5), math.log(high + 0.5), 1)
        return hp.uniformint(name, low, high)

    return {p["name"]: node(p) for p in children[None]}


def flat(nested, by_name):
    values = {}
    for name, a in nested.items():
        if name == VALUE:
            continue
        if isinstance(a, dict):
            values[name] = a[VALUE]
            values |= flat(a, by_name)
        elif by_name[name]["type"] == "int":
            values[name] = int(min(max(round(a), by_name[name]["low"]), by_name[name]["high"]))
        else:
            values[name] = a
    return values
