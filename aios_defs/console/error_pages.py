"""Owns the pages of docs/errors as the console shows them: one for each error code, and their list.

They are our own files, and still rendered without HTML of theirs. An address is a name of a file
that is there, never a path.
"""

import re
from functools import cache

from markupsafe import Markup

from aios_defs.core.errors import UnknownId
from aios_defs.settings.docs import error_pages

FOLDER = error_pages()
INDEX = "index"
_NEIGHBOUR = re.compile(r"\]\((\w+)\.md\)")
_ELSEWHERE = re.compile(r"\[([^]]*)\]\(\.\./([^)]+)\)")


@cache
def codes() -> frozenset[str]:
    """Return the codes that have a page."""
    return frozenset(one.stem for one in FOLDER.glob("*.md") if one.stem != INDEX)


@cache
def page_of(code: str) -> Markup:
    """Return the page of a code, or of `index` their list, as HTML.

    Raises:
        UnknownId: there is no such page.

    """
    if code not in {*codes(), INDEX}:
        raise UnknownId(f"No error has the code {code!r}.", remedy="See the list: /docs/errors")
    from markdown_it import MarkdownIt

    text = (FOLDER / f"{code}.md").read_text(encoding="utf-8")
    near = _NEIGHBOUR.sub(r"](/docs/errors/\1)", text)
    return Markup(  # noqa: S704 - rendered from our own file, HTML in it is escaped
        MarkdownIt("commonmark", {"html": False}).render(_ELSEWHERE.sub(r"\1 (`docs/\2`)", near))
    )
