"""A small network in Keras on scikit-learn's digits; hopeless trials are pruned. Set KERAS_BACKEND to the one that is installed."""

import keras
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from durable_tune import Float, Int, Trial, tune
from durable_tune.callbacks.keras import TrialCallback


def train(trial: Trial, units: int, dropout: float, lr: float) -> float:
    keras.utils.set_random_seed(trial.seed)
    X, y = load_digits(return_X_y=True)
    X, X_valid, y, y_valid = train_test_split(X.astype("float32") / 16, y, random_state=0)
    model = keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(lr), "sparse_categorical_crossentropy", metrics=["accuracy"])
    callback = TrialCallback(trial, "val_accuracy", epochs=6)
    model.fit(X, y, validation_data=(X_valid, y_valid), epochs=callback.epochs, batch_size=64, verbose=0, callbacks=[callback])
    return model.evaluate(X_valid, y_valid, verbose=0, return_dict=True)["accuracy"]


if __name__ == "__main__":
    space = {"units": Int(8, 128, log=True), "dropout": Float(0, 0.6), "lr": Float(1e-4, 1e-1, log=True)}
    print(tune(train, space, goal="maximize", trials=12, scheduler="median", name="keras-digits").best_trial)
