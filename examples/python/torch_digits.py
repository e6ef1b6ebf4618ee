"""A small network in PyTorch on scikit-learn's digits; hopeless trials are pruned."""

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from durable_tune import Float, Int, Trial, tune
from durable_tune.callbacks.torch import epochs


def train(trial: Trial, units: int, dropout: float, lr: float) -> float:
    torch.manual_seed(trial.seed)
    X, y = load_digits(return_X_y=True)
    split = train_test_split(torch.tensor(X, dtype=torch.float32) / 16, torch.tensor(y), random_state=0)
    X, X_valid, y, y_valid = split
    batches = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, y), batch_size=64, shuffle=True)
    model = torch.nn.Sequential(
        torch.nn.Linear(64, units), torch.nn.ReLU(), torch.nn.Dropout(dropout), torch.nn.Linear(units, 10)
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)

    def accuracy() -> float:
        model.eval()
        with torch.no_grad():
            return (model(X_valid).argmax(1) == y_valid).float().mean().item()

    for epoch in epochs(trial, 8, score=accuracy, model=model, optimizer=optimizer):
        model.train()
        for rows, labels in batches:
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(rows), labels).backward()
            optimizer.step()
    return accuracy()


if __name__ == "__main__":
    space = {"units": Int(8, 128, log=True), "dropout": Float(0, 0.6), "lr": Float(1e-4, 1e-1, log=True)}
    print(tune(train, space, goal="maximize", trials=12, scheduler="median", name="torch-digits").best_trial)
