"""Owns turning the HTML of a mail into plain text.

Scripts, styles and what the page hides are dropped, links stay visible as `label (url)`. The
tokenizer is our own: the standard library's takes more than a minute for 60 kB of `<a `, and a
stranger chooses this input. This one reads each character a bounded number of times.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_MARKUP = re.compile(
    r"<(?:(?P<comment>!--)|(?P<other>[!?])|(?P<close>/?)(?P<name>[A-Za-z][\w:-]*))"
)
_STOP = re.compile(r"=\s*([\"'])|>")
_ATTRIBUTE = re.compile(
    r"(?<![\w:-])([A-Za-z][\w:-]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?"
)
_HIDING = re.compile(
    r"display:none|visibility:hidden|font-size:0(?![.\d]*[1-9])|opacity:0(?![.\d]*[1-9])|mso-hide:all"
)
_RAW = frozenset({"script", "style", "title", "template", "noembed", "xmp", "textarea", "svg"})
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "area", "base", "col", "wbr"})
_BLOCK = frozenset(
    {"address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt"}
    | {"fieldset", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html"}
    | {"li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead"}
    | {"tr", "ul"}
)
_CELL = frozenset({"td", "th"})
_MAX_TAG_CHARS = 4096
_LINKS = ("http:", "https:", "mailto:", "tel:", "ftp:")


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    is_end: bool
    attributes: dict[str, str]


def text_of(markup: str) -> str:
    """Return the visible text of an HTML document; if all of it is hidden, the hidden text."""
    return _render(markup, keep_hidden=False) or _render(markup, keep_hidden=True)


def _render(markup: str, *, keep_hidden: bool) -> str:
    writer = _Writer(keep_hidden=keep_hidden)
    for token in _tokens(markup):
        if isinstance(token, str):
            writer.text(token)
        elif token.is_end:
            writer.end(token.name)
        else:
            writer.start(token)
    return writer.result()


def _tokens(markup: str) -> Iterator[str | _Tag]:
    position = 0
    while (match := _MARKUP.search(markup, position)) is not None:
        if match.start() > position:
            yield markup[position : match.start()]
        end = _end(markup, match)
        if end < 0:
            if match["name"]:
                yield markup[match.start() :]
            return
        position = end + 1
        if match["name"]:
            tag = _tag(match, markup[match.end() : end])
            yield tag
            if tag.name in _RAW and not tag.is_end:
                position = _after_raw(markup, tag.name, position)
    yield markup[position:]


def _end(markup: str, match: re.Match[str]) -> int:
    """Return where a piece of markup ends, or -1 when it never does: then the rest is text."""
    if match["comment"]:
        end = markup.find("-->", match.end())
        return end + 2 if end >= 0 else -1
    if match["other"]:
        return markup.find(">", match.end())
    position = match.end()
    while (stop := _STOP.search(markup, position)) is not None:
        if stop[1] is None:
            return stop.start()
        closing = markup.find(stop[1], stop.end())
        if closing < 0:
            return markup.find(">", stop.end())
        position = closing + 1
    return -1


def _after_raw(markup: str, name: str, position: int) -> int:
    closing = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(markup, position)
    return closing.start() if closing else len(markup)


def _tag(match: re.Match[str], body: str) -> _Tag:
    if not body.strip():
        return _Tag(match["name"].lower(), bool(match["close"]), {})
    found = {
        one[1].lower(): html.unescape(one[2] or one[3] or one[4] or "")
        for one in _ATTRIBUTE.finditer(body[:_MAX_TAG_CHARS])
    }
    return _Tag(match["name"].lower(), bool(match["close"]), found)


def _is_hidden(tag: _Tag) -> bool:
    style = "".join(tag.attributes.get("style", "").lower().split())
    return "hidden" in tag.attributes or _HIDING.search(style) is not None


@dataclass(slots=True)
class _Writer:
    """Gathers visible text; `hidden` is the name of the element that hides, and its nesting."""

    keep_hidden: bool
    pieces: list[str] = field(default_factory=list[str])
    hidden: str = ""
    depth: int = 0
    preformatted: int = 0
    link: str = ""
    link_start: int = 0

    def text(self, text: str) -> None:
        if self.hidden:
            return
        text = html.unescape(text)
        self.pieces.append(text if self.preformatted else re.sub(r"\s+", " ", text))

    def start(self, tag: _Tag) -> None:
        if self.hidden:
            self.depth += tag.name == self.hidden
        elif tag.name not in _VOID and not self.keep_hidden and _is_hidden(tag):
            self.hidden, self.depth = tag.name, 1
        else:
            self._open(tag)

    def end(self, name: str) -> None:
        if self.hidden:
            self.depth -= name == self.hidden
            self.hidden = self.hidden if self.depth else ""
        elif name == "a":
            self._close_link()
        elif name in _BLOCK:
            self.preformatted = max(0, self.preformatted - (name == "pre"))
            self.pieces.append("\n")

    def result(self) -> str:
        self._close_link()
        text = "".join(self.pieces).replace("\r\n", "\n").replace("\xa0", " ")
        lines = [line.strip() for line in text.split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _open(self, tag: _Tag) -> None:
        if tag.name == "a":
            self._close_link()
            self.link, self.link_start = tag.attributes.get("href", "").strip(), len(self.pieces)
        elif tag.name == "img":
            self.pieces.append(tag.attributes.get("alt", ""))
        elif tag.name in _CELL:
            self.pieces.append(" ")
        elif tag.name == "br" or tag.name in _BLOCK:
            self.preformatted += tag.name == "pre"
            self.pieces.append("\n- " if tag.name == "li" else "\n")

    def _close_link(self) -> None:
        link, self.link = self.link, ""
        if not link.lower().startswith(_LINKS):
            return
        label = "".join(self.pieces[self.link_start :]).strip()
        target = link.removeprefix("mailto:").removeprefix("tel:")
        if not label:
            self.pieces.append(target)
        elif label.rstrip("/") != target.rstrip("/"):
            self.pieces.append(f" ({target})")
