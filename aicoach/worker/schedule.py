"""When jobs begin: what cron does for a deployment without workers. In UTC; a tick without work only asks for some."""

from typing import Any, Final

from aicoach.app.fanout import BEGIN

#: AMFI publishes the day's NAVs until about 23:00 in India (17:30 UTC), late ones next morning.
_NAVS: Final = {"hour": "18,21,3", "minute": "30"}
#: Every hour: whoever was not reached, or whose queue was lost, waits an hour at most.
_DAILY: Final = {"minute": "10"}
_WEEKLY: Final = {"day_of_week": "sun", "hour": "4-12", "minute": "40"}
SWEEP_SECONDS: Final = 300.0


def beat_schedule() -> dict[str, dict[str, Any]]:
    """A beat schedule of ``begin`` for every job; a tick that waited longer than its period is dropped."""
    from celery.schedules import crontab

    hour = 3600.0
    return {
        "navs": _entry("navs", crontab(**_NAVS), 3 * hour),
        "daily": _entry("daily", crontab(**_DAILY), hour),
        "weekly": _entry("weekly", crontab(**_WEEKLY), hour),
        "sweep": _entry("sweep", SWEEP_SECONDS, SWEEP_SECONDS),
    }


def _entry(job: str, schedule: Any, expires: float) -> dict[str, Any]:
    return {"task": BEGIN, "args": (job,), "schedule": schedule, "options": {"queue": job, "expires": expires}}
