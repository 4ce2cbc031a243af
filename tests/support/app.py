"""The service as its own process for fault tests: as in production, with a second coach beside the real one."""

from aicoach.adapters.failpoints import Failpoints
from aicoach.app import bootstrap
from aicoach.app.bootstrap import COACHES, build
from aicoach.app.logs import configure_logging
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from tests.coaches.orchard import COACH as ORCHARD
from tests.faults.gates import PassingNarrator

settings = Settings()
configure_logging(settings, user_key=settings.log_user_key.get_secret_value())
# Narration with templates waits for nothing; here one may die in it all the same.
bootstrap.Narrator = lambda: PassingNarrator(Failpoints(settings.failpoints))  # type: ignore[assignment,attr-defined]
app = create_app(build(settings, {**COACHES, ORCHARD.name: ORCHARD}))
