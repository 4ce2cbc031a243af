"""Asks an endpoint for every finding in every language, a few at a time."""

import asyncio

from aicoach.tools.openai_tool import OpenAITool
from tests.evals.findings import LOCALES, findings
from tests.evals.pipeline import narrate
from tests.evals.report import Outcome


async def ask_all(tool: OpenAITool, times: int = 1, side_by_side: int = 4) -> list[Outcome]:
    """One outcome for each finding, language and time; whatever the endpoint says should pass."""
    turns = asyncio.Semaphore(side_by_side)

    async def ask(name: str, locale: str) -> Outcome:
        async with turns:
            insight, _ = await narrate(tool, findings()[name], locale)
            return Outcome(name, findings()[name].kind, locale, True, insight)

    try:
        wanted = [(name, locale) for name in findings() for locale in LOCALES] * times
        return list(await asyncio.gather(*(ask(name, locale) for name, locale in wanted)))
    finally:
        await tool.aclose()
