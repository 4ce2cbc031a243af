"""python -m tests.evals --base-url … --model …: ask a real endpoint for every finding in every language."""

import argparse
import asyncio
import os
import sys

from aicoach.tools.openai_tool import Endpoint, OpenAITool
from tests.evals.live import ask_all
from tests.evals.report import ENOUGH, accepted, misjudged, table


def main() -> int:
    """Print the table and what was refused; fails below the bar. The key comes from OPENAI_API_KEY."""
    parser = argparse.ArgumentParser(prog="python -m tests.evals", description=__doc__)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--times", type=int, default=1, help="how often each finding is asked for")
    parser.add_argument("--side-by-side", type=int, default=4)
    chosen = parser.parse_args()
    endpoint = Endpoint(chosen.base_url, os.environ.get("OPENAI_API_KEY", "none"), chosen.model)
    outcomes = asyncio.run(ask_all(OpenAITool(endpoint), chosen.times, chosen.side_by_side))
    print("\n".join([*misjudged(outcomes), "", table(outcomes)]))
    return 0 if accepted(outcomes) >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
