"""The service as its own process for fault tests: as in production, with a second coach beside the real one."""

from aicoach.app.bootstrap import COACHES, build
from aicoach.app.logs import configure_logging
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from tests.coaches.orchard import COACH as ORCHARD

settings = Settings()
configure_logging(settings)
app = create_app(build(settings, {**COACHES, ORCHARD.name: ORCHARD}))
