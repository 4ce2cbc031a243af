"""The command line: ``python -m aicoach coach|serve|job|worker|deadletters|digest|import``."""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

from aicoach.app.settings import Settings
from aicoach.core.errors import CoachError
from aicoach.local.errors import LocalError

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 only when it did what was asked."""
    options = _parser().parse_args(arguments)
    if "serve" in options:
        return _serve(options)
    try:
        if "work" in options:
            return _work(options)
        return int(asyncio.run(options.run(options)))
    except (CoachError, LocalError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("aicoach", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    for add in (_add_coach, _add_serve, _add_job, _add_worker, _add_dead_letters, _add_digest, _add_import):
        add(commands)
    return parser


def _add_coach(commands: Commands) -> None:
    coach = commands.add_parser("coach", help="run a coach once and show it live")
    coach.add_argument("--user", type=UUID, help="whose coach (default: the first demo user)")
    coach.add_argument("--coach", default="goals")
    coach.add_argument("--focus", action="append", default=[], help="may be given several times (default: everything)")
    coach.set_defaults(run=_coach)


def _add_serve(commands: Commands) -> None:
    serve = commands.add_parser("serve", help="serve the API with uvicorn")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(serve=True)


def _add_job(commands: Commands) -> None:
    job = commands.add_parser("job", help="run a job once, as cron does")
    job.add_argument("name", help="daily, weekly, sweep or navs")
    job.add_argument("--workers", action="store_true", help="do not run it here: put it in the workers' queue")
    job.set_defaults(run=_job)


def _add_worker(commands: Commands) -> None:
    text = "Take jobs from the queue in Redis (AICOACH_REDIS_URL) until told to stop."
    more = (
        "SIGTERM or Ctrl-C: takes no new task, ends the one under way, exits 0. Start one worker with --beat, no more."
    )
    worker = commands.add_parser("worker", help="take jobs from the queue in Redis", description=text, epilog=more)
    worker.add_argument("--concurrency", type=int, default=1, metavar="N", help="child processes (default: 1)")
    worker.add_argument("--beat", action="store_true", help="also begin each job when its time has come")
    worker.set_defaults(work=True)


def _add_dead_letters(commands: Commands) -> None:
    text = "People whose work broke its worker too often; jobs leave them out until they are replayed or dropped."
    dead = commands.add_parser("deadletters", help="list, replay or drop work that broke its worker", description=text)
    told = "list them (default), put them in the queue once more, or forget them so that the next job finds them again"
    dead.add_argument("action", nargs="?", choices=["list", "replay", "drop"], default="list", help=told)
    dead.add_argument("names", nargs="*", help="job/coach/user as the list shows them (default: all)")
    dead.set_defaults(run=_dead_letters)


def _add_digest(commands: Commands) -> None:
    digest = commands.add_parser("digest", help="print somebody's weekly digest: the stored one, else as it would be")
    digest.add_argument("--user", type=UUID, help="whose digest (default: the first demo user)")
    digest.add_argument("--coach", default="goals")
    digest.add_argument("--week", help="an ISO week such as 2026-W47 (default: this one)")
    digest.set_defaults(run=_digest)


def _add_import(commands: Commands) -> None:
    bring = commands.add_parser("import", help="bring a statement: CAS as PDF or JSON, or CSV (docs/csv-format.md)")
    bring.add_argument("file", type=Path)
    bring.add_argument("--user", type=UUID, required=True, help="whose portfolio it belongs to")
    bring.add_argument("--password-stdin", action="store_true", help="the PDF's password is the first line of input")
    bring.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    bring.add_argument("--allow-duplicates", action="store_true", help="take rows that look like stored ones as well")
    bring.add_argument("--yes", action="store_true", help="do not ask before writing")
    bring.set_defaults(run=_import)


def _serve(options: argparse.Namespace) -> int:
    import uvicorn

    # Our own logging: one JSON line per record, without the noise and without what people typed.
    # Whose forwarded addresses count is a setting of the application, not of whoever calls from this machine.
    quiet: dict[str, Any] = {"log_config": None, "access_log": False, "server_header": False, "proxy_headers": False}
    uvicorn.run("aicoach.app.main:app", host=options.host, port=options.port, **quiet)
    return 0


def _work(options: argparse.Namespace) -> int:
    from aicoach.worker.run import run_worker

    with _settings() as settings:
        try:
            return run_worker(settings, options.concurrency, beat=options.beat)
        except ValueError as error:
            print(error, file=sys.stderr)
            return 2


async def _coach(options: argparse.Namespace) -> int:
    from rich.console import Console

    from aicoach.app.bootstrap import build
    from aicoach.local.demo import first_demo_user_id
    from aicoach.local.terminal import run_coach

    console = Console()
    with _settings() as settings:
        wired = build(settings)
        try:
            user_id = options.user or first_demo_user_id()
            status = await run_coach(wired, user_id, options.coach, options.focus, console)
        finally:
            await wired.aclose()
    return 0 if status == "completed" else 1


async def _job(options: argparse.Namespace) -> int:
    from aicoach.app.bootstrap import build
    from aicoach.app.fanout import hand_over
    from aicoach.app.jobs import JOBS, do_job

    if options.name not in JOBS:
        print(f"There is no job {options.name!r}. Known: {', '.join(sorted(JOBS))}.", file=sys.stderr)
        return 2
    with _settings() as settings:
        if options.workers:
            await hand_over(settings, options.name)
            print(f"{options.name}: in the workers' queue.")
            return 0
        wired = build(settings)
        try:
            report = await do_job(wired, options.name)
        finally:
            await wired.aclose()
    print(report)
    return 1 if report.failed else 0


async def _dead_letters(options: argparse.Namespace) -> int:
    from aicoach.worker.dead_letters import manage

    with _settings() as settings:
        lines = manage(settings, options.action, options.names)
    print("\n".join(lines))
    return 0


async def _digest(options: argparse.Namespace) -> int:
    from aicoach.app.bootstrap import build
    from aicoach.app.jobs import digest_writer
    from aicoach.jobs.week import week_of
    from aicoach.local.demo import first_demo_user_id

    with _settings() as settings:
        wired = build(settings)
        try:
            writer = digest_writer(wired, options.coach)
            if writer is None:
                print(f"There is no digest of a coach {options.coach!r}.", file=sys.stderr)
                return 2
            user_id = options.user or first_demo_user_id()
            week = week_of(wired.clock.now(), writer.rule.zone, options.week)
            stored = await wired.store.get_digest(user_id, options.coach, week.name)
            text = stored["body"] if stored else await writer.preview(user_id, week)
        except ValueError as error:
            print(error, file=sys.stderr)
            return 2
        finally:
            await wired.aclose()
    print(text, end="") if text else print(f"There is nothing to tell for {week.name}.", file=sys.stderr)
    return 0


async def _import(options: argparse.Namespace) -> int:
    from rich.console import Console

    from aicoach.app.bootstrap import build
    from aicoach.local.importing import Order, import_file

    if not options.file.is_file():
        print(f"There is no file {options.file}.", file=sys.stderr)
        return 2
    password = sys.stdin.readline().rstrip("\r\n") if options.password_stdin else None
    order = Order(options.file, options.user, password, options.dry_run, options.yes, options.allow_duplicates)
    with _settings() as settings:
        wired = build(settings)
        try:
            return await import_file(wired, order, Console())
        finally:
            await wired.aclose()


@contextmanager
def _settings() -> Iterator[Settings]:
    """Settings from the environment; with none, those of the stack on this laptop, started if it must be."""
    settings = Settings()
    if settings.database_url.get_secret_value() or settings.supabase_url:
        yield settings
        return
    from aicoach.local.borrow import borrowed_settings

    with borrowed_settings() as settings:
        yield settings


if __name__ == "__main__":
    sys.exit(main())
