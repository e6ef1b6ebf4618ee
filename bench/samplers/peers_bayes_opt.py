"""bayesian-optimization: numbers alone, log10 where the space is logarithmic, ints rounded."""
import math

PEERS = ("bayes_opt",)


def run(peer, spec, seed, n, objective):
    from bayes_opt import BayesianOptimization

    space = spec["space"]
    if any(p["type"] == "categorical" for p in space):
        raise ValueError("bayesian-optimization has no categories")

    def code(p, bound):
        return math.log10(p[bound]) if p.get("log") else float(p[bound])

    def value(p, a):
        a = 10**a if p.get("log") else a
        return min(max(int(round(a)) if p["type"] == "int" else float(a), p["low"]), p["high"])

    optimizer = BayesianOptimization(
        lambda **codes: -objective({p["name"]: value(p, codes[p["name"]]) for p in space})["value"],
        {p["name"]: (code(p, "low"), code(p, "high")) for p in space},
        random_state=seed,
        verbose=0,
        allow_duplicate_points=True,
    )
    optimizer.maximize(init_points=10, n_iter=n - 10)
