"""The QA checklist of a release is filled by the smoke command, also when it fails."""

from pathlib import Path

import pytest

from scripts.smoke import __main__ as smoke


def test_each_release_adds_its_own_table_and_keeps_the_earlier_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S0-11.1b: filled per release, with yes or NO for each step; a deployment that is down is a NO that stays."""
    page = tmp_path / "qa-checklist.md"
    page.write_text("# QA checklist\n", "utf-8")
    monkeypatch.setattr(smoke, "CHECKLIST", page)
    monkeypatch.setenv("SMOKE_EMAIL", "somebody@example.org")
    monkeypatch.setenv("SMOKE_PASSWORD", "secret-of-the-operator")
    for release in ("1.0.0", "1.1.0"):
        assert smoke.main(["--url", "http://127.0.0.1:9", "--release", release]) == 1
    told = page.read_text("utf-8")
    assert told.startswith("# QA checklist\n")
    assert [line for line in told.splitlines() if line.startswith("## ")] == ["## 1.0.0", "## 1.1.0"]
    assert told.count("| `page` | NO |") == 2
    assert "secret-of-the-operator" not in told
