"""One run of a coach in the terminal: events as they arrive, then the cards."""

import json
import textwrap
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from aicoach.app.bootstrap import Container
from aicoach.app.streaming import EventStream, Pace
from aicoach.core.errors import Invalid, RunActive
from aicoach.core.model import JsonObject
from aicoach.core.planner import check_focus
from aicoach.core.ports import StartRequest


async def run_coach(wired: Container, user_id: UUID, coach: str, focus: list[str], console: Console) -> str:
    """Start or join a run of ``user_id`` and show it; gives the final status. Raises CoachError."""
    events = [event async for event in _shown(_run(wired, user_id, coach, focus), console)]
    cards = [event["insight"] for event in events if event["type"] == "insight"]
    console.print()
    for card in cards:
        console.print(_card(card))
    done = next((event for event in events if event["type"] == "done"), None)
    if done is None:
        return "running"
    console.print(_summary(done), style="dim")
    return str(done["status"])


async def _run(wired: Container, user_id: UUID, name: str, focus: list[str]) -> AsyncIterator[JsonObject]:
    if name not in wired.coaches:
        raise Invalid(f"There is no coach of this name. Known: {', '.join(sorted(wired.coaches))}.")
    chosen = check_focus(focus, tuple(wired.coaches[name].agents))
    request = StartRequest(user_id, wired.coaches[name].scope(user_id, None), name, chosen, {}, trigger="command")
    started = await wired.store.start_session(request)
    if started.outcome == "run_active":
        raise RunActive
    if started.run is not None:
        wired.runner.start(started.run, started.events)
    session_id = UUID(started.session["id"])
    session, events = await wired.store.read_events(user_id, session_id, 0)
    pace = Pace(wired.settings.heartbeat_seconds, wired.settings.rotation_seconds)
    stream = EventStream(wired.store, wired.queue, wired.runner, wired.clock, pace, user_id, session_id, 0, {})
    async for frame in stream.frames(session, events):
        for line in frame.decode().splitlines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


async def _shown(events: AsyncIterator[JsonObject], console: Console) -> AsyncIterator[JsonObject]:
    async for event in events:
        line = _line(event)
        if line is not None:
            console.print(Text(f"{event['at'][11:19]}  ", style="dim") + line)
        yield event


def _line(event: JsonObject) -> Text | None:
    match event["type"]:
        case "status":
            progress = f"{event['progress']:>4.0%} " if event.get("progress") else "     "
            return Text(progress + event["msg"] + (f" · {event['task']}" if "task" in event else ""))
        case "insight":
            return Text("     insight · ", style="green") + Text(event["insight"]["title"])
        case "recommendation":
            return Text("     hint · ", style="cyan") + Text(event["recommendation"]["title"])
        case "error":
            return Text(f"     error · {event['code']}", style="red")
        case "done":
            return Text(f"100% done · {event['status']}", style="bold")
        case _:
            return None


def _card(card: JsonObject) -> Panel:
    table = Table.grid(padding=(0, 2))
    for fact in sorted(card["data"]["facts"].values(), key=lambda fact: int(fact["order"])):
        table.add_row(Text(fact["label"] or "", style="dim"), Text(fact["text"]), Text(fact["how"], style="dim italic"))
    body = Text("\n".join(_wrapped(card["bodyMd"].replace("**", ""))) + "\n")
    content: Any = Table.grid()
    content.add_row(body)
    content.add_row(table)
    return Panel(content, title=card["title"], title_align="left", subtitle=f"words: {card['source']}", padding=(1, 2))


def _wrapped(text: str) -> list[str]:
    lines: list[str] = []
    for line in text.splitlines():
        lines += textwrap.wrap(line, 96) or [""]
    return lines


def _summary(done: JsonObject) -> str:
    said = f"{done['insights']} insights, {done['recommendations']} hints"
    held = f"; {done['skipped']} topics said nothing new and were left out" if done["skipped"] else ""
    return (
        f"{said}{held}; tokens {done['usage']['tokensIn'] + done['usage']['tokensOut']}, cost {done['usage']['cost']}."
    )
