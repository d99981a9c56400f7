"""Proves that what a child tells arrives whole, and that nonsense ends nothing."""

import os

from aios_defs.gateway.news import Listener, Teller


def test_what_is_told_is_heard() -> None:
    """One object a line goes through the pipe."""
    heard, told = os.pipe()
    teller = Teller(told)

    teller.tell("console", address="http://127.0.0.1:3000")
    teller.tell("settled")
    found = Listener().hear(os.read(heard, 1000))

    assert found == [
        {"event": "console", "address": "http://127.0.0.1:3000"},
        {"event": "settled"},
    ]
    os.close(heard)
    os.close(told)


def test_a_line_in_parts_is_heard_when_it_is_whole() -> None:
    """The pipe may cut anywhere."""
    listener = Listener()

    parts = [listener.hear(one) for one in (b'{"event": ', b'"ope', b'ning"}\n{"event"')]

    assert parts == [[], [], [{"event": "opening"}]]


def test_what_is_no_object_is_left_out() -> None:
    """A line that is no JSON, or no object, is dropped and the next is heard."""
    listener = Listener()

    found = listener.hear(b'no json\n[1]\n\xff\xfe\n{"event": "code"}\n')

    assert found == [{"event": "code"}]


def test_telling_a_supervisor_that_is_gone_is_quiet() -> None:
    """A child whose supervisor died goes on to its own end."""
    heard, told = os.pipe()
    os.close(heard)

    Teller(told).tell("settled")
    Teller(None).tell("settled")

    os.close(told)
