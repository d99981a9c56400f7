"""Owns how a preview looks on a terminal: exact content first, then reasons and the way back."""

from collections.abc import Mapping, Sequence
from typing import cast

from aios_defs.cli.moments import relative
from aios_defs.cli.output import say
from aios_defs.core.model import JsonObject, parse_rfc3339
from aios_defs.core.visible import one_line, quoted
from aios_defs.services.kernel import Kernel

_WIDTH = 12


def print_preview(kernel: Kernel, found: JsonObject) -> None:
    """Print a decision's preview; everything that others wrote is quoted and made visible."""
    _facts(
        ("decision", str(found["id"])),
        ("state", _state(kernel, found)),
        ("intent", f"{found['intent'] or '-'} ({found['workflow']})"),
        ("would do", f"{found['operation']} by {found['connector']}"),
        ("reaches", ", ".join(map(str, _items(found, "recipients"))) or "nobody"),
    )
    _content(found)
    _facts(
        ("asked by", ", ".join(map(str, _items(found, "rules")))),
        *(("because", str(one)) for one in _items(found, "reasons")),
        ("risk", _risk(found)),
        ("cost", _cost(kernel, found)),
        ("undo", str(found["undo"])),
    )
    _claims(found)
    _agent(found)
    _messages(kernel, found)
    _facts(("hash", str(found["content_hash"])), *_trouble(found))


def print_thing(kernel: Kernel, found: JsonObject) -> None:
    """Print a question, a failure or another card, and the messages behind it."""
    _facts((str(found["kind"]), str(found["id"])))
    card = found["card"]
    if isinstance(card, dict):
        _facts(("what", str(card["summary"])), ("next", str(card["remedy"] or "-")))
        remembers = card["remembers"]
        if isinstance(remembers, dict):
            _facts(("remembered", remembered_words(remembers)))
    else:
        say("It waits for nothing. Its story: aios trace " + str(found["id"]))
    fact = found.get("fact")
    if isinstance(fact, dict):
        _facts(
            ("about", f"{fact['subject'] or 'the house'} {fact['topic'] or ''}"),
            (str(fact["predicate"]), f"{fact['value']} ({fact['trust']})"),
        )
    _messages(kernel, found)


def remembered_words(remembers: Mapping[str, object]) -> str:
    """Return what an answer would teach: of what, which predicate, who may read it, its former."""
    level, readers = str(remembers["level"]), remembers["readers"]
    who = readers.get(level, "") if isinstance(readers, dict) else ""
    former = remembers["replaces"]
    instead = f"; in place of {former['value']}" if isinstance(former, dict) else ""
    name = str(remembers["predicate"]).replace("_", " ")
    return f"{name} of {remembers['topic'] or 'the house'}, read by {who} ({level}){instead}"


def _facts(*pairs: tuple[str, str]) -> None:
    for name, value in pairs:
        say(f"{name:<{_WIDTH}}{one_line(value)}")


def _items(found: Mapping[str, object], key: str) -> Sequence[object]:
    value = found.get(key)
    return cast("Sequence[object]", value) if isinstance(value, list) else ()


def _state(kernel: Kernel, found: JsonObject) -> str:
    now = kernel.clock.now()
    due, expires = found["due_at"], found["expires_at"]
    if found["state"] == "scheduled" and isinstance(due, str):
        return f"scheduled, due {relative(parse_rfc3339(due), now)}"
    if found["state"] == "awaiting_approval" and isinstance(expires, str):
        return f"awaiting approval, expires {relative(parse_rfc3339(expires), now)}"
    return str(found["state"]).replace("_", " ")


def _content(found: JsonObject) -> None:
    content = found["content"]
    say("\nexactly this:")
    if not isinstance(content, dict):
        say("  (erased)")
        return
    for name, value in content.items():
        if value in (None, "", []):
            continue
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        is_block = "\n" in shown
        say(f"  {name}:" + ("" if is_block else f" {one_line(shown)}"))
        if is_block:
            say(quoted(shown, "    > "))
    say()


def _risk(found: JsonObject) -> str:
    parts = "; ".join(map(str, _items(found, "risk_parts")))
    return f"{found['risk']} of 100" + (f" ({parts})" if parts else "")


def _cost(kernel: Kernel, found: JsonObject) -> str:
    cost = found["cost_minor"]
    currency = kernel.business.operator.currency
    return "unknown" if cost is None else f"{cost} (smallest unit of {currency})"


def _claims(found: JsonObject) -> None:
    for one in _items(found, "claims"):
        claim = cast("JsonObject", one)
        about = f"{claim.get('topic') or 'house'} {claim.get('predicate') or ''}".strip()
        source = claim.get("source") or "unknown"
        said = claim.get("text") or claim.get("value") or ""
        origin = f"{about}, from {source} ({claim.get('state')}, {claim['fact_id']})"
        _facts(("states", f"{said} <- {origin}"))


def _agent(found: JsonObject) -> None:
    agent = found["agent"]
    if not isinstance(agent, dict):
        return
    say(f"\nthe agent {agent['name']} {agent['version']} says (untrusted):")
    say(quoted(str(agent["rationale"])))


def _messages(kernel: Kernel, found: JsonObject) -> None:
    for one in _items(found, "messages"):
        message = cast("JsonObject", one)
        when = relative(parse_rfc3339(str(message["at"])), kernel.clock.now())
        say(f"\nthe message {message['id']}, {when} (untrusted):")
        if message["from"] is None:
            say("  (erased)")
            continue
        sender = f"{message.get('name') or ''} <{message['from']}>"
        head = f"From: {one_line(sender)}\nSubject: {one_line(str(message['subject']))}"
        say(quoted(f"{head}\n\n{message['text']}"))
        for name in _items(message, "attachments"):
            say(quoted(f"attachment: {one_line(str(name))}"))
    say()


def _trouble(found: JsonObject) -> tuple[tuple[str, str], ...]:
    pairs = (("error", found["error"]), ("next", found["remedy"]))
    return tuple((name, str(value)) for name, value in pairs if value)
