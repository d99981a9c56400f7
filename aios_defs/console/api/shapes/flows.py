"""Owns the shapes of handing work in: what became of it, and the cards that wait now."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from aios_defs.console.api.shapes.shape import Shape


class Message(BaseModel):
    """A message in words; with a session also the nonce about running the workflow."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "from": "Kim <kim@company.example>",
                    "subject": "A question",
                    "text": "How much is the blue widget?",
                }
            ]
        },
    )
    sender: Annotated[str, Field(alias="from", description="One address.")]
    subject: Annotated[str, Field(description="One line.")]
    text: str
    id: Annotated[str, Field(description="Tells two of the same words apart.")] = ""
    nonce: Annotated[str, Field(description="Not needed with a bearer token.")] = ""


class Waiting(Shape):
    """A card that waits now, to be read at `/api/inbox/{id}`."""

    id: str
    kind: str


class HandedIn(Shape):
    """What was done; `outcome` is in the words of docs/reference/http.md."""

    workflow: str
    outcome: str
    message_id: str | None
    task_id: str | None
    run_id: str | None
    counts: Annotated[dict[str, int], Field(description="What was done, by outcome.")]
    failed: Annotated[list[str], Field(description="What failed, as `<what> <id>: <code>`.")]
    cards: list[Waiting]
