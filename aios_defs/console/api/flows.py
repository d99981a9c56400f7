"""Owns handing work in by HTTP: one message, or the word to look for new ones; answered at once."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from aios_defs.console.api.describe import JSON, gives
from aios_defs.console.api.parameters import WorkflowName
from aios_defs.console.api.shapes.flows import HandedIn, Message
from aios_defs.console.desk import AtDesk, Desk
from aios_defs.console.forms import NONCE, parsed_object
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.model import JsonObject
from aios_defs.services.handed import message_of
from aios_defs.services.nonces import spend_nonce

router = APIRouter(tags=["flows"])

NONCE_FIELD = "X-AIOS-Nonce"
_MAIL = "message/rfc822"
_TAKEN: dict[str, Any] = {
    JSON: {"schema": Message.model_json_schema()},
    _MAIL: {"schema": {"type": "string", "format": "binary"}},
}
_NONCE: dict[str, Any] = {
    "name": NONCE_FIELD,
    "in": "header",
    "description": "The nonce, where the body is no JSON object. Not needed with a bearer token.",
    "schema": {"type": "string"},
}


async def _raw(request: Request) -> bytes:
    return await request.body()


@router.post(
    "/flows/{workflow}",
    operation_id="hand_in",
    openapi_extra={
        "requestBody": {"required": False, "content": _TAKEN},
        "parameters": [_NONCE],
    },
    **gives(HandedIn),
)
def hand_in(
    request: Request, workflow: WorkflowName, desk: AtDesk, raw: Annotated[bytes, Depends(_raw)]
) -> Response:
    """Hand work in: a message, or with no body the word to look for new ones.

    It is decided at once, and what is authorised is committed; the answer says what was done.

    A bearer token is enough. With a session it takes a nonce about `run:<workflow>`, as a member of
    the JSON object or in the field X-AIOS-Nonce.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    sent = parsed_object(raw) if kind == JSON else {}
    if getattr(request.state, "token", None) is None:
        given = str(sent.get(NONCE, "")) or request.headers.get(NONCE_FIELD, "")
        spend_nonce(desk.kernel, given, request.state.session.id, f"run:{workflow}")
    return JSONResponse(desk.lane.run(workflow, _message(desk, workflow, kind, raw, sent)))


def _message(desk: Desk, workflow: str, kind: str, raw: bytes, sent: JsonObject) -> bytes | None:
    words = {name: value for name, value in sent.items() if name != NONCE}
    if words:
        return message_of(desk.kernel, workflow, words)
    if not raw or kind == JSON:
        return None
    if kind != _MAIL:
        raise UsageInvalid(
            "This kind of content is not taken.", remedy=f"Send {_MAIL}, {JSON}, or nothing."
        )
    return raw
