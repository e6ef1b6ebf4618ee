"""Forests and boosted quantiles of scikit-learn 1.9.1 as an oracle for samplers/trees and samplers/boosting.

`pip install scikit-learn==1.9.1`, then `python forests.py > forests.json` in this folder.
"""

import json

import numpy as np
from sklearn.ensemble import ExtraTreesRegressor, GradientBoostingRegressor, RandomForestRegressor

rng = np.random.default_rng(7)
n, d, trees = 80, 4, 3000


def response(x):
    return np.sin(6 * x[:, 0]) + 4 * (x[:, 1] - 0.4) ** 2 + x[:, 0] * x[:, 2]


x = rng.uniform(size=(n, d))
y = response(x) + 0.3 * rng.standard_normal(n)
at = rng.uniform(size=(30, d))


def predicted(forest):
    """Mean, and variance by the law of total variance over the trees."""
    means = np.array([t.predict(at) for t in forest.estimators_])
    variances = np.array([t.tree_.impurity[t.apply(at.astype(np.float32))] for t in forest.estimators_])
    return {"mean": means.mean(0).tolist(), "variance": (variances.mean(0) + means.var(0)).tolist()}


def pinball(alpha):
    model = GradientBoostingRegressor(
        loss="quantile", alpha=alpha, n_estimators=30, max_depth=3, learning_rate=0.1, random_state=0
    ).fit(x, y)
    rest = y - model.predict(x)
    return {"alpha": alpha, "loss": float(np.mean(np.maximum(alpha * rest, (alpha - 1) * rest))), "mean": float(model.predict(at).mean())}


forests = {}
for leaf in (1, 5):
    extra = ExtraTreesRegressor(trees, min_samples_leaf=leaf, random_state=0).fit(x, y)
    bagged = RandomForestRegressor(trees, min_samples_leaf=leaf, random_state=0).fit(x, y)
    forests[str(leaf)] = {
        "extra-trees": predicted(extra),
        "random-forest": predicted(bagged),
    }
print(json.dumps({"x": x.tolist(), "y": y.tolist(), "at": at.tolist(), "forests": forests, "boosting": [pinball(q) for q in (0.16, 0.5, 0.84)]}))
