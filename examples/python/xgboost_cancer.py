"""Boosted trees of XGBoost on scikit-learn's breast cancer data; hopeless trials are pruned."""

import xgboost
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

from durable_tune import Float, Int, Trial, tune
from durable_tune.callbacks.xgboost import TrialCallback


def train(trial: Trial, eta: float, max_depth: int, subsample: float) -> float:
    X, X_valid, y, y_valid = train_test_split(*load_breast_cancer(return_X_y=True), random_state=0)
    rows, held_out = xgboost.DMatrix(X, y), xgboost.DMatrix(X_valid, y_valid)
    params = {"objective": "binary:logistic", "eta": eta, "max_depth": max_depth, "subsample": subsample, "nthread": 1}
    callback = TrialCallback(trial, "valid", "logloss", rounds=60)
    model = xgboost.train(
        params,
        rows,
        callback.rounds,
        evals=[(held_out, "valid")],
        verbose_eval=False,
        xgb_model=callback.model,
        callbacks=[callback],
    )
    return float(model.eval(held_out).split(":")[1])


if __name__ == "__main__":
    space = {"eta": Float(1e-3, 1, log=True), "max_depth": Int(1, 8), "subsample": Float(0.3, 1)}
    print(tune(train, space, trials=20, scheduler="median", name="xgboost-cancer").best_trial)
