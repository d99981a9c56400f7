"""Owns what a PostgreSQL URL says: where the server is, and which schema is the home's own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import URL
from sqlalchemy.engine import make_url

from aios_defs.core.errors import ConfigurationInvalid

SCHEMA = "aios"
"""The schema of the ledger where the URL names none."""

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,40}")
_CONNECT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class ConnectionTarget:
    """A database by its URL, without our own parameter, and the schema that the home owns in it."""

    url: URL
    schema: str

    @classmethod
    def of(cls, url: URL | str) -> "ConnectionTarget":
        """Read a URL such as `postgresql://user:password@host/database?schema=aios`.

        Raises:
            ConfigurationInvalid: the schema's name is none that needs no quotes.

        """
        parsed = make_url(url)
        schema = parsed.query.get("schema", SCHEMA)
        if not isinstance(schema, str) or not _NAME.fullmatch(schema) or schema.startswith("pg_"):
            raise ConfigurationInvalid(
                f"{schema!r} can't be the schema of a home.",
                remedy="Use lower-case letters, digits and _, at most 41, not beginning with pg_.",
            )
        plain = parsed.difference_update_query(["schema"])
        return cls(url=plain.set(drivername="postgresql+psycopg2"), schema=schema)

    def arguments(self, options: Mapping[str, str]) -> dict[str, object]:
        """Return what the driver is called with: the search path and the session's options."""
        asked = {"search_path": self.schema, **options}
        given = self.url.query.get("options", "")
        text = " ".join((str(given), *(f"-c {name}={value}" for name, value in asked.items())))
        return {
            "options": text.strip(),
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "aios",
            "tcp_user_timeout": 30_000,
        }
