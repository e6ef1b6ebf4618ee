"""A support vector machine on the handwritten digits: tuned on the first writers, tested on the last ones.

    dtune-worker examples/retraining/train.py --queue training
"""

import json
import os
from pathlib import Path

from sklearn.datasets import load_digits
from sklearn.model_selection import cross_val_score
from sklearn.svm import SVC

from durable_tune import Trial, trial

FOR_TUNING = 1437


@trial
def train(C: float, gamma: float, trial: Trial):
    images, labels = load_digits(return_X_y=True)
    model = SVC(C=C, gamma=gamma)
    if trial.phase == "tune":
        return {"folds": cross_val_score(model, images[:FOR_TUNING], labels[:FOR_TUNING], cv=3).tolist()}
    model.fit(images[:FOR_TUNING], labels[:FOR_TUNING])
    truth, predicted = labels[FOR_TUNING:], model.predict(images[FOR_TUNING:])
    return {"value": float((truth == predicted).mean()), "predictions": keep(truth, predicted, trial)}


def keep(truth, predicted, trial: Trial) -> str:
    """Writes predictions for the judge. Returns the file's URI."""
    folder = Path(os.environ["RETRAINING_FOLDER"])
    path = folder / f"{trial.study}-{trial.evaluation['candidate']}-{trial.attempt}.json"
    classes = [int(digit) for digit in sorted(set(truth))]
    path.write_text(json.dumps({"truth": truth.tolist(), "predicted": predicted.tolist(), "classes": classes}))
    return path.as_uri()
