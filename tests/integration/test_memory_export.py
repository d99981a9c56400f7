"""Proves that a person's archive holds all that is known of them, and nobody else's words."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from aios_defs.cli.main import main
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.services.erasure.forget import forget
from aios_defs.services.fact_learning import learn
from aios_defs.services.facts import NewFact
from aios_defs.services.subject_archive.content import subject_archive
from resources.erasing import finish_erasures
from resources.subject_archive.write import archive_page
from tests.house.tree import ROOT
from tests.integration.desk import KIM, LOU, Desk, Mail
from tests.integration.erasure.planted import ADDRESS, SECOND, WORDS, filled, id_of
from tests.integration.memory_files import who
from tests.servers.database import home_environment

HOSTILE = (
    "</bdi></div><script>alert(1)</script><img src=x onerror=alert(2)> {{ archive }} "
    '"><a href="javascript:alert(3)">x</a> \u202egnp.exe\u2066'
)


@pytest.fixture(autouse=True)
def _home(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in home_environment(desk.path).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outside") / "her.zip"


class Page(HTMLParser):
    """What a browser would make of a page: its elements, what they lead to, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.leads: set[str] = set()
        self.handlers: set[str] = set()
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.handlers |= {name for name, _ in attrs if name.startswith("on") or name == "style"}
        self.leads |= {value or "" for name, value in attrs if name in ("href", "src", "action")}

    def handle_data(self, data: str) -> None:
        self.words += data


def test_all_of_a_merged_person_is_in_the_file(
    desk: Desk, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every word that she left is in both data and page, with its source, and her mails as sent."""
    filled(desk)

    assert main(["memory", "export", SECOND, "--to", str(target), "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    with ZipFile(target) as zipped:
        data = json.loads(zipped.read("data.json"))
        page = zipped.read("index.html").decode()
        mails = {name: zipped.read(name) for name in zipped.namelist() if name.endswith(".eml")}
    for shown in (json.dumps(data).lower(), page.lower()):
        assert [word for word in WORDS if word.lower() not in shown] == []
    assert {one["file"] for one in data["messages"]} == set(mails)
    assert any(b"plantedbodyword" in raw for raw in mails.values())
    assert told["counts"]["messages"] == len(mails) > 4
    assert target.stat().st_mode & 0o077 == 0
    assert [one.name for one in target.parent.iterdir()] == [target.name]


def test_everything_names_its_source(desk: Desk) -> None:
    """Each entry says by which event it is known, and that event is in the ledger at its place."""
    data: Any = subject_archive(desk.kernel, filled(desk))

    listed = ("profiles", "messages", "interactions", "tasks", "decisions", "actions", "packs")
    sources = [one["source"] for name in listed for one in data[name]]
    sources += [one["source"] for fact in data["facts"] for one in fact["versions"]]
    with desk.kernel.ledger.view() as view:
        events = {event.id: event.position for event in view.events()}
    assert {one["event_id"]: one["position"] for one in sources}.items() <= events.items()
    assert all(data[name] for name in listed)
    assert {one["position"] for one in sources} <= {one["position"] for one in data["events"]} | {
        one["source"]["position"] for one in data["packs"]
    }


def test_nothing_of_others_is_in_it(desk: Desk) -> None:
    """What others wrote is left out, also the sentence of a mail that taught something of her."""
    whom = filled(desk)
    desk.receive(Mail(text="kimsecretword: her number is new", sender=KIM))
    taught = desk.messages()[-1]
    label = Label(level=Level.LOCAL, audience=(whom,), trust=Trust.THIRD_PARTY)
    fact = NewFact(
        topic=None,
        predicate="phone",
        value={"text": "numberword"},
        label=label,
        subject_id=whom,
        source_event=taught.event_id,
        span=(0, 13),
    )
    with desk.kernel.ledger.transaction(actor="operator") as tx:
        learn(desk.kernel, tx, fact, reason="said")

    said = json.dumps(subject_archive(desk.kernel, whom))

    assert "numberword" in said
    assert "kimsecretword" not in said
    assert KIM not in said
    assert LOU not in said
    assert "kimsecretword" in json.dumps(subject_archive(desk.kernel, id_of(desk, KIM)))


def test_a_hostile_mail_stays_words(desk: Desk) -> None:
    """Markup in subject, name and body is shown and never becomes an element, link or handler."""
    sender = f'"<script>alert(0)</script>" <{ADDRESS}>'
    desk.receive(Mail(text=HOSTILE, sender=sender, subject="<style>*{display:none}</style>"))

    page = Page(archive_page(subject_archive(desk.kernel, id_of(desk, ADDRESS))))

    assert not page.elements & {"script", "img", "iframe", "object", "link", "form", "base"}
    assert page.handlers == set()
    assert all(one.startswith(("#", "messages/", "data.json")) for one in page.leads)
    assert "<script>alert(1)</script>" in page.words
    assert "<U+202E>" in page.words
    assert "{{ archive }}" in page.words


def test_a_file_is_never_written_over_unasked(
    desk: Desk, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of that name stays as it is, until the operator says to replace it."""
    desk.receive(Mail(text="How much is the blue widget?"))
    target.write_text("mine")

    refused = main(["memory", "export", KIM, "--to", str(target)])
    kept = target.read_text()
    replaced = main(["memory", "export", KIM, "--to", str(target), "--replace"])

    assert (refused, kept, replaced) == (2, "mine", 0)
    assert "--replace" in capsys.readouterr().err
    assert ZipFile(target).testzip() is None


def test_an_archive_stays_out_of_the_home(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """In the home it is refused: nothing in the clear that nobody would forget."""
    assert main(["memory", "export", KIM, "--to", str(desk.path / "kim.zip")]) == 2

    assert "into the home" in capsys.readouterr().err
    assert not (desk.path / "kim.zip").exists()


def test_what_was_erased_says_so(
    desk: Desk, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of somebody forgotten there is the frame, each text naming the erasure in its place."""
    whom = filled(desk)
    done = forget(desk.kernel, whom)
    finish_erasures(desk.home)

    assert main(["memory", "export", whom, "--to", str(target)]) == 0

    assert "forgotten" in capsys.readouterr().err
    with ZipFile(target) as zipped:
        data = json.loads(zipped.read("data.json"))
        page = zipped.read("index.html").decode()
        assert zipped.namelist() == ["index.html", "data.json"]
    assert data["erased_by"]["event_id"] == done.event_id
    assert data["subject"]["name"] == {"erased": done.event_id}
    assert {one["content"]["erased"] for one in data["messages"]} == {done.event_id}
    assert done.event_id in page


def test_the_shape_is_told(desk: Desk) -> None:
    """Every name in an archive stands on its page of the reference."""
    data = subject_archive(desk.kernel, filled(desk))
    page = (ROOT / "docs/reference/subject-archive.md").read_text(encoding="utf-8")

    missing = {one for one in _names(data) if f"`{one}`" not in page}

    assert missing == set()


def _names(value: object, *, depth: int = 0) -> set[str]:
    """Return the names of our own shape; below `content`, `arguments` and such it is not ours."""
    if isinstance(value, list):
        return {name for one in value for name in _names(one, depth=depth)}
    if not isinstance(value, dict):
        return set()
    ours = ("data", "answer", "arguments")
    deeper = (_names(one, depth=depth + 1) for name, one in value.items() if name not in ours)
    own = set(value)
    is_pack_item = own == {"name", "content"}
    return own if is_pack_item else own.union(*deeper)


def test_the_company_of_a_person_is_told_by_name_and_id(desk: Desk) -> None:
    """Whom somebody belongs to is named in data and page, not by an id alone."""
    assert main(["memory", "describe", "Planted Works", "--new", "company"]) == 0
    assert main(["memory", "describe", KIM, "--company", "Planted Works"]) == 0

    archive: Any = subject_archive(desk.kernel, id_of(desk, KIM))

    (profile,) = archive["profiles"]
    assert profile["company"] == "Planted Works"
    assert profile["company_id"] == who(desk, "Planted Works").id
    words = Page(archive_page(archive)).words
    assert "Planted Works" in words
    assert profile["company_id"] in words
