"""Owns downloads of what came from outside: saved, never shown, whatever they hold (RFC 6266)."""

from urllib.parse import quote

from fastapi.responses import Response

from aios_defs.services.message_view import Download

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def saved(found: Download) -> Response:
    """Return an attachment that no browser renders, sniffs or runs in our origin."""
    plain = "".join(one if one.isascii() else "_" for one in found.name)
    names = f"filename=\"{plain}\"; filename*=UTF-8''{quote(found.name, safe='')}"
    headers = {**_HEADERS, "Content-Disposition": f"attachment; {names}"}
    return Response(found.content, media_type=found.content_type, headers=headers)
