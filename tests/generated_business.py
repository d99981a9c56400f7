"""Owns generating another business from a seed: other products, prices, people and language.

It has the same classes of mail as any home has to survive, and none of its strings is fixed, so a
test that passes on it and on the sample knows neither.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random  # noqa: TID251 - seeded by the caller, so a run repeats

from resources.business_files import copy_set
from tests.generated_languages import TONGUES, Tongue
from tests.generated_mail import Person, write_mail

PEOPLE = 5
PRODUCTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedBusiness:
    """What was generated: the home with its mail, and what a test may expect of it.

    `source` is the set it was copied from, in the shape of the sample. `counts` is how many mails
    of each class were delivered to the inbox; `planted` are personal strings of the mails, which
    must show up nowhere but in the home's own sealed stores.
    """

    home: Path
    source: Path
    language: str
    counts: dict[str, int]
    planted: tuple[str, ...]

    @property
    def delivered(self) -> int:
        """How many mails the inbox holds."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The business while it is being written."""

    tongue: Tongue
    owner: Person
    contacts: tuple[Person, ...]
    strangers: tuple[Person, ...]
    prices: dict[str, str]


def generate_business(folder: Path, seed: int) -> GeneratedBusiness:
    """Write a business and its mail below `folder`; the same seed writes the same bytes."""
    chance = Random(seed)  # noqa: S311 - test data, not a secret
    shop = _shop(chance, TONGUES[seed % len(TONGUES)])
    source, home = folder / "set", folder / "home"
    _write_business(source / "business", shop)
    written = write_mail(source, shop.tongue, chance, cast=shop)
    copy_set(source, home)
    people = (*shop.contacts, *shop.strangers)
    return GeneratedBusiness(
        home=home,
        source=source,
        language=shop.tongue.code,
        counts=dict(Counter(written)),
        planted=tuple(text for one in people for text in (one.name, one.address, one.street)),
    )


def _shop(chance: Random, tongue: Tongue) -> Shop:
    people = [_person(chance, tongue, index) for index in range(2 * PEOPLE + 1)]
    names = [
        f"{product} {quality}"
        for product, quality in zip(
            chance.sample(tongue.products, PRODUCTS),
            chance.choices(tongue.qualities, k=PRODUCTS),
            strict=True,
        )
    ]
    currency = chance.choice(tongue.currencies)
    return Shop(
        tongue=tongue,
        owner=people[0],
        contacts=tuple(people[1 : 1 + PEOPLE]),
        strangers=tuple(people[1 + PEOPLE :]),
        prices={name: f"{chance.randint(12, 4800)} {currency}" for name in names},
    )


def _person(chance: Random, tongue: Tongue, index: int) -> Person:
    first, last = chance.choice(tongue.first_names), chance.choice(tongue.last_names)
    number = chance.randint(100, 999)
    return Person(
        name=f"{first} {last}",
        address=f"p{index}.{number}@kunde{chance.randint(10, 99)}-{tongue.code}.example",
        street=f"{chance.choice(tongue.streets)} {number}",
    )


def _write_business(folder: Path, shop: Shop) -> None:
    (folder / "templates").mkdir(parents=True)
    tongue = shop.tongue
    frame = f"{tongue.greeting}\n\n{{}}\n\n{{{{ operator.signature }}}}\n"
    files = {
        "operator.yaml": _operator(shop),
        "connectors.yaml": _connectors(shop),
        "catalog.yaml": _catalog(shop),
        "facts.yaml": _facts(shop),
        "policies.yaml": _POLICIES,
        "contacts.csv": _contacts(shop),
        "templates/price.txt": frame.format(tongue.price_reply),
        "templates/hours.txt": frame.format(tongue.hours_reply),
        "templates/answer.txt": frame.format("{{ answer }}"),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _operator(shop: Shop) -> str:
    trade = shop.tongue.trades[0]
    return (
        f"name: {shop.owner.name}\nbusiness: {trade}\nsignature: {shop.owner.name}, {trade}\n"
        f"time_zone: {shop.tongue.zone}\nlanguage: {shop.tongue.code}\n"
        f"currency: {next(iter(shop.prices.values()))[-3:]}\n"
    )


def _connectors(shop: Shop) -> str:
    return (
        f"mail:\n  kind: mail\n  address: {shop.owner.address}\n  since: 2026-01-01T00:00:00Z\n"
        "  receive: {maildir: mail/inbox}\n  send: {maildir: mail/outbox}\n"
        "  sent: {maildir: mail/sent}\n"
    )


def _facts(shop: Shop) -> str:
    place = shop.tongue.hours_reply.rpartition(":")[2].partition(" ")[0]
    entries = [
        f"- topic: {name}\n  aliases: [{name.split()[0]}]\n  facts: {{price: {price}}}\n"
        for name, price in shop.prices.items()
    ]
    hours = f'- topic: {place}\n  facts: {{opening_hours: "{shop.tongue.hours}"}}\n'
    return "".join([*entries, hours])


def _catalog(shop: Shop) -> str:
    tongue = shop.tongue
    product = next(iter(shop.prices)).split()[0]
    return (
        "workflows:\n  - name: support\n    intent: answer customers\n    agent: support\n"
        "    connector: mail\n    operations: [mail.send]\n    categories:\n"
        + _category("price", tongue.price_examples, "template: price", tongue.price_words, product)
        + _category("hours", tongue.hours_examples, "template: hours")
        + _category("thanks", tongue.thanks_examples, "handling: no_reply")
    )


def _category(
    name: str, examples: tuple[str, ...], rest: str, words: tuple[str, ...] = (), product: str = ""
) -> str:
    lines = "".join(f'          - "{one.format(product)}"\n' for one in examples)
    return (
        f"      - name: {name}\n        {rest}\n        words: [{', '.join(words)}]\n"
        f"        examples:\n{lines}"
    )


def _contacts(shop: Shop) -> str:
    stages = ("lead", *("customer",) * PEOPLE)
    rows = [
        f"{one.name};{one.address};{stage}"
        for one, stage in zip(shop.contacts, stages, strict=False)
    ]
    return "\n".join(["name;address;stage", *rows]) + "\n"


_POLICIES = """version: 1
rules:
  - id: known-people
    action: mail.send
    when: "action.recipients.all(r, r in task.participants) && !action.claims_unverified"
    effect: allow_after
    undo: 0s
  - id: not-to-others
    action: "*"
    when: "action.audience_violations.size() > 0"
    effect: ask
"""
