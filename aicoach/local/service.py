"""The coach's own service, exactly as it is deployed, under uvicorn."""

import sys
from collections.abc import Mapping

from aicoach.local import http
from aicoach.local.paths import ROOT
from aicoach.local.ports import HOST
from aicoach.local.process import Launch


def launch(port: int, env: Mapping[str, str]) -> Launch:
    argv = [sys.executable, "-m", "aicoach", "serve", "--host", HOST, "--port", str(port)]
    return Launch("service", argv, {**env, "PYTHONUNBUFFERED": "1"}, ROOT, lambda: answers(port))


def answers(port: int) -> bool:
    return http.ask(port, "/api/aicoach/healthz", timeout=5).status == 200
