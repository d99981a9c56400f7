"""Owns sinks inside free text: the addresses, links and accounts that a reader would follow.

What programs turn into links on their own counts as well: a bare host of a known top-level domain,
in any script, however its dots are written. Top-level domains of countries: ISO 3166-1, without
those that are better known as the ending of a file's name (md, pl, ps, py, rs, sh).
"""

import html
import re
from collections.abc import Iterator

from aios_defs.core.account_numbers import cards_in, has_wallet, ibans_in
from aios_defs.core.folding import visible

_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs"
    " bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee"
    " eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk"
    " hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la"
    " lb lc li lk lr ls lt lu lv ly ma mc me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz"
    " na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pm pn pr pt pw qa re ro ru rw sa sb"
    " sc sd se sg si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr"
    " tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
_GENERIC = "com net org info biz xyz dev app site online shop store example test invalid"
_TOP = "|".join((*_GENERIC.split(), *_COUNTRIES.split(), r"xn--[a-z0-9-]+"))
_HOST = r"(?:[^\W_](?:[\w-]{0,62})\.)+"
_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:[/\\]{1,3}|www\.)\S+"
    rf"|{_HOST}[^\W\d_]{{2,18}}(?::\d+)?/\S*"
    r"|(?:\d{1,3}\.){3}\d{1,3}(?::\d+/?|/)\S*"
    rf"|{_HOST}(?:{_TOP})(?::\d+)?",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(
    r"[/\\]{2}[\w\[]"
    r"|^(?:data:\w+/|(?:javascript|vbscript|blob|tel|sms|callto|skype|facetime|bitcoin|ethereum"
    r"|lightning|upi|geo|intent|market):\S)",
    re.IGNORECASE,
)
_SIGN = re.compile(r"\w@|@\w")
_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
_LONGEST_TOKEN = 4096
_SHORTEST_WALLET = 14
_TOKENS = re.compile(r"[\s<>()\[\]{}\"'|`,;]+")
_ACCOUNT_START = re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9 \u00a0-]{11,44}")


def is_link(text: str) -> bool:
    """Return whether a text is an address on the net."""
    is_short = len(text) <= _LONGEST_TOKEN
    return is_short and ("." in text or ":" in text) and _LINK.fullmatch(text) is not None


def tokens(text: str) -> Iterator[str]:
    """Yield each part of a text that blanks and brackets separate, without marks at its ends."""
    for token in dict.fromkeys(_TOKENS.split(text)):
        yield token.strip(".:!?*_")


def embedded_sinks(text: str) -> Iterator[str]:
    """Yield the addresses, links and account numbers inside a free text, as a reader sees them."""
    plain = html.unescape(visible(text).translate(_DOTS))
    for token in tokens(plain):
        is_word = len(token) < _SHORTEST_WALLET and token.isalnum()
        if not is_word and _is_followed(token):
            yield token.removeprefix("mailto:")
    if any(map(plain.__contains__, "0123456789")):
        yield from map(_account_prefix, _ACCOUNT_START.findall(plain))
        yield from ibans_in(plain)
        yield from cards_in(plain)


def _is_followed(token: str) -> bool:
    if len(token) > _LONGEST_TOKEN:
        return "." in token or ":" in token or "@" in token
    if "@" in token and _SIGN.search(token):
        return True
    if ("." in token or ":" in token) and is_link(token):
        return True
    if ("/" in token or "\\" in token or ":" in token) and _FOLLOWED.search(token):
        return True
    return len(token) >= _SHORTEST_WALLET and has_wallet(token)


def _account_prefix(text: str) -> str:
    """Cut a run of capitals and digits after the last group that holds a digit."""
    groups = re.split(r"[ \u00a0-]+", text.strip())
    while len(groups) > 1 and not any(one.isdigit() for one in groups[-1]):
        groups.pop()
    return "".join(groups)
