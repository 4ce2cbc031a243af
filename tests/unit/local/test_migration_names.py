"""Migrations carry the names that the Supabase CLI applies, in its order."""

from pathlib import Path

import pytest

from aicoach.local.errors import LocalError
from aicoach.local.migrate import migrations


def test_our_migrations_have_names_the_supabase_cli_applies() -> None:
    found = migrations()
    assert [m.version for m in found] == sorted({m.version for m in found})
    assert any(m.is_grants for m in found)


def test_files_are_applied_by_version(tmp_path: Path) -> None:
    for name in ("20260102000000_b.sql", "20260101000000_a_grants.sql"):
        (tmp_path / name).touch()
    assert [(m.name, m.is_grants) for m in migrations(tmp_path)] == [("a_grants", True), ("b", False)]


@pytest.mark.parametrize(
    "name", ["1_short.sql", "20260101000000.sql", "20260101000000_Big.sql", "202601010000000_a.sql"]
)
def test_a_name_the_supabase_cli_would_skip_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(LocalError, match="no migration name"):
        migrations(tmp_path)


def test_two_files_of_one_version_are_refused(tmp_path: Path) -> None:
    for name in ("20260101000000_a.sql", "20260101000000_b.sql"):
        (tmp_path / name).touch()
    with pytest.raises(LocalError, match="Two migrations have the version 20260101000000"):
        migrations(tmp_path)
