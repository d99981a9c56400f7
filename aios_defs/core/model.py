"""Owns the base of the core's frozen values and the JSON types they carry."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, JsonValue

JsonScalar = str | int | float | bool | None
JsonObject = dict[str, JsonValue]

__all__ = ["Instant", "JsonObject", "JsonScalar", "JsonValue", "Model", "parse_rfc3339", "rfc3339"]


def _to_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""An aware instant in UTC; on the wire RFC 3339."""


class Model(BaseModel):
    """A frozen value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_enum_values=False)


def rfc3339(moment: datetime) -> str:
    """Write an aware instant as RFC 3339 in UTC with microseconds, so that text sorts as time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def parse_rfc3339(text: str) -> datetime:
    """Read RFC 3339 text back to an aware UTC instant; raises ValueError on anything else."""
    return datetime.fromisoformat(text).astimezone(UTC)
