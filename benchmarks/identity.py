"""Measures how well near-duplicate profiles are found: precision and recall at the bar, and time.

Run: python -m benchmarks.identity [--people N] [--seed N]

A house of people and companies in four languages is made up, with one near-duplicate for every
tenth: the name in another order or spelling, an initial, a short form, a typing mistake, a middle
name; an address at another provider, or none. Beside them stand people who only look alike: of one
family, of one name, with a name one letter apart. Everything hangs on the seed.
"""

import argparse
import random
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from aios_defs.services.identity.blocking import near_duplicates
from aios_defs.services.identity.likeness import BAR, Known
from aios_defs.services.identity.name_lists import LONG_FORM

FIRST = {
    "de": "Jörg Änne Wiebke Katharina Ursula Götz Heinrich Friedrich Jürgen Anke Wolfgang Sören",
    "en": "William Elizabeth Robert Katherine Thomas Edward Margaret Alice Oliver Grace Harriet",
    "es": "José Francisco Íñigo Begoña Guadalupe Enrique Lucía Álvaro Inés Joaquín Dolores Íker",
    "pl": "Łukasz Małgorzata Wojciech Agnieszka Zbigniew Krzysztof Żaneta Paweł Grażyna Michał",
}
PARTS = {
    "de": ("Grün Stöck Hafer Zwickel Möllen Brau Schäf", "mann er hoff wald bauer korn", ""),
    "en": ("Ash Black Whit Har Pem Stan Cald", "ford well worth by ton ridge", " e"),
    "es": ("Agui Berme Casta Fuen Guerr Mendo Villa", "rre do ñeda tes ero za", " z l"),
    "pl": ("Kowal Nowa Wiśni Dąbr Zieli Szyma Woź", "ewski cka owska ński niak czyk", ""),
}
FORMS = {"de": "GmbH", "en": "Ltd.", "es": "S.L.", "pl": "Sp. z o.o."}
PROVIDERS = ("gmail.com", "outlook.com", "gmx.de", "yahoo.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Profiles, and which pairs of them are one (lower id first)."""

    profiles: list[Known]
    pairs: dict[tuple[str, str], str]


class Maker:
    """Makes a house up."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - no secret hangs on it
        self.count = 0
        self.house = House(profiles=[], pairs={})

    def make(self, people: int) -> House:
        for number in range(people):
            tongue = self.chance.choice(sorted(FIRST))
            one = self.company(tongue) if number % 11 == 0 else self.person(tongue)
            self.add(one)
            if number % 10 == 1:
                self.duplicate(one, tongue)
            if number % 25 == 2 and one.kind == "person":
                self.add(self.look_alike(one, tongue))
        return self.house

    def add(self, one: Known) -> Known:
        self.house.profiles.append(one)
        return one

    def next_id(self) -> str:
        self.count += 1
        return f"{self.count:07d}"

    def word(self, tongue: str) -> str:
        start, middle, end = (part.split(" ") for part in PARTS[tongue])
        pick = self.chance.choice
        syllable = "".join(pick("bdfgklmnprstv") + pick("aeiou") for _ in range(2))
        return pick(start) + syllable + pick(middle) + pick(end)

    def person(self, tongue: str) -> Known:
        first, last = self.chance.choice(FIRST[tongue].split()), self.word(tongue)
        name = f"{first} {last}"
        host = self.chance.choice(PROVIDERS) if self.chance.random() < 0.5 else self.host(tongue)
        return Known(self.next_id(), "person", name, self.addresses(name, host))

    def host(self, tongue: str) -> str:
        return f"{plain(self.word(tongue))}.example"

    def addresses(self, name: str, host: str) -> tuple[str, ...]:
        first, *_, last = plain(name).split()
        forms = (f"{first}.{last}", f"{first[0]}{last}", f"{first}", f"{last}{self.count % 90}")
        return (f"{self.chance.choice(forms)}@{host}",)

    def company(self, tongue: str) -> Known:
        name = f"{self.word(tongue)} {self.chance.choice(('Werk', 'Studio', 'Foods', 'Lab'))}"
        host = f"{plain(name).replace(' ', '')}.example"
        return Known(self.next_id(), "company", f"{name} {FORMS[tongue]}", (), (host,))

    def duplicate(self, one: Known, tongue: str) -> None:
        kind, name = self.spelling(one, tongue)
        other = replace(one, id=self.next_id(), name=name)
        if one.kind == "person":
            host = one.addresses[0].rpartition("@")[2]
            where = self.chance.random()
            told = host if where < 0.35 else self.chance.choice(PROVIDERS)
            other = replace(other, addresses=self.addresses(one.name, told) if where < 0.8 else ())
            if set(other.addresses) & set(one.addresses):
                other = replace(other, addresses=())
        else:
            other = replace(other, domains=())
        self.add(other)
        self.house.pairs[one.id, other.id] = kind

    def spelling(self, one: Known, tongue: str) -> tuple[str, str]:
        if one.kind == "company":
            bare = one.name.removesuffix(FORMS[tongue]).strip()
            ways = {"no legal form": bare, "capitals": one.name.upper(), "marks lost": plain(bare)}
            return self.chance.choice(sorted(ways.items()))
        first, last = one.name.split()
        ways = {
            "order": f"{last}, {first}",
            "marks lost": plain(one.name).title(),
            "initial": f"{first[0]}. {last}",
            "typing mistake": f"{first} {self.mistyped(last)}",
            "middle name": f"{first} {self.chance.choice(FIRST[tongue].split())} {last}",
            "title": f"Dr. {first} {last}",
            "same": one.name,
        }
        short = self.short_form(first)
        if short:
            ways["short form"] = f"{short} {last}"
        return self.chance.choice(sorted(ways.items()))

    def short_form(self, first: str) -> str:
        long_form = LONG_FORM.get(plain(first))
        others = [word for word, known in LONG_FORM.items() if known == long_form]
        return self.chance.choice(others).title() if long_form else ""

    def mistyped(self, word: str) -> str:
        place = self.chance.randrange(1, len(word) - 2)
        head, tail = word[:place], word[place:]
        return self.chance.choice((head + tail[1:], head + tail[1] + tail[0] + tail[2:]))

    def look_alike(self, one: Known, tongue: str) -> Known:
        """Return somebody else: a sibling, a namesake far away, or a name one word apart."""
        first, last = one.name.split()
        host = one.addresses[0].rpartition("@")[2]
        others = [word for word in FIRST[tongue].split() if word[0] != first[0]]
        ways = (
            (f"{self.chance.choice(others)} {last}", host),
            (f"{first} {self.word(tongue)}", host),
            (f"{self.chance.choice(others)} {last}", self.host(tongue)),
        )
        name, where = self.chance.choice(ways)
        return Known(self.next_id(), "person", name, self.addresses(name, where))


def plain(text: str) -> str:
    """Return a text in small letters without marks, as somebody types it in a hurry."""
    split = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("Ł", "L"))
    return "".join(one for one in split if not unicodedata.combining(one)).lower()


def lines(house: House) -> Iterator[str]:
    began = time.perf_counter()
    found = {
        (min(one.id, other.id), max(one.id, other.id)): likeness.score
        for one, other, likeness in near_duplicates(house.profiles)
    }
    seconds = time.perf_counter() - began
    true = found.keys() & house.pairs.keys()
    yield f"profiles {len(house.profiles):,}; near-duplicates among them {len(house.pairs):,}"
    yield f"proposed at the bar of {BAR}: {len(found):,} in {seconds:.1f} s"
    yield f"precision {len(true) / max(1, len(found)):.3f}"
    yield f"recall    {len(true) / len(house.pairs):.3f}"
    kinds, hit = Counter(house.pairs.values()), Counter(house.pairs[one] for one in true)
    for kind, count in sorted(kinds.items()):
        yield f"  {kind:15} {hit[kind]:5} of {count:5} = {hit[kind] / count:.3f}"
    yield "merged without asking: 0 (only a shared address, phone or handle resolves by itself)"


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--people", type=int, default=20_000)
    given.add_argument("--seed", type=int, default=7)
    asked = given.parse_args()
    print("\n".join(lines(Maker(asked.seed).make(asked.people))))


if __name__ == "__main__":
    main()
