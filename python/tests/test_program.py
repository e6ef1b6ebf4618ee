"""Where Node and `dtune` are looked for."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest

import durable_tune.tuning.program as program_of_studies
from durable_tune.errors import TuningError
from durable_tune.tuning.node import find_node
from durable_tune.tuning.program import find_dtune

VERSION = metadata.version("durable-tune")
MAIN = Path("node_modules", "durable-tune", "dist", "cli", "main.js")


def program(path: Path, *lines: str) -> Path:
    """A shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def nothing_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DTUNE", "DTUNE_NPM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(program_of_studies, "_origin", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("DTUNE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "work" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work" / "deep")


def node(folder: Path, version: str = "v22.1.0") -> Path:
    return program(folder / "bin" / "node", f"echo {version}")


def test_no_node_is_refused_in_words() -> None:
    with pytest.raises(
        TuningError, match=r"no Node of version 20.19 or newer on PATH: install it, or `pip install 'durable-tune\[node\]'`"
    ):
        find_node()


@pytest.mark.parametrize(("version", "words"), [("v20.18.3", "is 20.18.3"), ("6.1", "is no Node")])
def test_a_node_that_will_not_do_is_named(tmp_path: Path, version: str, words: str) -> None:
    node(tmp_path, version)
    with pytest.raises(TuningError, match=words):
        find_node()


def test_dtune_is_what_the_environment_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = node(tmp_path)
    package = tmp_path / "package"
    main = program(package / "dist" / "cli" / "main.js")
    for named in (package, main):
        monkeypatch.setenv("DTUNE", str(named))
        assert find_dtune() == [str(found), str(main)]
    monkeypatch.setenv("DTUNE", str(tmp_path / "nothing"))
    with pytest.raises(TuningError, match="nothing', which is no file"):
        find_dtune()


def test_dtune_on_the_path_is_run_by_node_where_it_is_a_script_of_nodes(tmp_path: Path) -> None:
    found = node(tmp_path)
    on_path = program(tmp_path / "bin" / "dtune")
    assert find_dtune() == [str(on_path)]
    on_path.write_text("#!/usr/bin/env node\n")
    assert find_dtune() == [str(found), str(on_path)]


def test_dtune_of_a_folder_above_is_found(tmp_path: Path) -> None:
    found = node(tmp_path)
    main = program(tmp_path / "work" / MAIN)
    assert find_dtune() == [str(found), str(main)]


def installed_from(folder: Path, monkeypatch: pytest.MonkeyPatch, **more: object) -> None:
    monkeypatch.setattr(program_of_studies, "_origin", lambda: json.dumps({"url": folder.as_uri()} | more))


def test_dtune_of_the_checkout_that_the_package_was_installed_from_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = node(tmp_path)
    checkout = tmp_path / "a checkout"
    installed_from(checkout / "python", monkeypatch, dir_info={})
    checkout.mkdir()
    (checkout / "package.json").write_text('{"name": "durable-tune"}')
    with pytest.raises(TuningError, match="a checkout, whose dtune is not built: run `npm ci` there"):
        find_dtune()
    main = program(checkout / "dist" / "cli" / "main.js")
    assert find_dtune() == [str(found), str(main)]


def test_a_folder_that_is_no_checkout_any_more_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node(tmp_path)
    for more in ({"dir_info": {}}, {"archive_info": {}}):
        installed_from(tmp_path / "gone" / "python", monkeypatch, **more)
        with pytest.raises(TuningError, match="there is no npm beside"):
            find_dtune()


def test_npm_installs_it_once_where_it_is_nowhere(tmp_path: Path) -> None:
    found = node(tmp_path)
    # what npm is asked for: install --prefix FOLDER … SPEC
    for tool in ("mkdir", "touch"):
        (tmp_path / "bin" / tool).symlink_to(f"/bin/{tool}")
    program(tmp_path / "bin" / "npm", f"mkdir -p $3/{MAIN.parent}", f"touch $3/{MAIN}", f'echo "$7" >> {tmp_path}/asked')
    expected = tmp_path / "cache" / "npm" / f"durable-tune@{VERSION}" / MAIN
    for _ in range(2):
        assert find_dtune() == [str(found), str(expected)]
    assert (tmp_path / "asked").read_text() == f"durable-tune@{VERSION}\n"


def test_what_npm_says_when_it_cannot_is_passed_on(tmp_path: Path) -> None:
    node(tmp_path)
    program(tmp_path / "bin" / "npm", "echo there is no network >&2", "exit 1")
    with pytest.raises(TuningError, match=f"npm cannot install durable-tune@{VERSION}: there is no network"):
        find_dtune()
    assert not list((tmp_path / "cache" / "npm").iterdir())
