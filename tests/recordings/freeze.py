"""Writes the schema of the present version of events beside the older ones: ``python -m tests.recordings.freeze``."""

import json
from pathlib import Path

from aicoach.core.events import EVENTS
from aicoach.core.wire import EVENTS_VERSION


def main() -> None:
    """One file a version, indented so that a change reads well."""
    path = Path(__file__).with_name(f"events.v{EVENTS_VERSION}.json")
    path.write_text(json.dumps(EVENTS.json_schema(), indent=2) + "\n")
    print(path)


if __name__ == "__main__":
    main()
