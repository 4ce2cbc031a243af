"""What the first release did to its database: the calls as it made them, whatever the present one would say."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from aicoach.adapters.supabase import Transport

_CALLS: Mapping[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text())


async def leave_a_run_half_done(transport: Transport, user_id: UUID) -> UUID:
    """A run of the orchard coach whose process dies after its first card."""
    orchard = str(uuid4())
    start = _CALLS["start"] | {"scope_id": orchard, "params": {"orchard": orchard}, "call_id": str(uuid4())}
    started = await transport.call("ai_start_session", start, user_id=user_id)
    session_id = started["session"]["id"]
    fence = {"session_id": session_id, "epoch": started["epoch"]}
    await transport.call("ai_renew_session", fence | {"lease_seconds": 30, "plan": _CALLS["plan"]}, user_id=user_id)
    await transport.call("ai_commit_task", fence | _CALLS["commit"], user_id=user_id)
    return UUID(session_id)


async def finish_a_run(transport: Transport, user_id: UUID) -> UUID:
    """A run that ended well."""
    session_id = await leave_a_run_half_done(transport, user_id)
    finish = {"session_id": str(session_id), "epoch": 1, "status": "completed", "error": None}
    await transport.call("ai_finish_session", finish, user_id=user_id)
    return session_id
