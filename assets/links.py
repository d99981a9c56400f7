"""Owns the links of metadata: from Dagster's pages into the console's story of an id."""

from collections.abc import Mapping, Sequence

from dagster import MarkdownMetadataValue, MetadataValue, UrlMetadataValue

MOST = 50
"""How many ids one list links to; the table of links names more."""


def trace_url(origin: str | None, target: str) -> Mapping[str, UrlMetadataValue]:
    """Return the link to the story of an id; nothing while the console's origin is unknown."""
    return {"trace": MetadataValue.url(f"{origin}/trace/{target}")} if origin else {}


def trace_list(origin: str | None, targets: Sequence[str]) -> Mapping[str, MarkdownMetadataValue]:
    """Return links to the stories of the newest ids; nothing while the origin is unknown."""
    if not origin or not targets:
        return {}
    newest = list(dict.fromkeys(targets))[-MOST:]
    lines = (f"- [{one}]({origin}/trace/{one})" for one in reversed(newest))
    return {"traces": MetadataValue.md("\n".join(lines))}
