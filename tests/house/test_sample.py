"""Proves that no code and no test knows the sample business: it must work for any other.

What counts as a string of the sample is read from its files: mail addresses, the names of people
and companies, the names of topics and products, and the operator's own name and business.
"""

import csv
import re
from collections.abc import Iterator
from email import policy
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from pathlib import Path

import yaml

from tests.house.tree import ROOT, held

SAMPLE = ROOT / "resources/sample"
SEARCHED = ("aios_defs", "assets", "resources", "sensors", "tests", "benchmarks")
SUFFIXES = {".py", ".json", ".yaml", ".txt", ".csv", ".eml", ".html"}
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NAMING = {"name", "business", "alias", "aliases", "signature", "company", "street", "product"}
PROSE = {".txt", ".md", ".html", ".json"}
SHORTEST = 6

# Names that the world's mail servers share; they identify nobody's business.
EVERYBODYS = {"mail delivery system", "mail delivery subsystem"}


def is_distinctive(text: str) -> bool:
    """Tell whether finding this text elsewhere can only mean that it was taken from the sample."""
    is_name = " " in text.strip() and any(letter.isupper() for letter in text)
    return len(text.strip()) >= SHORTEST and (is_name or "@" in text)


def leaves(value: object, key: str = "") -> Iterator[str]:
    """Yield the texts that a YAML document holds under a naming key."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield from leaves(child, str(name))
    elif isinstance(value, list):
        for child in value:
            yield from leaves(child, key)
    elif isinstance(value, str) and key in NAMING:
        yield from value.splitlines()


def from_mail(content: bytes) -> Iterator[str]:
    """Yield the names and addresses in a mail's headers."""
    headers = BytesHeaderParser(policy=policy.compat32).parsebytes(content)
    lines = [
        str(value)
        for field in ("From", "To", "Cc", "Reply-To")
        for value in headers.get_all(field, [])
    ]
    for name, address in getaddresses(lines):
        yield name
        yield address


def from_file(path: Path) -> Iterator[str]:
    """Yield the strings by which a file of the sample could be recognised."""
    content = path.read_bytes()
    text = content.decode("utf-8", errors="replace")
    yield from ADDRESS.findall(text)
    if path.suffix in {".yaml", ".yml"}:
        yield from leaves(yaml.safe_load(text))
    elif path.suffix == ".csv":
        for row in csv.DictReader(text.splitlines()):
            yield from (value for name, value in row.items() if name in NAMING and value)
    elif path.suffix not in PROSE:
        yield from from_mail(content)


def distinctive() -> set[str]:
    """Return what may stand nowhere but in the sample, in lower case."""
    files = [one for one in sorted(SAMPLE.rglob("*")) if one.is_file() and one.suffix != ".py"]
    found = {text.strip() for one in files for text in from_file(one)}
    return {one.casefold() for one in found if is_distinctive(one)} - EVERYBODYS


def searched() -> Iterator[tuple[str, str]]:
    """Yield path and text of every file that must not know the sample."""
    for folder in SEARCHED:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file() and SAMPLE not in path.parents:
                text = path.read_text(encoding="utf-8", errors="replace")
                yield str(path.relative_to(ROOT)), text.casefold()


def test_the_sample_has_strings_to_look_for() -> None:
    """The search below looks for something: the sample has people, products and addresses."""
    assert len(distinctive()) > 50


def test_nothing_but_the_sample_knows_the_sample() -> None:
    """No agent, rule, adapter or test holds a name or an address of the sample business."""
    known = distinctive()
    held(
        "Strings of the sample business outside of it:",
        (f"{path}: {one}" for path, text in searched() for one in known if one in text),
    )
