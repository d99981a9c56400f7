"""Owns the list of every page, so that whoever looks at all of them forgets none."""

from collections.abc import Iterator

from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.erasure.forget import erasure_of
from aios_defs.services.inbox import inbox
from aios_defs.services.kernel import Kernel
from aios_defs.services.memory_lists import LISTS

AREAS = ("inbox", "activity", "people", "memory", "workflows", "health", "settings")
_MANY = 50


def pages(kernel: Kernel) -> dict[str, str]:
    """Return the address of each page by a name, one for each kind of thing in the home."""
    found = {area: f"/{area}" for area in AREAS}
    for card in inbox(kernel):
        teaching = "-teaching" if card["remembers"] else ""
        found.setdefault(f"card-{card['kind']}{teaching}", f"/inbox/{card['id']}")
    found |= dict(_things(kernel))
    found |= {f"list-{kind}": f"/memory/lists/{kind}" for kind in LISTS}
    return found | {
        "memory-asked": "/memory?q=How+much+is+the+blue+widget&as_of=2099-01-01",
        "memory-refused": "/memory?q=Where&of=nobody@nowhere.example",
        "list-then": "/memory/lists/profiles?known_at=%231",
        "list-refused": "/memory/lists/facts?of=nobody@nowhere.example",
        "report": "/memory/report",
        "checks": "/quality",
        "checks-of-one": "/quality/facts",
        "missing": "/nowhere",
        "errors": "/docs/errors",
        "error": "/docs/errors/ledger_broken",
    }


def _things(kernel: Kernel) -> Iterator[tuple[str, str]]:
    with kernel.ledger.view() as view:
        for row in view.select(ActionRow, limit=_MANY):
            yield f"card-{row.state}", f"/inbox/{row.id}"
            yield f"trace-{row.state}", f"/trace/{row.id}"
        for row in view.select(MessageRow, limit=_MANY):
            yield f"message-{row.state}", f"/messages/{row.id}"
            if row.profile_id:
                yield "label-message", f"/labels/{row.id}"
        for row in view.select(ProfileRow, limit=_MANY):
            yield f"person-{row.origin}", f"/people/{row.id}"
            erasure = erasure_of(view, row.id)
            page = "certificate" if erasure else "forget"
            yield page, f"/people/{row.id}/{page}"
        for row in view.select(FactRow, limit=_MANY):
            yield f"fact-{row.state}", f"/facts/{row.id}"
            yield f"label-{row.label.level}", f"/labels/{row.id}"
            yield f"facts-{row.subject_id and 'of'}", f"/facts?of={row.subject_id or ''}"
    for workflow in kernel.business.workflows:
        yield f"workflow-{workflow.name}", f"/workflows/{workflow.name}"
