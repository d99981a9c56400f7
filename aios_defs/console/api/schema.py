"""Owns the schema of the API (OpenAPI 3.1): what its routes say, with what holds for all of them.

Every operation has the same problems (RFC 9457), told from what it is: whether it names something,
takes values, changes something.
"""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from aios_defs.console.api.shapes.shape import Problem
from aios_defs.console.cookies import cookie_name

Schema = dict[str, Any]

PROBLEMS = {
    400: "The address or a field is written in a way that is not followed.",
    401: "No session, or a token that is worth nothing.",
    403: "Another host or site, a used or forged nonce, or policy denies it.",
    404: "There is nothing of that name.",
    409: "It changed or was decided meanwhile: look again.",
    410: "Its text was erased.",
    413: "The body is too long.",
    422: "A value is missing or wrong.",
    429: "Too many wrong secrets; wait as long as `Retry-After` says.",
    502: "A system outside did not do what was asked.",
    503: "The database or the disk does not take anything now; nothing was done.",
}
"""What docs/reference/http.md says that an address may answer."""
TAGS = {
    "inbox": "What waits, one card in full, and every act on a card.",
    "activity": "The timeline, and the story of any id.",
    "memory": "Messages, people and facts.",
    "workflows": "Workflows, the brake, metrics.",
    "digests": "What the operator is told.",
    "health": "How everything is.",
    "settings": "What is configured, and who may come in.",
    "flows": "Handing work in.",
}
_HEADERS = {401: ("WWW-Authenticate", "string"), 429: ("Retry-After", "integer")}
_EVERY: tuple[int, ...] = (400, 401, 403, 503)
_MADE_BY_THE_FRAMEWORK = ("HTTPValidationError", "ValidationError")


def api_schema(app: FastAPI) -> Schema:
    """Return the schema of an application, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def operations(schema: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Yield every operation with its method and path."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def _made(app: FastAPI) -> Schema:
    found = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=[{"name": name, "description": what} for name, what in TAGS.items()],
        separate_input_output_schemas=False,
    )
    for method, path, operation in operations(found):
        _finish(operation, method, path)
    parts = found["components"]
    for name in _MADE_BY_THE_FRAMEWORK:
        parts["schemas"].pop(name, None)
    parts["schemas"]["Problem"] = Problem.model_json_schema()
    parts["responses"] = {_problem(status): _response(status) for status in PROBLEMS}
    cookie = cookie_name(app.state.desk.origin, "console")
    parts["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": cookie},
        "token": {"type": "http", "scheme": "bearer"},
    }
    return found


def _finish(operation: Schema, method: str, path: str) -> None:
    """Give an operation its summary, who gets in, and its problems."""
    operation["summary"] = operation["description"].partition("\n")[0].rstrip(".")
    is_flow = path.startswith("/flows/")
    operation["security"] = [{"session": []}, *([{"token": []}] if is_flow else [])]
    operation["responses"].pop("422", None)
    for status in sorted(_statuses(operation, method, is_flow=is_flow)):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/{_problem(status)}"}


def _statuses(operation: Schema, method: str, *, is_flow: bool) -> set[int]:
    parameters = operation.get("parameters", [])
    found = set(_EVERY)
    if any(one["in"] == "path" for one in parameters):
        found |= {409, 410}
    if parameters:
        found |= {404, 422}
    if method == "post":
        found |= {404, 409, 413, 422, 502}
    return found | ({429} if is_flow else set())


def _problem(status: int) -> str:
    return f"Problem{status}"


def _response(status: int) -> Schema:
    schema = {"$ref": "#/components/schemas/Problem"}
    found: Schema = {
        "description": PROBLEMS[status],
        "content": {"application/problem+json": {"schema": schema}},
    }
    if status in _HEADERS:
        name, kind = _HEADERS[status]
        found["headers"] = {name: {"schema": {"type": kind}}}
    return found
