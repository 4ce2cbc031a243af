"""The other ways to run it: image, compose file and systemd units, read by the tools that would read them."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from aicoach.local.paths import ROOT
from scripts.vercel_build.tools import Missing, linters

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
_READ_COMPOSE = """
import json, sys
from compose_spec import PyOptions
options = PyOptions()
options.apply_merge = True
print(json.dumps(options.from_yaml(sys.stdin.read()).to_dict()))
"""


@pytest.fixture(scope="module")
def tools() -> Path:
    """The folder with the linters; skips where they cannot be installed."""
    try:
        return linters()
    except Missing as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def compose(tools: Path) -> dict[str, Any]:
    """compose.yaml as Docker would understand it: the specification's own parser refuses a key it does not know."""
    text = (ROOT / "compose.yaml").read_text()
    argv = [str(tools / "python"), "-c", _READ_COMPOSE]
    read = subprocess.run(argv, input=text, capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stderr
    parsed: dict[str, Any] = json.loads(read.stdout)
    return parsed


def _stages() -> dict[str, list[str]]:
    """The Dockerfile's instructions by stage."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    parts = re.split(r"^FROM ", text, flags=re.MULTILINE)[1:]
    return {part.splitlines()[0].split(" AS ")[1]: part.splitlines() for part in parts}


def test_the_dockerfile_passes_its_linter(tools: Path) -> None:
    """Not one remark, however small."""
    done = subprocess.run([tools / "hadolint", "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_is_exact_small_and_nobodys() -> None:
    """S0-0.3a: exact versions, no user with rights, a health check, and only what runs in production."""
    stages = _stages()
    assert list(stages)[-1] == "service"
    for lines in stages.values():
        assert re.match(r"\w+:\d+\.\d+\.\d+-\S*slim\S* AS ", lines[0]), lines[0]
    for name in ("service", "web"):
        assert any(re.fullmatch(r"USER [1-9]\d*", line) for line in stages[name]), f"{name} runs as root"
        assert any(line.startswith("HEALTHCHECK") for line in stages[name])
    copied = [line for lines in stages.values() for line in lines if line.startswith("COPY") and "--from" not in line]
    assert not [line for line in copied if re.search(r"COPY \. |requirements-dev|tests|\.env", line)]


def test_the_image_installs_the_hosts_versions_and_no_developers_package() -> None:
    """One lock is the other plus what workers and statements need; a package has one version in all of them."""
    locks = {name: _lock(name) for name in ("requirements.txt", "requirements-worker.txt", "requirements-dev.txt")}
    host, image, everything = locks.values()
    assert host.items() <= image.items() <= everything.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = [re.split(r"[\[<>=]", line)[0] for line in project["optional-dependencies"]["dev"]]
    assert not image.keys() & set(names)


def _lock(name: str) -> dict[str, frozenset[str]]:
    """Packages and their versions: one may have several, for several Pythons."""
    found: dict[str, frozenset[str]] = {}
    for package, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(), flags=re.MULTILINE):
        found[package] = found.get(package, frozenset()) | {version}
    return found


def test_compose_starts_service_workers_one_clock_queue_and_facade(compose: dict[str, Any]) -> None:
    """Everything but the database, which is Supabase."""
    services = compose["services"]
    assert sorted(services) == ["beat", "redis", "service", "web", "worker"]
    assert [name for name in services if "--beat" in services[name].get("command", [])] == ["beat"]
    same = {services[name]["image"] for name in ("service", "worker", "beat")}
    assert same == {"aicoach"}


def test_compose_gives_nobody_rights_or_doors_they_do_not_need(compose: dict[str, Any]) -> None:
    """No capabilities, ports on this machine only, and each side reads its own settings."""
    for name, service in compose["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
        for port in service.get("ports", []):
            host = port["host_ip"] if isinstance(port, dict) else str(port).split(":")[0]
            assert host == "127.0.0.1", name
    text = (ROOT / "compose.yaml").read_text()
    assert "PASSWORD" not in text.upper().replace("AICOACH_JWT_", "")
    assert subprocess.run(
        ["git", "check-ignore", "-q", "--no-index", ".env.service"], cwd=ROOT, check=False
    ).returncode in {0, 128}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_one_that_systemd_understands(unit: Path, tmp_path: Path) -> None:
    """``systemd-analyze verify``, with programs and folders of this machine in place of the installed ones."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("There is no systemd-analyze on this machine.")
    here = unit.read_text().replace("/opt/aicoach/venv/bin/python", sys.executable).replace("/opt/aicoach", str(ROOT))
    (tmp_path / unit.name).write_text(here)
    env = {"PATH": os.environ.get("PATH", os.defpath), "SYSTEMD_LOG_LEVEL": "warning"}
    argv = ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=env, timeout=60)
    remarks = [line for line in done.stderr.splitlines() if unit.name.split(".")[0].removesuffix("@") in line]
    assert remarks == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_gives_up_its_rights_and_comes_back(unit: Path) -> None:
    """No user of the machine, nothing writable, and started anew whatever ended it."""
    lines = unit.read_text().splitlines()
    for wanted in ("DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "Restart=always"):
        assert wanted in lines
    assert any(line.startswith("ExecStart=/opt/aicoach/venv/bin/python -m aicoach ") for line in lines)
