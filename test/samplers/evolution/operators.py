"""Writes operators.json beside this file: what pymoo makes of the same numbers.

    pip install pymoo==0.6.2 && python operators.py && npx oxfmt operators.json

Polynomial mutation and simulated binary crossover (eta 20, bounds 0 and 1) are given their random numbers; reference points,
extreme points, nadir points, niches and distances are those of its NSGA-III.
"""

import json
from pathlib import Path

import numpy as np
from pymoo.algorithms.moo.nsga3 import associate_to_niches, get_extreme_points_c, get_nadir_point
from pymoo.operators.crossover.sbx import cross_sbx
from pymoo.operators.mutation.pm import mut_pm
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting
from pymoo.util.ref_dirs import get_reference_directions

rng = np.random.default_rng(20_262)


class Queue:
    """Random numbers in the order they are asked for."""

    def __init__(self, *numbers):
        self.numbers = list(numbers)

    def random(self, shape):
        return np.asarray(self.numbers.pop(0)).reshape(shape)


def mutation(gene, u):
    bounds = np.zeros(1), np.ones(1)
    queue = Queue([0.0], [u])
    child = mut_pm(np.array([[gene]]), *bounds, np.array([20.0]), np.array([1.0]), False, random_state=queue)
    return dict(gene=gene, u=u, child=float(child[0, 0]))


def crossover(a, b, u):
    parents = np.array([[[a]], [[b]]])
    queue = Queue([0.0], [u], [1.0])
    one = np.array([[1.0]])
    children = cross_sbx(parents, np.zeros(1), np.ones(1), 20 * one, 1.0, 0 * one, random_state=queue)
    low, high = sorted(float(children[i, 0, 0]) for i in (0, 1))
    return dict(a=a, b=b, u=u, low=low, high=high)


def references(objectives, divisions):
    points = get_reference_directions("das-dennis", objectives, n_partitions=divisions)
    return dict(objectives=objectives, divisions=divisions, points=sorted(points.tolist()))


def niching(points, divisions):
    front = points[NonDominatedSorting().do(points, only_non_dominated_front=True)]
    ideal, worst = points.min(axis=0), points.max(axis=0)
    extreme = get_extreme_points_c(front, ideal)
    nadir = get_nadir_point(extreme, ideal, worst, front.max(axis=0), worst)
    directions = np.array(references(points.shape[1], divisions)["points"])
    niches, distances, _ = associate_to_niches(points, directions, ideal, nadir.copy())
    return dict(
        points=points.tolist(),
        divisions=divisions,
        ideal=ideal.tolist(),
        nadir=nadir.tolist(),
        niches=niches.tolist(),
        distances=distances.tolist(),
    )


def simplex(count, objectives):
    points = rng.dirichlet(np.ones(objectives), size=count) * (1 + rng.random((count, 1))) * rng.uniform(1, 9, objectives)
    return points.round(4)


fixture = dict(
    mutations=[mutation(float(g), float(u)) for g in (0, 0.02, 0.3, 0.5, 0.97, 1) for u in (0.01, 0.2, 0.499, 0.501, 0.9)],
    crossovers=[
        crossover(float(a), float(b), float(u))
        for a, b in ((0.2, 0.6), (0.9, 0.1), (0.01, 0.03), (0.95, 1), (0.5, 0.501))
        for u in (0.01, 0.3, 0.6, 0.95)
    ],
    references=[references(2, 4), references(3, 3), references(4, 2), references(3, 1)],
    niching=[
        niching(simplex(20, 2), 5),
        niching(simplex(30, 3), 4),
        niching(simplex(30, 4), 3),
        # a plane that cuts no axis
        niching(np.array([[0.0, 1, 1], [1, 0, 1], [0.6, 0.6, 0], [0.5, 0.5, 0.5], [2, 2, 2]]), 2),
    ],
)
Path(__file__).with_suffix(".json").write_text(json.dumps(fixture))
