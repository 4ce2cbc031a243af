"""Supabase Lite: the REST API and sign-in of Supabase, in front of the local PostgreSQL."""

import json
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from aicoach.local import http
from aicoach.local.errors import LocalError
from aicoach.local.keys import Keys
from aicoach.local.migrate import undo_gateway_grants
from aicoach.local.node import find_node, install
from aicoach.local.paths import HERE, TOOLS, Home
from aicoach.local.ports import HOST, Ports
from aicoach.local.process import Guard, Launch, Tell, silent
from aicoach.local.psql import Psql

JWT_EXPIRY = 3600
_PROGRAM = Path("node_modules") / "@supabase" / "lite" / "dist" / "cli" / "index.js"
_ANY_TABLE = """
select c.relname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind = 'r' order by c.relrowsecurity desc, c.relname limit 1
"""


def prepare(base_env: Mapping[str, str], log: Path, guard: Guard, tell: Tell = silent) -> None:
    """Install the pinned version into the checkout's tools."""
    folder = TOOLS / "lite"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / "lite" / name, folder / name)
    install(folder, base_env, log, guard, tell)


def launch(home: Home, ports: Ports, keys: Keys, owner: Psql, base_env: Mapping[str, str]) -> Launch:
    """How to start it. Secrets go in by environment: the configuration file only names them."""
    folder = home.lite / "supabase"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "config.toml").write_text(_configuration(ports))
    node = find_node(base_env.get("PATH"))
    env = node.env(base_env) | {
        "AICOACH_LITE_DATABASE_URL": owner.dsn,
        "AICOACH_LITE_JWT_SECRET": keys.jwt_secret,
        "AICOACH_LITE_PUBLISHABLE_KEY": keys.publishable_key,
        "AICOACH_LITE_SECRET_KEY": keys.secret_key,
    }
    argv = [str(node.binary), str(TOOLS / "lite" / _PROGRAM), "start", "--no-admin"]
    return Launch("lite", argv, env, home.lite, lambda: answers(ports.rest, keys))


def answers(port: int, keys: Keys) -> bool:
    return http.ask(port, "/auth/v1/health", headers={"apikey": keys.publishable_key}, timeout=5).status == 200


def settle(port: int, keys: Keys, owner: Psql) -> None:
    """Make it grant what it will grant, now, and take that back: it does so once, on its first data request."""
    table = owner.run(_ANY_TABLE).strip()
    if table:
        path, headers = f"/rest/v1/{table}?limit=0", {"apikey": keys.publishable_key}
        deadline = time.monotonic() + 20
        while (answer := http.ask(port, path, headers=headers)).status not in {200, 401, 403}:
            if time.monotonic() > deadline:
                raise LocalError(f"Supabase Lite does not serve table {table}: status {answer.status}, {answer.body!r}")
            time.sleep(0.1)
    undo_gateway_grants(owner)


def sign_up(port: int, keys: Keys, email: str, password: str, name: str) -> None:
    """Create a user as the login page would; raises LocalError when it is refused."""
    body = {"email": email, "password": password, "data": {"name": name}}
    answer = http.ask(port, "/auth/v1/signup", headers={"apikey": keys.publishable_key}, body=body)
    if answer.status != 200:
        raise LocalError(
            f"Sign-up of the demo user {email} was refused: {answer.status} {answer.body.decode(errors='replace')}"
        )


def _configuration(ports: Ports) -> str:
    site = json.dumps(f"http://{HOST}:{ports.web}")
    return f"""\
# Written at every start; change aicoach/local/lite.py instead.
project_id = "aicoach"

[api]
enabled = true
port = {ports.rest}
schemas = ["public"]
max_rows = 1000

[db]
driver = "postgres"
url = "env(AICOACH_LITE_DATABASE_URL)"

[auth]
enabled = true
site_url = {site}
jwt_secret = "env(AICOACH_LITE_JWT_SECRET)"
jwt_expiry = {JWT_EXPIRY}
publishable_key = "env(AICOACH_LITE_PUBLISHABLE_KEY)"
secret_key = "env(AICOACH_LITE_SECRET_KEY)"
minimum_password_length = 8

[auth.email]
enable_confirmations = false
"""
