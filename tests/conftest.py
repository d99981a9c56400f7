"""Owns what all tests share: reproducible property tests and an environment without surprises.

The network is closed beyond this machine by the options in pyproject.toml (pytest-socket).
"""

import os
import signal

from hypothesis import HealthCheck, settings

from tests.servers.database import choose

pytest_plugins = [
    "tests.servers.fixtures",  # `dovecot`, `postfix`, `user`: started when asked for
    "tests.crash.summary",
]

settings.register_profile(
    "reproducible",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def pytest_configure() -> None:
    """Drop what a developer's shell may carry: no test reads a real home or calls a model.

    A shell that runs the tests in the background has them ignore interrupts; programs that tests
    start would inherit that, and could be interrupted by none.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    settings.load_profile("reproducible")
    choose()
    for name in [one for one in os.environ if one.startswith(("AIOS_", "DAGSTER_", "OPENAI_"))]:
        del os.environ[name]
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
