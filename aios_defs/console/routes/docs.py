"""Owns the pages that explain: what the API can do, made from its schema, and what errors mean."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.api.describe import JSON
from aios_defs.console.api.schema import PROBLEMS, TAGS, Schema, operations
from aios_defs.console.error_pages import INDEX, page_of
from aios_defs.console.shell import render

router = APIRouter()


@router.get("/api/docs")
def page(request: Request) -> Response:
    """Show every operation with what it takes, and the shape of every answer."""
    schema: Schema = request.app.openapi()
    areas = {name: list[Schema]() for name in TAGS}
    for method, path, operation in operations(schema):
        areas[operation["tags"][0]].append(_told(method, path, operation))
    shapes = schema["components"]["schemas"]
    return render(
        request,
        "api/docs.html",
        areas=areas,
        tags=TAGS,
        problems=PROBLEMS,
        shapes={name: _fields(one) for name, one in sorted(shapes.items())},
    )


@router.get("/docs/errors")
def errors(request: Request) -> Response:
    """List every error code."""
    return error(request, INDEX)


@router.get("/docs/errors/{code}")
def error(request: Request, code: str) -> Response:
    """Show what an error code means, and the way out."""
    return render(request, "error_page.html", code=code, text=page_of(code))


def _told(method: str, path: str, operation: Schema) -> Schema:
    taken = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema")
    given = operation["responses"]["200"]["content"][JSON]["schema"]
    return {
        "method": method.upper(),
        "path": path,
        "id": operation["operationId"],
        "words": operation["summary"],
        "parameters": operation.get("parameters", []),
        "takes": _fields(taken) if taken else [],
        "gives": _kind(given),
    }


def _fields(schema: Schema) -> list[Schema]:
    """Return the names of an object, each with its kind and what is said of it."""
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "kind": _kind(one),
            "is_optional": name not in required,
            "words": one.get("description", ""),
        }
        for name, one in schema.get("properties", {}).items()
    ]


def _kind(schema: Schema) -> str:
    """Return in a word or two what a value is: `string`, `list of Card`, `Act by name`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    inner: Any = schema.get("additionalProperties")
    if isinstance(inner, dict):
        return f"{_kind(inner)} by name"
    return str(schema.get("format") or schema.get("type", "anything"))
