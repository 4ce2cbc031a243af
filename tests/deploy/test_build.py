"""What ``vercel build`` makes of vercel.json: functions, routes, crons, and nothing that is nobody's business."""

import json
import re
from pathlib import PurePosixPath

import pytest

from aicoach.app.jobs import JOBS
from aicoach.app.settings import Settings
from aicoach.local.paths import ROOT
from scripts.vercel_build import sources
from scripts.vercel_build.output import Function, Output

PYTHON_SERVICES = ("feedback", "session", "stream", "webhook")
MOST_BYTES = 100_000_000

#: Names that no function and no static file may have.
PRIVATE = re.compile(
    r"(^|/)(\.env|\.git|\.aicoach|\.vercel|\.venv|tests?|e2e|migrations|seed|bench|docs|local)(/|\.|$)"
    r"|\.(sql|pem|key|log|ya?ml|toml\.bak)$|keys\.json|Dockerfile|Makefile|demo_users"
)
#: Every file that is served as it is.
PUBLIC = r"web/static/(_next/static/.+|(404|500)\.(html|rsc\.json|segments/.+)|icon\.svg)"
#: Texts that no static file and no file of ours in a function may hold.
SECRET = re.compile(rb"BEGIN [A-Z ]*PRIVATE KEY|sb_secret_\w{8}|eyJhbGciOi[\w-]{20}|postgres(ql)?://\w+:\w")


def _own(function: Function) -> list[str]:
    """The function's files that are not installed packages or what the host's builder put there."""
    return [name for name in function.files if not name.startswith(("_vendor/", "vc__handler__"))]


def test_every_function_of_the_service_is_built_for_the_hosts_python(built: Output) -> None:
    """S0-0.3a: one Python function per entry point, each with its own time limit, below 100 MB."""
    functions = {each.service: each for each in built.functions if each.settings["runtime"].startswith("python")}
    assert sorted(functions) == sorted(PYTHON_SERVICES)
    for name, function in functions.items():
        assert function.settings["runtime"] == "python3.12"
        assert function.settings["supportsResponseStreaming"] is True
        assert f"api/aicoach/{name}.py" in (function.folder / "vc__handler__python.py").read_text()
        assert function.bytes < MOST_BYTES
    limits = {name: function.settings["maxDuration"] for name, function in functions.items()}
    assert limits == {"session": 300, "stream": 300, "feedback": 30, "webhook": 300}


def test_runs_streams_and_jobs_end_before_the_host_ends_them(built: Output) -> None:
    """The limits of vercel.json and the settings' defaults are about the same clock."""
    fields = Settings.model_fields
    given = {name: built.function(name).settings["maxDuration"] for name in PYTHON_SERVICES}
    assert fields["host_limit_seconds"].default == given["stream"]
    assert fields["job_seconds"].default + fields["drain_seconds"].default < given["webhook"]
    facade = {
        name: built.function("web", f"api/ai/coach/{name}").settings.get("maxDuration")
        for name in given
        if name in {"stream", "webhook"}
    }
    assert facade == {"stream": given["stream"], "webhook": given["webhook"]}


def test_the_facade_is_public_and_the_service_is_behind_it(built: Output) -> None:
    """Everything goes to the façade but the probes and the cron call; the façade reaches the rest by bindings."""
    routes = [route for route in built.config["routes"] if "src" in route]
    assert [route["destination"]["service"] for route in routes] == ["session", "webhook", "web"]

    def service_of(path: str) -> str:
        return next(str(route["destination"]["service"]) for route in routes if re.match(route["src"], path))

    public = {path: service_of(f"/api/aicoach/{path}") for path in ("healthz", "readyz", "webhook")}
    assert public == {"healthz": "session", "readyz": "session", "webhook": "webhook"}
    for path in ("/", "/login", "/api/ai/coach/start", "/app/api/ai/coach/stream", "/api/aicoach/session", "/docs"):
        assert service_of(path) == "web"
    services = {service["name"]: service for service in built.config["services"]}
    bound = {binding["service"]: binding["env"] for binding in services["web"]["bindings"]}
    assert sorted(bound) == sorted(PYTHON_SERVICES)
    assert bound["session"] == "AICOACH_SERVICE_URL"


def test_every_cron_calls_a_job_through_the_facade_at_most_once_a_day(built: Output) -> None:
    """S0-0.3b: daily at 02:00 UTC; the free plan refuses a deployment with anything more often than daily."""
    crons = [(cron["path"], cron["schedule"]) for cron in built.config["crons"]]
    assert {path.split("job=")[1] for path, _ in crons} == set(JOBS)
    assert ("/api/ai/coach/webhook?job=daily", "0 2 * * *") in crons
    names = {each.name for each in built.functions if each.service == "web"}
    for path, schedule in crons:
        assert path.split("?")[0].removeprefix("/") in names
        assert re.fullmatch(r"\d{1,2} \d{1,2} \* \* (\*|[0-6])", schedule), schedule


def test_static_files_are_the_facades_own_and_nothing_else(built: Output) -> None:
    """No source, migration or test is served as a file."""
    assert built.static
    strangers = [name for name in built.static if not re.fullmatch(PUBLIC, name)]
    # Next's own notes on the build are among the files, and answered with 404 before files are looked at.
    assert strangers in ([], ["web/static/_next/__private/trace"])
    routes = json.loads((built.folder / "services" / "web" / "config.json").read_text())["routes"]
    hidden = [route["src"] for route in routes[: routes.index({"handle": "filesystem"})] if route.get("status") == 404]
    assert "/_next/__private/trace" in hidden
    kinds = {PurePosixPath(name).suffix for name in built.static if name not in strangers}
    assert kinds <= {".js", ".css", ".woff2", ".svg", ".html", ".json", ".txt"}, kinds


def test_functions_hold_what_they_run_and_nothing_private(built: Output) -> None:
    """Neither by name nor by content: no settings, keys, tests, migrations, or tools of the laptop."""
    for function in built.functions:
        files = _own(function)
        if function.service in PYTHON_SERVICES:
            assert {name.split("/")[0] for name in files} == {"aicoach", "api"}
        leaked = [name for name in files if "node_modules/" not in name and PRIVATE.search(name)]
        assert leaked == [], f"{function.service}/{function.name}"


@pytest.mark.parametrize("service", ["web", *PYTHON_SERVICES])
def test_no_secret_is_in_what_is_deployed(built: Output, service: str) -> None:
    """A build runs without settings, and takes none with it. Security row 41."""
    root = built.folder / "services" / service
    files = [path for path in root.rglob("*") if path.is_file() and "_vendor" not in path.parts]
    assert files
    assert [str(path) for path in files if SECRET.search(path.read_bytes())] == []


def test_what_is_uploaded_is_listed_and_not_guessed() -> None:
    """.vercelignore lets nothing through that it does not name: a new folder of the checkout stays at home."""
    top = {name.split("/")[0] for name in sources.uploaded()}
    assert top <= {".python-version", "aicoach", "api", "deploy", "requirements.txt", "vercel.json", "web"}
    assert not [name for name in sources.uploaded() if PRIVATE.search(name)]


def test_the_configuration_leaves_the_runtime_to_the_host() -> None:
    """S0-0.3a: ``"runtime": "python3.12"`` in ``functions`` is refused by the host; .python-version decides."""
    config = json.loads((ROOT / "vercel.json").read_text())
    functions = [settings for service in config["services"].values() for settings in service["functions"].values()]
    assert functions
    assert not [settings for settings in functions if "runtime" in settings]
    assert (ROOT / ".python-version").read_text().strip() == "3.12"
    for service in config["services"].values():
        for path in service["functions"]:
            assert (ROOT / service["root"] / path).is_file()
