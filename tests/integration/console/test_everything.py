"""Proves that a person's page gives all that is known, and forgets only what it showed."""

import io
import json
from typing import Any
from zipfile import ZipFile

from aios_defs.services.erasure.forget import erasure_of
from tests.browser.pages import pages
from tests.integration.console.kit import Console, words
from tests.integration.desk import KIM, Mail
from tests.integration.erasure.forms import holds
from tests.integration.erasure.planted import WORDS, filled, id_of


def shown(console: Console, whom: str) -> tuple[str, dict[str, str]]:
    """Return what the nonce of forgetting is about, and the form as the page would send it."""
    told = console.json(f"/api/people/{whom}/forget")
    form = {"shown": told["shown"], "confirmation": told["confirmation"]}
    return f"forget:{told['profile_id']}:{told['shown']}", form


def is_forgotten(console: Console, whom: str) -> bool:
    with console.kernel.ledger.view() as view:
        return erasure_of(view, whom) is not None


def wanted_of(console: Console, path: str) -> tuple[int, ...]:
    """Return what a page may answer: another for who is forgotten, and for what nothing checked."""
    _, *of, last = path.split("/")
    if last == "forget" and is_forgotten(console, of[-1]):
        return (409,)
    return (200, 404) if "quality" in of else (200, 410)


def test_the_page_offers_both(console: Console) -> None:
    """The section names the person, and leads to the file and to forgetting."""
    whom = id_of(console.desk, KIM)

    page = console.get(f"/people/{whom}")

    assert "Everything about Kim A" in words(page)
    assert f"/people/{whom}/export" in page.text
    assert f"/people/{whom}/forget" in page.text


def test_the_file_is_saved_and_says_the_same_as_the_api(console: Console) -> None:
    """A zip that no browser shows, named after nobody, with the data that the API answers."""
    whom = filled(console.desk)

    answer = console.get(f"/people/{whom}/export")

    assert answer.headers["content-disposition"].startswith(
        f'attachment; filename="person-{whom[-8:]}'
    )
    assert answer.headers["cache-control"] == "no-store"
    with ZipFile(io.BytesIO(answer.content)) as zipped:
        data = json.loads(zipped.read("data.json"))
    assert data["messages"]
    assert data == console.json(f"/api/people/{whom}/export")


def test_forgetting_shows_first_and_does_what_it_showed(console: Console) -> None:
    """The page names what goes, what stays and why; typed and sent, the certificate says it all."""
    whom = filled(console.desk)
    page = words(console.get(f"/people/{whom}/forget"))
    about, form = shown(console, whom)

    answer = console.post(f"/people/{whom}/forget", about, **form)

    assert "What stays, and why" in page
    assert "business/" in page
    assert form["confirmation"] in page
    assert answer.status_code == 303
    certificate = words(console.get(answer.headers["location"]))
    assert "finished" in certificate
    assert "not finished" not in certificate
    assert not holds(certificate.encode(), WORDS)
    assert console.json(f"/api/people/{whom}/certificate")["is_finished"]
    assert "Certificate" in words(console.get(f"/people/{whom}"))


def test_what_changed_meanwhile_is_shown_again(console: Console) -> None:
    """A mail that came after the look is not destroyed unseen: the page asks to look once more."""
    whom = id_of(console.desk, KIM)
    about, form = shown(console, whom)
    console.desk.receive(Mail(text="How much is the blue widget?"))

    answer = console.call(f"/api/people/{whom}/forget", about, **form)

    assert (answer.status_code, answer.json()["code"]) == (409, "preview_again")
    assert not is_forgotten(console, whom)


def test_the_words_must_name_the_person(console: Console) -> None:
    """Words of another person do nothing, and neither does a nonce about another preview."""
    whom = id_of(console.desk, KIM)
    about, form = shown(console, whom)

    wrong = console.call(f"/api/people/{whom}/forget", about, **{**form, "confirmation": "forget"})
    forged = console.call(f"/api/people/{whom}/forget", about, **{**form, "shown": "other"})

    assert (wrong.status_code, wrong.json()["code"]) == (422, "usage_invalid")
    assert (forged.status_code, forged.json()["code"]) == (403, "nonce_refused")
    assert not is_forgotten(console, whom)


def test_a_program_forgets_by_any_of_the_merged(console: Console) -> None:
    """The id of a merged profile means the whole; a second time there is nothing left to do."""
    whom = filled(console.desk)
    with console.kernel.ledger.view() as view:
        (event, *_) = view.events(types=("profile.merged.v1",))
    member = next(one for one in (event.data["profile_id"], event.data["other_id"]) if one != whom)
    about, form = shown(console, str(member))

    done = console.call(f"/api/people/{member}/forget", about, **form)
    again = console.get(f"/api/people/{whom}/forget")

    told: Any = done.json()
    assert done.status_code == 200, told
    assert told["is_finished"]
    assert told["destroyed"]["profiles"] == 2
    assert again.status_code == 409


def test_every_page_answers_after_that(console: Console) -> None:
    """With somebody forgotten, each page and its twin still answers, without a word of theirs."""
    whom = filled(console.desk)
    about, form = shown(console, whom)
    before = pages(console.kernel)
    console.call(f"/api/people/{whom}/forget", about, **form)
    paths = {*before.values(), *pages(console.kernel).values(), f"/people/{whom}/certificate"}
    paths |= {f"/messages/{one.id}" for one in console.desk.messages()}
    paths |= {f"/trace/{one.id}" for one in console.desk.tasks()}

    for path in sorted(paths - {"/nowhere"}):
        page, twin = console.get(path), console.get(f"/api{path}")
        wanted = wanted_of(console, path)
        assert page.status_code in wanted, (path, page.status_code, words(page))
        assert twin.status_code in (404, 422, *wanted), (path, twin.status_code)
        assert not holds(page.content, WORDS), path
        assert not holds(twin.content, WORDS), path
