"""scikit-optimize: a Gaussian process, and extremely randomised trees."""
import spaces

PEERS = ("skopt_gp", "skopt_forest")


def run(peer, spec, seed, n, objective):
    import skopt

    space = spec["space"]
    minimize = skopt.gp_minimize if peer == "skopt_gp" else skopt.forest_minimize
    minimize(
        lambda x: objective(spaces.active(space, {p["name"]: value(p, a) for p, a in zip(space, x)}))["value"],
        [dimension(p) for p in space],
        n_calls=n,
        random_state=seed,
        n_jobs=1,
    )


def dimension(p):
    from skopt.space import Categorical, Integer, Real

    if p["type"] == "categorical":
        return Categorical([str(choice) for choice in p["choices"]])
    kind = Real if p["type"] == "float" else Integer
    return kind(p["low"], p["high"], "log-uniform" if p.get("log") else "uniform")


def value(p, a):
    return next(c for c in p["choices"] if str(c) == a) if p["type"] == "categorical" else a
