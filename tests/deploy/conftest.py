"""The deployment as the host builds it, made once and kept until a file of it changes."""

import pytest

from scripts.vercel_build.build import build
from scripts.vercel_build.output import Output
from scripts.vercel_build.tools import Missing


@pytest.fixture(scope="session")
def built() -> Output:
    """The output of ``vercel build``; skips where a machine cannot build, and says what it lacks."""
    try:
        return build()
    except Missing as error:
        pytest.skip(str(error))
