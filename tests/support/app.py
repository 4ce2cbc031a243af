"""The service as its own process for fault tests: as in production, with a second coach beside the real one."""

from aicoach.app.bootstrap import COACHES, build
from aicoach.app.logs import configure_logging
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from tests.coaches.orchard import COACH as ORCHARD

settings = Settings()
configure_logging(settings, user_key=settings.log_user_key.get_secret_value())
app = create_app(build(settings, {**COACHES, ORCHARD.name: ORCHARD}))
