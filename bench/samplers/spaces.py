"""Spaces of the problems: what is active, uniform draws, and numbers for surrogates that were fitted on these spaces."""
import math


def active(space, params):
    """The parameters that are active, with their values as the problem wants them; a missing one is a KeyError."""
    values = {}
    for p in space:
        c = p.get("condition")
        if c is None or (c["param"] in values and values[c["param"]] in c["in"]):
            a = params[p["name"]]
            values[p["name"]] = float(a) if p["type"] == "float" else int(a) if p["type"] == "int" else a
    return values


def sample(space, rng):
    """A uniform point, drawn by `rng` (random.Random)."""
    values = {}
    for p in space:
        c = p.get("condition")
        if c is None or (c["param"] in values and values[c["param"]] in c["in"]):
            values[p["name"]] = draw(p, rng)
    return values


def draw(p, rng):
    if p["type"] == "categorical":
        return rng.choice(p["choices"])
    if p["type"] == "permutation":
        return rng.sample(p["items"], len(p["items"]))
    low, high = p["low"], p["high"]
    if p["type"] == "float":
        return math.exp(rng.uniform(math.log(low), math.log(high))) if p.get("log") else rng.uniform(low, high)
    if not p.get("log"):
        return rng.randint(low, high)
    return max(low, min(high, round(math.exp(rng.uniform(math.log(low - 0.5), math.log(high + 0.5))))))


def encode(space, values):
    """Numbers from 0 to 1, -0.5 where inactive, the index of a category."""
    x = []
    for p in space:
        if p["name"] not in values:
            x.append(-0.5)
            continue
        a = values[p["name"]]
        if p["type"] == "categorical":
            x.append(float(p["choices"].index(a)))
        elif p.get("log"):
            x.append((math.log(a) - math.log(p["low"])) / (math.log(p["high"]) - math.log(p["low"])))
        else:
            x.append((a - p["low"]) / (p["high"] - p["low"]))
    return x
