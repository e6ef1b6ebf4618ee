"""Boosted trees of LightGBM on scikit-learn's breast cancer data; hopeless trials are pruned."""

import lightgbm
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from durable_tune import Float, Int, Trial, tune
from durable_tune.callbacks.lightgbm import TrialCallbacks


def train(trial: Trial, learning_rate: float, num_leaves: int, bagging_fraction: float) -> float:
    X, X_valid, y, y_valid = train_test_split(*load_breast_cancer(return_X_y=True), random_state=0)
    params = {
        "objective": "binary",
        "learning_rate": learning_rate,
        "num_leaves": num_leaves,
        "bagging_fraction": bagging_fraction,
        "bagging_freq": 1,
        "num_threads": 1,
        "verbose": -1,
    }
    callbacks = TrialCallbacks(trial, "valid", "binary_logloss", rounds=60)
    model = lightgbm.train(
        params,
        lightgbm.Dataset(X, y),
        callbacks.rounds,
        valid_sets=[lightgbm.Dataset(X_valid, y_valid)],
        valid_names=["valid"],
        init_model=callbacks.model,
        callbacks=callbacks,
    )
    return log_loss(y_valid, model.predict(X_valid))


if __name__ == "__main__":
    space = {"learning_rate": Float(1e-3, 1, log=True), "num_leaves": Int(2, 63, log=True), "bagging_fraction": Float(0.3, 1)}
    print(tune(train, space, trials=20, scheduler="median", name="lightgbm-cancer").best_trial)
