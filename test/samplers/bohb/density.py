"""Writes density.json: bandwidths and densities by statsmodels, the kernel density estimator that HpBandSter uses.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install statsmodels==0.14.5 && /tmp/venv/bin/python density.py
"""

import json
import pathlib

import numpy as np
import statsmodels.api as sm

rng = np.random.default_rng(5)
n = 17
numbers = np.clip(rng.normal([0.3, 0.6], [0.2, 0.05], (n, 2)), 0, 1)
pairs = rng.integers(0, 2, n)
triples = np.concatenate([[0, 1, 2], rng.choice(3, n - 3, p=[0.7, 0.2, 0.1])])
data = np.column_stack([numbers, pairs, triples])
kde = sm.nonparametric.KDEMultivariate(data=data, var_type="ccuu", bw="normal_reference")
# of three categories statsmodels takes the deviation of their indices
shares = np.bincount(triples) / n
kde.bw[3] = 1.06 * np.sqrt((1 - (shares**2).sum()) / 2) * n ** (-1 / 8)
at = np.column_stack([rng.uniform(0, 1, (40, 2)), rng.integers(0, 2, 40), rng.integers(0, 3, 40)])
out = {
    "data": data.tolist(),
    "bandwidths": kde.bw.tolist(),
    "at": at.tolist(),
    "density": [float(kde.pdf(x)) for x in at],
}
pathlib.Path(__file__).with_name("density.json").write_text(json.dumps(out) + "\n")
