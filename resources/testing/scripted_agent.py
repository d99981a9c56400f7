"""Owns the agent of tests: it answers as its script says, the same for the same pack."""

from collections.abc import Callable

from aios_defs.core.decision import ContextPack, Decision, Proposal
from aios_defs.core.labels import Destination
from aios_defs.core.model import JsonObject

Script = Callable[[ContextPack], Decision]


class ScriptedAgent:
    """Answers each pack by its script; the script has to be pure, as every agent."""

    def __init__(
        self,
        script: Script,
        *,
        name: str = "scripted",
        version: str = "1",
        destination: Destination | None = None,
    ) -> None:
        self.name = name
        self.version = version
        self.destination = destination
        self._script = script

    def decide(self, pack: ContextPack) -> Decision:
        """Return what the script says."""
        return self._script(pack)


def reply_script(connector: str = "outside", operation: str = "fake.send") -> Script:
    """Return a script that answers the last inbound message, saying how many it has read."""

    def decide(pack: ContextPack) -> Decision:
        messages = pack.of_kind("message")
        inbound = [one for one in messages if one.data.get("direction") == "in"]
        inbound = [one for one in inbound if one.data.get("from")]
        if not inbound:
            return Decision(outcome="no_reply", rationale="Nothing to answer.", confidence=1.0)
        arguments: JsonObject = {
            "to": [inbound[-1].data.get("from")],
            "body": f"We have read {len(inbound)} of your messages.",
        }
        proposal = Proposal(connector=connector, operation=operation, arguments=arguments)
        return Decision(
            outcome="propose", proposals=(proposal,), rationale="As scripted.", confidence=1.0
        )

    return decide
