"""Owns how an error leaves the console: a page with the way out, or a problem (RFC 9457).

What we raise on purpose is shown with its remedy. Anything else is shown by its type only, because
its text may be personal.
"""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from aios_defs.console.shell import render
from aios_defs.core import errors
from aios_defs.core.errors import AiosError
from aios_defs.core.model import JsonValue

_STATUS: tuple[tuple[type[AiosError], HTTPStatus], ...] = (
    (errors.LoginRefused, HTTPStatus.UNAUTHORIZED),
    (errors.NonceRefused, HTTPStatus.FORBIDDEN),
    (errors.PolicyRefused, HTTPStatus.FORBIDDEN),
    (errors.UnknownId, HTTPStatus.NOT_FOUND),
    (errors.ApprovalStale, HTTPStatus.CONFLICT),
    (errors.PreviewAgain, HTTPStatus.CONFLICT),
    (errors.TransitionRefused, HTTPStatus.CONFLICT),
    (errors.LedgerConflict, HTTPStatus.CONFLICT),
    (errors.KeyErased, HTTPStatus.GONE),
    (errors.UsageInvalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.ConfigurationInvalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.PolicyInvalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.HomeLocked, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.StorageFailed, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.InboundUnreadable, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.OutsideError, HTTPStatus.BAD_GATEWAY),
    (errors.OperatorError, HTTPStatus.BAD_REQUEST),
)
_REFUSED = {
    "session": HTTPStatus.UNAUTHORIZED,
    "size": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "method": HTTPStatus.METHOD_NOT_ALLOWED,
    "path": HTTPStatus.BAD_REQUEST,
    "header": HTTPStatus.BAD_REQUEST,
}
"""Requests that are refused for another reason than where they come from."""
_WORDS = {
    404: ("not_found", "There is no such page.", "Go back to the inbox."),
    405: ("method_refused", "This address does not take that.", "Go back to the inbox."),
}


def status_of(error: AiosError) -> HTTPStatus:
    """Return the HTTP status of an error; 500 for a fault of ours."""
    if isinstance(error, errors.LoginRefused) and error.fields.get("retry_after_s"):
        return HTTPStatus.TOO_MANY_REQUESTS
    if isinstance(error, errors.RequestRefused):
        return _REFUSED.get(str(error.fields.get("reason")), HTTPStatus.FORBIDDEN)
    found = (status for kind, status in _STATUS if isinstance(error, kind))
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)


def problem(
    request: Request, status: int, code: str, message: str, remedy: str, **fields: JsonValue
) -> Response:
    """Return an error as a problem (RFC 9457) for programs, as a page for people."""
    about = {
        **fields,
        "type": f"/docs/errors/{code}",
        "title": message,
        "status": status,
        "detail": remedy,
        "code": code,
        "remedy": remedy,
    }
    if wants_json(request):
        return JSONResponse(about, status_code=status, media_type="application/problem+json")
    try:
        return render(request, "error.html", status=status, problem=about)
    except (errors.HomeLocked, errors.StorageFailed):  # the frame is read from the ledger
        request.state.session = None
        return render(request, "error.html", status=status, problem=about)


def answer(request: Request, error: AiosError) -> Response:
    """Return an error of ours as a problem or a page, with the headers that its status asks for."""
    status = status_of(error)
    found = problem(request, status, error.code, error.message, error.remedy, **_fields(error))
    if wait := error.fields.get("retry_after_s"):
        found.headers["Retry-After"] = str(wait)
    if status is HTTPStatus.UNAUTHORIZED:
        found.headers["WWW-Authenticate"] = 'Bearer realm="aios"'
    return found


def _fields(error: AiosError) -> dict[str, JsonValue]:
    """Return what an error tells programs beside its words: ids and states, never personal text."""
    reserved = ("type", "title", "status", "detail", "code", "message", "remedy", "request")
    return {name: value for name, value in error.fields.items() if name not in reserved}


def wants_json(request: Request) -> bool:
    """Return whether the caller is a program: under /api/ or /flows/, or by what it accepts."""
    path = request.url.path
    accepts = request.headers.get("accept", "")
    return path.startswith(("/api/", "/flows/")) or accepts.startswith("application/json")


def install(app: FastAPI) -> None:
    """Let every error of an application leave by this module."""

    @app.exception_handler(AiosError)
    def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, AiosError)  # noqa: S101 - as registered
        return answer(request, error)

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, _: Exception) -> Response:
        words = ("usage_invalid", "The request lacks something or has a wrong value.")
        return problem(request, 422, *words, "See /api/docs for what it takes.")

    @app.exception_handler(HTTPException)
    def unknown(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        words = _WORDS.get(status, ("refused", HTTPStatus(status).phrase, "Go back to the inbox."))
        return problem(request, status, *words)

    @app.exception_handler(Exception)
    def fault(request: Request, error: Exception) -> Response:
        message = f"An unexpected {type(error).__name__}: a fault of AIOS."
        remedy = "What was durable stays so. Look with: aios doctor"
        return problem(request, 500, "internal", message, remedy)
