"""The façade is built again when, and only when, something the build reads has changed."""

from pathlib import Path

from aicoach.local.web import fingerprint


def test_a_changed_source_changes_the_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "page.tsx").write_text("a")
    before = fingerprint(tmp_path)
    (tmp_path / "app" / "page.tsx").write_text("b")
    assert fingerprint(tmp_path) != before


def test_a_renamed_source_changes_the_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("a")
    before = fingerprint(tmp_path)
    (tmp_path / "a.ts").rename(tmp_path / "b.ts")
    assert fingerprint(tmp_path) != before


def test_what_tools_write_does_not_change_the_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("a")
    before = fingerprint(tmp_path)
    for made in (
        ".next/BUILD_ID",
        "node_modules/x/index.js",
        "test-results/trace.zip",
        "tsconfig.tsbuildinfo",
        "next-env.d.ts",
    ):
        (tmp_path / made).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / made).write_text("made")
    assert fingerprint(tmp_path) == before
