"""Owns `aios memory forget`, `aios memory certificate` and `aios memory erasures`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, say, short

if TYPE_CHECKING:
    from aios_defs.core.model import JsonObject, JsonValue
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
    from aios_defs.cli.memory_subjects import profile_of
    from aios_defs.cli.session import open_session
    from aios_defs.services.erasure.certificate import certificate_text
    from aios_defs.services.erasure.forget import look

    home = open_session()
    profile_id = profile_of(home.kernel, subject)
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
    _say_untold(_standing(home)["backups"])


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


def erasures(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The newest erasures.log there is.")
    ] = None,
    *,
    is_none: Annotated[
        bool, typer.Option("--none", help="Nobody was forgotten after the backup was made.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List who was forgotten, by id, and tell the backups; or open a restored home.

    A home that was restored without the log of erasures is read-only: its backup may be older than
    one. FILE forgets again whom it names; --none is your word that there were none.

    Example:
      aios memory erasures
      aios memory erasures /media/disk/erasures.log
      aios memory erasures --none
    """
    from aios_defs.cli.session import open_session
    from aios_defs.core.errors import UsageInvalid
    from aios_defs.services.hold import confirm_restore
    from resources.erasures_taken import take_log

    if file is not None and is_none:
        raise UsageInvalid(
            "A log says who was forgotten, --none that nobody was.", remedy="Give one of both."
        )
    home = open_session(is_hold_said=False)
    again = 0
    if file is not None:
        again, _ = take_log(home, file.expanduser())
    elif is_none:
        confirm_restore(home.ledger, by="operator")
    told = {**_standing(home), "forgotten_again": again}
    if as_json:
        emit(told)
        return
    if file is not None:
        say(f"{again} were forgotten again.")
    _say_standing(told)


def _standing(home: "Home") -> "JsonObject":
    """Return the erasures there are, the older backups, and whether the home is held."""
    from aios_defs.services.erasure.finish import erasures as every
    from aios_defs.services.erasure.finish import is_finished
    from aios_defs.services.hold import is_held
    from resources.told_backups import tell_backups

    backups: list[JsonValue] = [one.model_dump(mode="json") for one in tell_backups(home)]
    with home.kernel.ledger.view() as view:
        found: list[JsonValue] = [
            {
                "id": one.event_id,
                "at": one.at,
                "profile_id": one.profiles[0],
                "is_finished": is_finished(view, one.position),
            }
            for one in every(view)
        ]
    return {"is_held": is_held(home.ledger), "erasures": found, "backups": backups}


def _say_standing(told: "JsonObject") -> None:
    from aios_defs.core.holding import REMEDY, SAID

    listed = told["erasures"]
    assert isinstance(listed, list)  # noqa: S101 - its shape
    for one in listed:
        assert isinstance(one, dict)  # noqa: S101 - its shape
        state = "" if one["is_finished"] else ", not finished"
        say(f"{short(str(one['id']))}  {str(one['at'])[:19]}  profile {one['profile_id']}{state}")
    if not listed:
        say("Nobody was forgotten in this home.")
    _say_untold(told["backups"])
    say(f"{SAID} {REMEDY}" if told["is_held"] else "The home may be written.")


def _say_untold(backups: object) -> None:
    """Say which older backups have no tombstones beside them yet, and what to do about it."""
    assert isinstance(backups, list)  # noqa: S101 - its shape
    away = [one for one in backups if not one["is_told"]]
    for one in away:
        say(f"Away or deleted: the backup {one['name']} (was in {one['folder'] or 'backups/'})")
    if away:
        say("Attach its disk and type: aios memory erasures; or copy erasures.log beside it.")
