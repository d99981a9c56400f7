"""Owns holding what the API answers to what its schema promises, for every test that asks it.

The schema leaves answers open, so that they can come to have more. Here they are closed: a name
that is answered and not in the schema fails, too.
"""

import re
from functools import cache
from typing import Any

from fastapi import FastAPI
from httpx2 import Response
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from aios_defs.console.api.schema import api_schema, operations

Schema = dict[str, Any]


class HeldClient(TestClient):
    """A client that fails when an answer of the API is not what the schema says."""

    def request(self, method: str, url: Any, **how: Any) -> Response:  # type: ignore[override]  # noqa: ANN401 - as inherited
        """Send a request, and hold its answer."""
        answer = super().request(method, url, **how)
        path = answer.request.url.path
        if path.startswith(("/api/", "/flows/")):
            hold(method, path, answer)
        return answer


def hold(method: str, path: str, answer: Response) -> None:
    """Fail unless status, content type and body are those of the operation."""
    operation = _operation(method.lower(), path)
    if operation is None:
        return
    about = f"{method} {path}: {answer.status_code}"
    promised = operation["responses"].get(str(answer.status_code))
    assert promised, f"{about} is no promised status"
    kind = answer.headers["content-type"]
    body = _resolved(promised)["content"].get(kind)
    assert body, f"{about} is no promised kind: {kind}"
    found = list(_validator(body["schema"]["$ref"]).iter_errors(answer.json()))
    assert not found, f"{about}: {[(one.json_path, one.message[:300]) for one in found]}"


def asked(method: str, path: str) -> str | None:
    """Return the id of the operation that a request asks for."""
    operation = _operation(method.lower(), path)
    return operation["operationId"] if operation else None


@cache
def schema() -> Schema:
    """Return the schema of the console; it is the same for every home."""
    from types import SimpleNamespace

    from aios_defs.console.app import bare_app

    desk: Any = SimpleNamespace(origin="http://127.0.0.1:3000")
    app: FastAPI = bare_app(desk)
    return api_schema(app)


@cache
def _patterns() -> list[tuple[str, re.Pattern[str], Schema]]:
    """Return every operation by method and address, those without parameters first."""
    found = [
        (method, re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), operation)
        for method, path, operation in operations(schema())
    ]
    return sorted(found, key=lambda one: one[1].pattern.count("[^/]+"))


def _operation(method: str, path: str) -> Schema | None:
    found = (one for known, at, one in _patterns() if known == method and at.fullmatch(path))
    return next(found, None)


def _resolved(promised: Schema) -> Schema:
    name = promised.get("$ref", "").rpartition("/")[2]
    return schema()["components"]["responses"][name] if name else promised


@cache
def _validator(ref: str) -> Draft202012Validator:
    closed = _closed({"components": {"schemas": schema()["components"]["schemas"]}})
    is_problem = ref.endswith("/Problem")
    about = schema() if is_problem else closed
    return Draft202012Validator({"$ref": ref, "components": about["components"]})


def _closed(value: Any) -> Any:  # noqa: ANN401 - a schema is any JSON
    """Return a schema whose objects have no other names than it says."""
    if isinstance(value, list):
        return [_closed(one) for one in value]
    if not isinstance(value, dict):
        return value
    inner = {name: _closed(one) for name, one in value.items()}
    if "properties" in value and value.get("type") == "object":
        inner.setdefault("additionalProperties", False)
    return inner
