"""Owns where Dagster's tables lie when the ledger is in PostgreSQL: in a schema beside the home's.

They are a view: the schema may be dropped, and is made again.
"""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import URL, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from resources.store.dialects import dialect_of
from resources.store.postgresql_errors import translated
from resources.store.postgresql_url import ConnectionTarget


@dataclass(frozen=True, slots=True)
class DagsterPlace:
    """A schema of the ledger's database; `url` holds the password, `name` tells places apart."""

    url: str
    schema: str
    name: str

    @classmethod
    def of(cls, database_url: str | None) -> "DagsterPlace | None":
        """Return the place beside a ledger; None where that is a file.

        Raises:
            ConfigurationInvalid: there is no store for that URL.

        """
        if database_url is None:
            return None
        dialect_of(database_url, 1.0)
        parsed = make_url(database_url)
        if parsed.get_backend_name() == "sqlite":
            return None
        target = ConnectionTarget.of(parsed)
        schema = f"{target.schema}_dagster"
        options = {"options": f"-csearch_path={schema}", "application_name": "aios-dagster"}
        url = target.url.update_query_dict(options)
        return cls(
            url=url.render_as_string(hide_password=False),
            schema=schema,
            name=sha256(_without_password(url).encode()).hexdigest()[:12],
        )

    def make(self) -> None:
        """Make the schema; no effect where it is.

        Raises:
            HomeLocked, StorageFailed: the database can't be reached, or refuses.

        """
        self._run(
            f"DO $$ BEGIN IF to_regnamespace('{self.schema}') IS NULL THEN "
            f"CREATE SCHEMA {self.schema}; END IF; END $$"
        )

    def forget(self) -> None:
        """Drop the schema with all that Dagster wrote, and make it anew."""
        self._run(f"DROP SCHEMA IF EXISTS {self.schema} CASCADE; CREATE SCHEMA {self.schema}")

    def _run(self, statement: str) -> None:
        engine = create_engine(self.url, poolclass=NullPool)
        try:
            with engine.begin() as connection:
                connection.execute(text(statement))
        except DBAPIError as error:
            raise translated(error.orig or error) from None  # its text may hold the address


def _without_password(url: URL) -> str:
    return url.set(password=None).render_as_string()
