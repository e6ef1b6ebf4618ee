"""Learning rate and regularisation of a linear model on scikit-learn's digits, epoch by epoch; hopeless trials are pruned."""

from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split

from durable_tune import Float, Trial, tune
from durable_tune.callbacks.sklearn import epochs


def train(trial: Trial, alpha: float, eta0: float) -> float:
    X, X_valid, y, y_valid = train_test_split(*load_digits(return_X_y=True), random_state=0)
    model = SGDClassifier(alpha=alpha, learning_rate="constant", eta0=eta0, random_state=trial.seed)
    for epoch in epochs(trial, model, 10, score=lambda: model.score(X_valid, y_valid)):
        model.partial_fit(X, y, classes=range(10))
    return model.score(X_valid, y_valid)


if __name__ == "__main__":
    space = {"alpha": Float(1e-6, 1e-1, log=True), "eta0": Float(1e-5, 1e-1, log=True)}
    print(tune(train, space, goal="maximize", trials=20, scheduler="median", name="partial-fit").best_trial)
