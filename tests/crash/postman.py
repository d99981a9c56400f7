"""Owns the agent of the campaign: it answers each sender with one letter, whatever they wrote."""

from aios_defs.core.decision import ContextPack, Decision, Proposal
from aios_defs.core.model import JsonObject

BODY = "Thank you for your letter."


class Postman:
    """Proposes one letter to the sender of the last message."""

    name = "postman"
    version = "1"
    destination = None

    def __init__(self, connector: str, operation: str) -> None:
        self._connector = connector
        self._operation = operation

    def decide(self, pack: ContextPack) -> Decision:
        sender = str(pack.of_kind("message")[-1].data["from"])
        arguments: JsonObject = {"to": [sender], "body": BODY}
        if self._operation == "mail.send":
            arguments["subject"] = "Your letter"
        proposal = Proposal(
            connector=self._connector, operation=self._operation, arguments=arguments
        )
        return Decision(
            outcome="propose", proposals=(proposal,), rationale="Each gets one.", confidence=1.0
        )
