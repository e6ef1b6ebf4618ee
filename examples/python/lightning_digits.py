"""A small network in Lightning on scikit-learn's digits; hopeless trials are pruned."""

import logging

import lightning.pytorch as pl
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.utils.data import DataLoader, TensorDataset

from durable_tune import Float, Int, Trial, tune
from durable_tune.callbacks.lightning import TrialCallback

logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)


class Network(pl.LightningModule):
    def __init__(self, units: int, dropout: float, lr: float) -> None:
        super().__init__()
        self.lr = lr
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(64, units), torch.nn.ReLU(), torch.nn.Dropout(dropout), torch.nn.Linear(units, 10)
        )

    def training_step(self, batch: list[torch.Tensor], _: int) -> torch.Tensor:
        rows, labels = batch
        return torch.nn.functional.cross_entropy(self.layers(rows), labels)

    def validation_step(self, batch: list[torch.Tensor], _: int) -> None:
        rows, labels = batch
        self.log("val_accuracy", (self.layers(rows).argmax(1) == labels).float().mean())

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=self.lr)


def train(trial: Trial, units: int, dropout: float, lr: float) -> float:
    pl.seed_everything(trial.seed, verbose=False)
    X, y = load_digits(return_X_y=True)
    split = train_test_split(torch.tensor(X, dtype=torch.float32) / 16, torch.tensor(y), random_state=0)
    X, X_valid, y, y_valid = split
    batches = DataLoader(TensorDataset(X, y), batch_size=64, shuffle=True)
    held_out = DataLoader(TensorDataset(X_valid, y_valid), batch_size=len(y_valid))
    model = Network(units, dropout, lr)
    callback = TrialCallback(trial, "val_accuracy", epochs=6)
    trainer = pl.Trainer(
        max_epochs=callback.epochs,
        callbacks=[callback],
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(model, batches, held_out, ckpt_path=trial.checkpoint, weights_only=False)
    return trainer.validate(model, held_out, verbose=False)[0]["val_accuracy"]


if __name__ == "__main__":
    space = {"units": Int(8, 128, log=True), "dropout": Float(0, 0.6), "lr": Float(1e-4, 1e-1, log=True)}
    print(tune(train, space, goal="maximize", trials=8, scheduler="median", name="lightning-digits").best_trial)
