"""Owns how an operation of the API says what it answers and what it takes.

Shapes describe; an answer is sent as the service returned it, without being made anew from them.
"""

import inspect
from typing import Any

from pydantic import BaseModel

JSON = "application/json"


def gives(shape: type[BaseModel]) -> dict[str, Any]:
    """Return the arguments of a route whose answer has this shape."""
    what = (inspect.getdoc(shape) or "").partition("\n")[0]
    return {
        "response_model": None,
        "responses": {200: {"model": shape, "description": what}},
    }


def takes(body: type[BaseModel]) -> dict[str, Any]:
    """Return the arguments of a route that takes this body, as JSON or with these names as form."""
    schema = body.model_json_schema()
    content = {JSON: {"schema": schema}}
    return {"openapi_extra": {"requestBody": {"required": True, "content": content}}}
