"""How a trial's parameters reach its function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

import pydantic
import pytest

from durable_tune import Trial, TrialFailedError
from durable_tune.arguments import arguments


@dataclass
class Net:
    units: list[int]
    dropout: float = 0.5


@dataclass
class Settings:
    lr: float
    net: Net
    optional: Optional[Net] = None
    extra: list[int] = field(default_factory=list)


class Model(pydantic.BaseModel):
    lr: float
    net: Net


NESTED = {"lr": 0.5, "net.units": [4, 2], "net.dropout": 0.25}


def given(function: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    return arguments(function, Trial.local(params))


def test_parameters_come_by_keyword() -> None:
    def train(lr: float, layers: int = 2) -> None: ...

    assert given(train, {"lr": 0.5, "layers": 3}) == {"lr": 0.5, "layers": 3}


def test_the_trial_comes_where_it_is_asked_for() -> None:
    def annotated(context: Trial, lr: float) -> None: ...

    def named(lr, trial):  # type: ignore[no-untyped-def]
        ...

    assert isinstance(given(annotated, {"lr": 0.5})["context"], Trial)
    assert isinstance(given(named, {"lr": 0.5})["trial"], Trial)


def test_a_parameter_of_the_space_may_be_called_trial() -> None:
    def train(trial: int) -> None: ...

    assert given(train, {"trial": 3}) == {"trial": 3}


def test_nested_parameters_become_dicts_dataclasses_and_models_by_their_types() -> None:
    def plain(lr: float, net: dict[str, Any]) -> None: ...

    def typed(lr: float, net: Net) -> None: ...

    def maybe(lr: float, net: Net | None = None) -> None: ...

    assert given(plain, NESTED)["net"] == {"units": [4, 2], "dropout": 0.25}
    assert given(typed, NESTED)["net"] == Net([4, 2], 0.25)
    assert given(maybe, NESTED)["net"] == Net([4, 2], 0.25)


@pytest.mark.parametrize("kind", [Settings, Model])
def test_one_dataclass_or_model_takes_all_parameters(kind: Any) -> None:
    def train(settings, trial):  # type: ignore[no-untyped-def]
        ...

    train.__annotations__ = {"settings": kind}
    assert given(train, NESTED)["settings"] == kind(lr=0.5, net=Net([4, 2], 0.25))


def test_a_dict_takes_all_parameters() -> None:
    def train(params: dict[str, Any]) -> None: ...

    assert given(train, NESTED) == {"params": {"lr": 0.5, "net": {"units": [4, 2], "dropout": 0.25}}}


def test_others_take_what_is_left() -> None:
    def train(lr: float, **others: Any) -> None: ...

    assert given(train, NESTED) == {"lr": 0.5, "net": {"units": [4, 2], "dropout": 0.25}}


def test_a_conditional_parameter_may_be_missing_where_it_has_a_default() -> None:
    def train(lr: float, momentum: float = 0.9) -> None: ...

    def strict(lr: float, momentum: float) -> None: ...

    assert given(train, {"lr": 0.5}) == {"lr": 0.5}
    with pytest.raises(TrialFailedError, match=r"strict\(\) needs 'momentum'.*\(lr\).*default"):
        given(strict, {"lr": 0.5})


def test_a_parameter_that_the_function_does_not_take_is_named() -> None:
    def train(lr: float) -> None: ...

    with pytest.raises(TrialFailedError, match=r"train\(\) does not take 'layers'"):
        given(train, {"lr": 0.5, "layers": 3})


def test_what_does_not_fit_its_type_is_named() -> None:
    def model(settings: Model) -> None: ...

    def settings(settings: Settings) -> None: ...

    with pytest.raises(TrialFailedError, match="settings is no Model"):
        given(model, {"lr": "fast", "net.units": [1]})
    with pytest.raises(TrialFailedError, match="settings has 'depth', which Settings has not"):
        given(settings, {**NESTED, "depth": 3})
    with pytest.raises(TrialFailedError, match="settings is no Settings: .*lr"):
        given(settings, {"net.units": [1]})
