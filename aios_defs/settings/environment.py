"""Owns the settings that come from the environment: the one place that reads it.

A plain pydantic model reads the variables, not pydantic-settings: importing that costs 0.5 CPU
seconds, more than `aios --help` may take as a whole. What it would add (nested models, secret
files) is not used. Nothing below the entry points calls this; values are passed down.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator

from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.core.model import Model
from aios_defs.settings.env_file import read_env_file
from aios_defs.settings.nearest import suggestion

DEFAULT_HOME = Path(".aios")
DEMO_HOME = Path(".aios-demo")
"""Where `aios demo` works when AIOS_HOME is not set."""

_PREFIX = "AIOS_"


class Settings(Model):
    """Everything AIOS takes from the environment; each field is the variable `AIOS_<NAME>`.

    `home` is absolute. `database_url` None means SQLite in the home; `public_url` and
    `dagster_public_url` None mean loopback only.
    """

    home: Path = Field(default=DEFAULT_HOME, validate_default=True)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    database_url: SecretStr | None = None
    backup_passphrase: SecretStr | None = None
    public_url: str | None = Field(default=None, pattern="^https?://[^/]+/?$")
    dagster_public_url: str | None = Field(default=None, pattern="^https?://[^/]+/?$")

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()


def load_settings(
    environ: Mapping[str, str] | None = None, *, default_home: Path = DEFAULT_HOME
) -> Settings:
    """Return the settings of a mapping, by default of this process's environment.

    An empty variable counts as not set. The demo passes `DEMO_HOME` as `default_home`.

    Raises:
        ConfigurationInvalid: a variable that begins with AIOS_ is unknown or has a wrong value;
            the message lists every one. Values are not quoted: a URL may carry a password.

    """
    given = _ours(os.environ if environ is None else environ)
    mistakes = [_unknown(name) for name in given if name.lower() not in Settings.model_fields]
    known = {name.lower(): text for name, text in given.items() if name.lower() in _fields()}
    try:
        settings = Settings.model_validate({"home": default_home, **known})
    except ValidationError as error:
        mistakes += [
            f"{_PREFIX}{str(one['loc'][0]).upper()}: {_reason(one['type'])}"
            for one in error.errors(include_input=False, include_url=False, include_context=False)
        ]
        settings = None
    if mistakes or settings is None:
        raise ConfigurationInvalid(
            f"The environment does not validate: {'; '.join(mistakes)}.",
            remedy="Correct or unset these variables; docs/reference/settings.md explains them.",
            mistakes=len(mistakes),
        )
    return settings


def named_secret(name: str) -> SecretStr | None:
    """Return a secret that a business file names by its variable; None when that is not set."""
    text = os.environ.get(name, "").strip()
    return SecretStr(text) if text else None


def child_environment(**ours: str) -> dict[str, str]:
    """Return the environment for a process of ours: this one's, with some variables set."""
    return {**os.environ, **ours}


def process_database() -> str | None:
    """Return the database URL of this process, for what belongs to it as a whole: Dagster's tables.

    Every process of a home has the same: Dagster starts its own with this one's environment.
    """
    return os.environ.get(f"{_PREFIX}DATABASE_URL", "").strip() or None


def secret(name: str, home: Path | None = None) -> str | None:
    """Return the value of a variable that the operator's files name; None when it is not set.

    What the environment does not have is looked for in the home's `.env`.
    """
    return os.environ.get(name) or (read_env_file(home / ".env").get(name) if home else None)


def has_display() -> bool:
    """Return whether this session can show a browser window."""
    return sys.platform == "darwin" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def variables() -> tuple[str, ...]:
    """Return the names of all known variables, in the order of the documentation."""
    return tuple(f"{_PREFIX}{name.upper()}" for name in Settings.model_fields)


def _fields() -> frozenset[str]:
    return frozenset(Settings.model_fields)


def _ours(environ: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(_PREFIX): text
        for name, text in sorted(environ.items())
        if name.startswith(_PREFIX) and text.strip()
    }


def _unknown(name: str) -> str:
    full = _PREFIX + name
    return f"{full}: unknown variable{suggestion(full, variables())}"


def _reason(kind: str) -> str:
    reasons = {
        "literal_error": "must be DEBUG, INFO, WARNING or ERROR",
        "string_pattern_mismatch": "must be http(s)://host[:port] without a path",
    }
    return reasons.get(kind, "has a wrong value")


def single_thread() -> None:
    """Keep each product of numpy on one thread; has to be called before it is first imported.

    Ours are small: threads that wait for one another cost more than they give.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def quiet_lance() -> None:
    """Keep the vector store's own log to errors; has to be called before it is first imported."""
    os.environ.setdefault("LANCEDB_LOG", "error")


def quiet_onnxruntime() -> None:
    """Keep onnxruntime from telling its maker what it runs, by an id in the user's folder.

    Has to be called before it is first imported
    (https://github.com/microsoft/onnxruntime/pull/27379).
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
