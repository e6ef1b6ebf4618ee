"""Adds the problems below to problems.json, and random search's medians to every problem that lacks some.

    python make_problems.py      (requirements.txt, scipy and pymoo; some minutes)
"""
import json
import random
from statistics import median

import evaluator
import spaces
from hypervolume import hypervolume

DRAWS = 40_000
VOLUMES_AT, SEARCHES = (25, 50, 100, 250), 201
AT = (1, 5, 10, 15, 25, 50, 75, 100, 200, 500, 1000)
MIXED_SCALE = {1: 1, 3: 0.1, 10: 0.001, 20: 0.1}
NOISY = (("hpobench", "vehicle"), ("hpolib", "protein_structure"), ("nasbench201", "cifar10"))


def number(name, low, high, kind="float", log=False):
    return {"name": name, "type": kind, "low": low, "high": high, "log": log}


def problem(id, group, kind, family, space, **more):
    return {"id": id, "group": group, "class": kind, "family": family, "objectives": 1, "budget": 100, "space": space} | more


def permutation():
    space = [{"name": "order", "type": "permutation", "items": list(range(12))}]
    yield problem("qap_nug12", "g", "permutation", "qap", space, best_known=578)


def categories():
    method = {"name": "method", "type": "categorical", "choices": [f"m{i}" for i in range(50)]}
    space = [method, number("mix", 0.0, 1.0), number("rate", 1e-4, 1.0, log=True)]
    yield problem("fifty_methods", "h", "50 categories", "categories", space, best_known=0.0)


def mixed_integer():
    from cocoex import BareProblem, Suite

    for dim in (5, 10):
        for fun in (1, 3, 10, 20):
            where = f"dimensions:{dim} function_indices:{fun} instance_indices:1"
            f = Suite("bbob-mixint", "", where)[0]
            ints = f.number_of_integer_variables
            space = [
                number(f"x{i}", int(low), int(high), "int") if i < ints else number(f"x{i}", float(low), float(high))
                for i, (low, high) in enumerate(zip(f.lower_bounds, f.upper_bounds))
            ]
            # the suite rounds a scaled function of bbob so that its optimum stays
            best = MIXED_SCALE[fun] * BareProblem("bbob", fun, dim, 1).best_value()
            more = {"suite": "bbob-mixint", "fun": fun, "dim": dim, "instance": 1, "best_known": best}
            yield problem(f"mixint_f{fun}_d{dim}", "i", "mixed-integer", "bbob", space, **more)


def many_dimensions():
    from cocoex import BareProblem

    for group, dim in (("j", 20), ("m", 40)):
        for fun in (1, 3, 10, 20):
            space = [number(f"x{i}", -5.0, 5.0) for i in range(dim)]
            best = BareProblem("bbob", fun, dim, 1).best_value()
            more = {"fun": fun, "dim": dim, "instance": 1, "best_known": best}
            yield problem(f"bbob_f{fun}_d{dim}_i1", group, f"bbob d{dim}", "bbob", space, **more)


def noisy():
    for suite, dataset in NOISY:
        name = f"{suite}_{dataset}"
        same = evaluator.PROBLEMS[name]
        more = {"suite": suite, "dataset": dataset, "noisy": True, "best_known": same["best_known"]}
        yield problem(f"{name}_noisy", "k", "noisy tables", "hpo", same["space"], **more)


def constrained():
    from cocoex import Suite

    for fun in (1, 2, 7, 37, 43):
        f = Suite("bbob-constrained", "", f"dimensions:5 function_indices:{fun} instance_indices:1")[0]
        space = [number(f"x{i}", -5.0, 5.0) for i in range(5)]
        more = {"suite": "bbob-constrained", "fun": fun, "dim": 5, "instance": 1, "constraints": f.number_of_constraints}
        yield problem(f"constrained_f{fun}_d5", "l", "constrained", "bbob", space, **more, best_known=solved(f))


def two_objectives():
    from cocoex import Suite

    for fun in (1, 6, 13, 21, 41, 55):
        f = Suite("bbob-biobj", "", f"dimensions:5 function_indices:{fun} instance_indices:1")[0]
        rng = random.Random(fun)
        draws = [[float(v) for v in f([rng.uniform(-5, 5) for _ in range(5)])] for _ in range(DRAWS)]
        # half of random draws are better in either objective
        ref = [median(values) for values in zip(*draws)]
        more = {"objectives": 2, "suite": "bbob-biobj", "fun": fun, "dim": 5, "instance": 1, "ref": ref}
        space = [number(f"x{i}", -5.0, 5.0) for i in range(5)]
        yield problem(f"biobj_f{fun}_d5", "n", "bi-objective", "bbob", space, **more, best_hv=best_volume(f, ref))


def best_volume(f, ref):
    """Of all that three long runs of NSGA-II found."""
    import numpy as np
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import ElementwiseProblem
    from pymoo.optimize import minimize

    class Coco(ElementwiseProblem):
        def __init__(self):
            super().__init__(n_var=f.dimension, n_obj=2, xl=-5, xu=5)

        def _evaluate(self, x, out):
            out["F"] = f(x)

    found = [minimize(Coco(), NSGA2(pop_size=200), ("n_gen", 200), seed=seed).F for seed in range(3)]
    return hypervolume(np.concatenate(found).tolist(), ref)


def solved(f):
    """The best of 60 starts of SLSQP within the bounds."""
    from scipy.optimize import minimize

    rng, best = random.Random(0), float("inf")
    for _ in range(60):
        found = minimize(
            f,
            [rng.uniform(-5, 5) for _ in range(f.dimension)],
            method="SLSQP",
            bounds=[(-5, 5)] * f.dimension,
            constraints={"type": "ineq", "fun": lambda x: -f.constraint(x)},
            options={"maxiter": 1000, "ftol": 1e-12},
        )
        if max(f.constraint(found.x)) <= 1e-9:
            best = min(best, float(f(found.x)))
    return best


def random_medians(spec):
    """Of the best of n uniform draws, by n; None where half of the searches have nothing feasible."""
    rng = random.Random(spec["id"])
    pool = []
    for draw in range(DRAWS):
        reply = evaluator.evaluate(spec["id"], spaces.sample(spec["space"], rng), draw)
        feasible = max(reply.get("constraints", [0])) <= 0
        pool.append((reply["value"] if feasible else float("inf"), reply.get("true", reply["value"])))
    if "noisy" in spec:
        searches = [[min(rng.choices(pool, k=n))[1] for _ in range(2000)] for n in AT]
        return {str(n): median(bests) for n, bests in zip(AT, searches)}
    pool.sort()
    # half of the minima of n draws lie below the quantile 1 - 2^(-1/n) of one
    middle = {str(n): pool[int(DRAWS * (1 - 0.5 ** (1 / n)))][0] for n in AT}
    return {n: best for n, best in middle.items() if best < float("inf")}


def random_volumes(spec):
    """Medians over searches of the hypervolume of n uniform draws, by n."""
    rng = random.Random(spec["id"])
    points = [evaluator.evaluate(spec["id"], spaces.sample(spec["space"], rng))["values"] for _ in range(DRAWS)]
    volumes = {n: [hypervolume(rng.sample(points, n), spec["ref"]) for _ in range(SEARCHES)] for n in VOLUMES_AT}
    return {str(n): median(each) for n, each in volumes.items()}


if __name__ == "__main__":
    known = evaluator.PROBLEMS
    for make in (permutation, categories, mixed_integer, many_dimensions, noisy, constrained, two_objectives):
        for spec in make():
            known.setdefault(spec["id"], spec)
    for spec in known.values():
        if spec["objectives"] > 1 and "random_median" not in spec:
            spec["random_median"] = random_volumes(spec)
            print(spec["id"], spec["best_hv"], spec["random_median"], flush=True)
        elif spec["objectives"] == 1 and not {str(n) for n in AT} <= set(spec.get("random_median", {})):
            medians = random_medians(spec) | spec.get("random_median", {})
            spec["random_median"] = {n: medians[n] for n in sorted(medians, key=int)}
            print(spec["id"], spec["best_known"], spec["random_median"], flush=True)
    with open("problems.json") as file:
        note = json.load(file)["note"]
    with open("problems.json", "w") as file:
        json.dump({"note": note, "problems": list(known.values())}, file, indent=2)
