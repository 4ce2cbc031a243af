"""The settings that the parts get: one place, so that service, façade and tests agree."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict

from aicoach.local import postgres, redis
from aicoach.local.demo import DemoUser
from aicoach.local.keys import Keys
from aicoach.local.ports import HOST, Ports

SERVICE_ROLE = "aicoach_service"
_LIMITS = ("STARTS", "IMPORTS", "STREAMS", "WRITES", "READS", "REFUSALS")
# A caller's own settings must not leak into a stack: a test could otherwise reach a paid model or a real database.
_NOT_INHERITED = (
    "AICOACH_",
    "OPENAI_",
    "SUPABASE_",
    "NEXT_",
    "REDIS_",
    "PG",
    "UVICORN_",
    "npm_",
    "NODE_OPTIONS",
    "MAKE",
)


def base() -> dict[str, str]:
    """The caller's environment without anything that would configure our parts."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)}


def chosen_by_person() -> dict[str, str]:
    """What a person set for `make up` on purpose: a model, a store. Ports and home are not passed on."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith(("AICOACH_", "OPENAI_"))
        and not name.startswith(("AICOACH_PORT_", "AICOACH_HOME", "AICOACH_PARTS", "AICOACH_STACK"))
    }


def service_dsn(ports: Ports, keys: Keys) -> str:
    return postgres.client(ports.db, keys.service_password, SERVICE_ROLE).dsn


def for_parts(ports: Ports, keys: Keys, users: Sequence[DemoUser]) -> dict[str, str]:
    """The environment of service and façade in local mode."""
    rest = f"http://{HOST}:{ports.rest}"
    logins = [{k: v for k, v in asdict(user).items() if k in {"name", "email", "password"}} for user in users]
    return {
        "AICOACH_ENV": "local",
        "AICOACH_LLM": "off",
        "AICOACH_OPENAI_BASE_URL": f"http://{HOST}:{ports.model}/v1",
        "AICOACH_OPENAI_API_KEY": "scripted",
        "AICOACH_STORE": "postgres",
        "AICOACH_DATABASE_URL": service_dsn(ports, keys),
        "AICOACH_REDIS_URL": redis.url(ports.kv, keys.redis_password),
        "AICOACH_SUPABASE_URL": rest,
        "AICOACH_SUPABASE_PUBLISHABLE_KEY": keys.publishable_key,
        "AICOACH_SUPABASE_JWT_KEY": keys.jwt_secret,
        "AICOACH_JWT_PUBLIC_KEY": keys.bridge_public_pem,
        "AICOACH_JWT_PRIVATE_KEY": keys.bridge_private_pem,
        "AICOACH_JWT_KID": keys.bridge_kid,
        "AICOACH_CRON_SECRET": keys.cron_secret,
        "AICOACH_FOLIO_KEY": keys.folio_key,
        "AICOACH_SERVICE_URL": f"http://{HOST}:{ports.service}",
        "AICOACH_DEMO_USERS": json.dumps(logins),
        # On a laptop two demo people do what a crowd does elsewhere, and all of it from one address.
        **{f"AICOACH_LIMIT_{kind}": "100000/minute" for kind in _LIMITS},
    }
