"""Owns `aios memory forget` and `aios memory certificate`."""

from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, say, short

if TYPE_CHECKING:
    from resources.home import Home

Who = Annotated[
    str,
    typer.Argument(metavar="SUBJECT", help="An id, address, phone number, handle or whole name."),
]


def forget(
    subject: Who,
    *,
    is_yes: Annotated[bool, typer.Option("--yes", help="Do it; without, it is shown.")] = False,
    as_json: Json = False,
) -> None:
    """Forget a person for good: their text becomes unreadable everywhere in AIOS.

    Shown first: what goes, and what stays and why. --yes destroys the keys of all that was said by,
    to and of them, ends what waits for them, and cleans every copy. Nothing brings it back.

    Example:
      aios memory forget ana@example.org
      aios memory forget ana@example.org --yes
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.erasure.certificate import certificate_text
    from aios_defs.services.erasure.forget import look
    from aios_defs.services.identity.find import find_subject

    home = open_session()
    with home.kernel.ledger.view() as view:
        profile_id = find_subject(home.kernel, view, subject).id
    if is_yes:
        _forget(home, profile_id, as_json=as_json)
        return
    shown = look(home.kernel, profile_id)
    if as_json:
        emit({**shown, "is_done": False})
        return
    say(certificate_text(shown))
    say(f"\n{shown['waiting']} open tasks would end. Nothing was done. To do it, add --yes.")


def _forget(home: "Home", profile_id: str, *, as_json: bool) -> None:
    from aios_defs.services.erasure.certificate import certificate_of, certificate_text
    from aios_defs.services.erasure.forget import forget as erase
    from resources.erasing import finish_erasures

    done = erase(home.kernel, profile_id)
    finish_erasures(home)
    content = certificate_of(home.kernel, done.event_id)
    if as_json:
        emit({**content, "tasks_ended": done.tasks, "actions_ended": done.actions, "is_done": True})
        return
    say(certificate_text(content))
    say(f"\n{done.tasks} open tasks and {done.actions} actions ended.")
    say(f"This certificate again: aios memory certificate {short(done.event_id)}")


def certificate(
    erasure: Annotated[str, typer.Argument(metavar="ID", help="Of the erasure, or the profile.")],
    *,
    as_json: Json = False,
) -> None:
    """Show the certificate of an erasure: what was destroyed, what was excluded and why.

    Example:
      aios memory certificate 3f9a17c2
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.erasure.certificate import certificate_of, certificate_text

    content = certificate_of(open_session().kernel, erasure)
    if as_json:
        emit(content)
        return
    say(certificate_text(content))
