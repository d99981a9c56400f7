"""Owns telling who may come in, and ending it: sessions and bearer tokens as one list."""

from aios_defs.core.errors import UnknownId, UsageInvalid
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.rows.access import SessionRow, TokenRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.sessions import end_all, end_session, sessions
from aios_defs.services.tokens import revoke_token, tokens

ALL = "all"
_LEAST = 6


def access(kernel: Kernel, *, own: str | None = None) -> JsonObject:
    """Return who may come in: `{"sessions": [...], "tokens": [...]}`, none with its secret.

    A session is `{"id", "kind", "agent", "parent_id", "opened_at", "last_seen_at", "is_own"}`,
    latest sign of life first; `own` is the id of the one that asks. A token is `{"id", "name",
    "granted_at", "expires_at"}`, by name.
    """
    return {
        "sessions": [_session(row, own) for row in sessions(kernel)],
        "tokens": [_token(row) for row in tokens(kernel)],
    }


def end_access(kernel: Kernel, named: str) -> JsonObject:
    """End one session or token, by its id, an id's beginning or end, or a token's name; or `all`.

    `all` ends every session and every link that was not used; tokens stay. Returns `{"ended":
    "session" | "token" | "all", "id", "sessions"}`, the last the number of sessions that ended.

    Raises:
        UnknownId: there is nothing of that name.
        UsageInvalid: several have it.

    """
    if named == ALL:
        return {"ended": ALL, "id": None, "sessions": end_all(kernel)}
    found = _named(kernel, named)
    if len(found) > 1:
        raise UsageInvalid(
            f"{named!r} means {len(found)} sessions or tokens.", remedy="Give more of the id."
        )
    if not found:
        raise UnknownId(
            f"There is no session or token {named!r}.",
            remedy="See those that last with: aios login --list",
            id=named,
        )
    kind, identity = found[0]
    before = len(sessions(kernel))
    (end_session if kind == "session" else revoke_token)(kernel, identity)
    return {"ended": kind, "id": identity, "sessions": before - len(sessions(kernel))}


def _named(kernel: Kernel, named: str) -> list[tuple[str, str]]:
    known = [("session", row.id) for row in sessions(kernel)]
    granted = tokens(kernel)
    known += [("token", row.id) for row in granted]
    exact = [("token", row.id) for row in granted if row.name == named]
    exact += [one for one in known if one[1] == named]
    if exact or len(named) < _LEAST:
        return exact[:1]
    return [one for one in known if one[1].startswith(named) or one[1].endswith(named)]


def _session(row: SessionRow, own: str | None) -> JsonValue:
    return {
        "id": row.id,
        "kind": row.kind,
        "agent": row.agent,
        "parent_id": row.parent_id,
        "opened_at": rfc3339(row.opened_at),
        "last_seen_at": rfc3339(row.last_seen_at),
        "is_own": own in (row.id, row.parent_id) if own else False,
    }


def _token(row: TokenRow) -> JsonValue:
    return {
        "id": row.id,
        "name": row.name,
        "granted_at": rfc3339(row.granted_at),
        "expires_at": rfc3339(row.expires_at),
    }
