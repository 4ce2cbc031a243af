"""Real PostgreSQL and Redis start in a folder of their own, survive being killed, and leave nothing behind."""

import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis

from aicoach.local.errors import LocalError
from aicoach.local.migrate import migrate, seed
from aicoach.local.ports import HOST
from aicoach.local.psql import Psql
from aicoach.local.stack import Stack


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own, because these tests kill its parts."""
    with Stack(tmp_path_factory.mktemp("small"), parts=("postgres", "redis"), durable=False) as running:
        yield running


def database(stack: Stack, name: str) -> Psql:
    """An empty database beside the migrated one."""
    stack.owner._psql([], f"create database {name}", {})
    owner = stack.owner
    return Psql(owner.binary, owner.host, owner.port, owner.user, owner.password, name)


def test_the_service_logs_in_without_power_and_the_owner_with_it(small: Stack) -> None:
    service = Psql(small.owner.binary, HOST, small.ports.db, "aicoach_service", small.keys.service_password)
    ask = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
    assert service.run(ask).strip() == "f"
    assert small.owner.run(ask).strip() == "t"


def test_a_wrong_password_is_refused(small: Stack) -> None:
    intruder = Psql(small.owner.binary, HOST, small.ports.db, "postgres", "wrong")
    with pytest.raises(LocalError, match="password authentication failed"):
        intruder.run("select 1")


def test_redis_wants_its_password_and_keeps_nothing_on_disk(small: Stack) -> None:
    with redis.Redis(host=HOST, port=small.ports.kv) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    with redis.Redis.from_url(small.redis_url) as client:
        assert client.config_get("save") == {"save": ""}
        assert client.config_get("appendonly") == {"appendonly": "no"}


def test_everything_listens_on_the_loopback_only(small: Stack) -> None:
    listening = {
        (link.laddr.ip, link.laddr.port)
        for process in small.processes.values()
        for link in psutil.Process(process.pid).net_connections("inet")
        if link.status == psutil.CONN_LISTEN
    }
    assert listening == {(HOST, small.ports.db), (HOST, small.ports.kv)}


def test_data_and_keys_are_closed_to_others(small: Stack) -> None:
    home = small.home
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (home.postgres, home.redis, home.logs, home.keys)}
    assert modes == {"postgres": 0o700, "redis": 0o700, "logs": 0o700, "keys.json": 0o600}


def test_no_password_is_in_the_list_of_processes(small: Stack) -> None:
    secrets = {small.keys.owner_password, small.keys.service_password, small.keys.redis_password}
    for process in small.processes.values():
        shown = " ".join(psutil.Process(process.pid).cmdline())
        assert not [secret for secret in secrets if secret in shown]


@pytest.mark.parametrize("part", ["postgres", "redis"])
def test_a_killed_part_comes_back_on_its_port(small: Stack, part: str) -> None:
    small.owner.run("create table if not exists public.kept (n int); insert into public.kept values (1)")
    small.kill_part(part)
    assert part not in small.processes
    small.start_part(part)
    assert small.owner.run("select count(*) >= 1 from public.kept").strip() == "t"


def test_a_part_that_runs_is_not_started_twice(small: Stack) -> None:
    with pytest.raises(LocalError, match=r"redis is already running \(pid \d+\)"):
        small.start_part("redis")


def test_a_second_stack_in_the_same_home_is_refused(small: Stack) -> None:
    with pytest.raises(LocalError, match="already running"), Stack(small.home.path, parts=("redis",)):
        pytest.fail("two stacks shared one home")


def test_migrations_are_applied_once_and_recorded_for_the_supabase_cli(small: Stack, tmp_path: Path) -> None:
    empty = database(small, "migrated_once")
    (tmp_path / "20260101000000_first.sql").write_text("create table public.t (a int[]); select 'it''s :x $$'::text;")
    assert migrate(empty, tmp_path) == ["20260101000000_first.sql"]
    assert migrate(empty, tmp_path) == []
    row = "select version, name, statements[1] from supabase_migrations.schema_migrations"
    assert empty.run(row) == f"20260101000000\tfirst\t{(tmp_path / '20260101000000_first.sql').read_text()}\n"


def test_a_migration_that_fails_leaves_nothing_of_itself(small: Stack, tmp_path: Path) -> None:
    empty = database(small, "failed_half")
    (tmp_path / "20260101000000_half.sql").write_text("create table public.half (a int);\nselect 1 / 0;\n")
    with pytest.raises(LocalError, match=r"20260101000000_half.sql failed.*half.sql:2.*division by zero"):
        migrate(empty, tmp_path)
    assert empty.run("select to_regclass('public.half') is null").strip() == "t"
    assert empty.run("select count(*) from supabase_migrations.schema_migrations").strip() == "0"


def test_our_own_migrations_can_be_replayed_from_nothing(small: Stack) -> None:
    empty = database(small, "replayed")
    assert migrate(empty)
    assert migrate(empty) == []


def test_a_seed_runs_once_per_content(small: Stack, tmp_path: Path) -> None:
    empty = database(small, "seeded")
    migrate(empty, tmp_path)
    file = tmp_path / "seed.sql"
    file.write_text("create table if not exists public.s (n int); insert into public.s values (1);")
    assert seed(empty, [file]) == ["seed.sql"]
    assert seed(empty, [file]) == []
    file.write_text(f"{file.read_text()} insert into public.s values (2);")
    assert seed(empty, [file]) == ["seed.sql"]
    assert empty.run("select sum(n) from public.s").strip() == "4"


def test_the_demo_users_exist_under_their_own_ids_without_sign_in(small: Stack) -> None:
    rows = small.owner.run("select id, email from auth.users order by email").splitlines()
    assert rows == [f"{user.user_id}\t{user.email}" for user in small.demo_users]


def test_stopping_frees_every_port_and_the_next_start_finds_its_data(tmp_path: Path) -> None:
    with Stack(tmp_path, parts=("postgres", "redis"), durable=False, seeded=False) as first:
        first.owner.run("create table public.kept as select 1 as n")
        ports, processes = first.ports, list(first.processes.values())
    assert not any(process.alive for process in processes)
    for port in (ports.db, ports.kv):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((HOST, port), timeout=1)
    with Stack(tmp_path, parts=("postgres",), durable=False, seeded=False) as second:
        assert second.owner.run("select n from public.kept").strip() == "1"
        assert second.keys == first.keys


def test_a_part_that_cannot_start_is_one_sentence_with_its_last_words_and_stops_the_others(tmp_path: Path) -> None:
    broken = Stack(tmp_path, parts=("redis", "service"), env={"PYTHONHOME": "/nowhere"})
    with pytest.raises(LocalError, match=r"(?s)service ended with code \d+; see .*service.log") as failure:
        broken.__enter__()
    assert "encodings" in str(failure.value)
    assert [p for p in psutil.process_iter(["cmdline"]) if str(tmp_path) in " ".join(p.info["cmdline"] or [])] == []
