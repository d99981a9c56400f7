"""Owns cutting a file of vCards or calendar parts into its blocks, each small enough to parse.

A block begins with `BEGIN:NAME` and ends with `END:NAME`. One that never ends, or that is larger
than any real one, is handed over cut: nothing else is lost by it. Every line ends as the standards
have it, whichever way it ended in the file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from resources.past.text import Line

LARGEST = 8 * 1024 * 1024
"""Characters of the largest block: photographs stand in cards as text."""
UNPARSED = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""What parsers of such blocks raise beside their own errors when a text is none of the kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The lines from one `BEGIN` to its `END`; `is_whole` is False when it was cut or broke off."""

    name: str
    number: int
    text: str
    done: int
    is_whole: bool


class _Open:
    """A block as it is read."""

    def __init__(self, name: str, line: Line) -> None:
        self.name, self.number = name, line.number
        self.lines: list[str] = []
        self.size, self.is_cut, self.done = 0, False, line.done

    def add(self, line: Line) -> None:
        self.done = line.done
        self.is_cut = self.is_cut or line.is_cut or self.size > LARGEST
        if not self.is_cut:
            self.lines.append(line.text.rstrip("\r\n") + "\r\n")
            self.size += len(line.text)

    def block(self, *, is_ended: bool) -> Block:
        return Block(
            name=self.name,
            number=self.number,
            text="".join(self.lines),
            done=self.done,
            is_whole=is_ended and not self.is_cut,
        )


def blocks(lines: Iterable[Line], names: tuple[str, ...]) -> Iterator[Block]:
    """Yield the blocks of these names in order; what stands between them is passed over.

    A block that begins within one of its own name ends that: its end is missing.
    """
    current: _Open | None = None
    for line in lines:
        word, _, name = line.text.strip().upper().partition(":")
        if word == "BEGIN" and name in names and (current is None or current.name == name):
            if current is not None:
                yield current.block(is_ended=False)
            current = _Open(name, line)
        if current is None:
            continue
        current.add(line)
        if word == "END" and name == current.name:
            yield current.block(is_ended=True)
            current = None
    if current is not None:
        yield current.block(is_ended=False)
