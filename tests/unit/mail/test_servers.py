"""Proves that a mail server's entry is typed, safe, and wrong in clear words when it is wrong."""

from typing import cast

import pytest

from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.core.model import JsonObject
from resources.connectors.mail.configuration import MailConfig, read_mail_config

IMAP: JsonObject = {"host": "mail.shop.test", "user": "desk", "password_env": "MAIL_PASSWORD"}
ENTRY: JsonObject = {
    "kind": "mail",
    "address": "desk@shop.test",
    "receive": {"imap": IMAP},
    "send": {"smtp": {**IMAP, "tls": "starttls"}},
    "sent": "auto",
}


def read(**changes: object) -> MailConfig:
    return read_mail_config("mail", cast("JsonObject", {**ENTRY, **changes}))


def test_ports_follow_tls() -> None:
    """Without a port the one registered for the kind of TLS is taken."""
    config = read(sent={"imap": {**IMAP, "tls": "starttls"}})

    assert [one.port for one in config.servers] == [993, 587, 143]


def test_auto_is_the_server_that_receives() -> None:
    """`sent: auto` looks on the server of `receive.imap`, for the folder of special use."""
    found = read().sent_imap

    assert found is not None
    assert (found.host, found.folder, found.files_itself) == ("mail.shop.test", "\\Sent", True)


def test_token_command_is_words() -> None:
    """A command written as one string is split as a shell would, and run by none."""
    server = {"host": "x.test", "user": "desk", "token_command": "print-token --for 'a b'"}

    config = read(send={"smtp": server})

    assert config.send.smtp is not None
    assert config.send.smtp.token_command == ("print-token", "--for", "a b")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"receive": {"maildir": "in"}}, "`sent: auto` needs `receive.imap`"),
        ({"receive": {"maildir": "in", "imap": IMAP}}, "`receive`: needs exactly one of"),
        ({"receive": {"imap": {**IMAP, "usr": "x"}}}, "`usr`; did you mean `user`?"),
        ({"receive": {"imap": {"host": "x.test"}}}, "`user` is missing"),
        ({"receive": {"imap": {**IMAP, "tls": "none"}}}, "in the clear"),
        ({"receive": {"imap": {**IMAP, "host": "imap://x.test"}}}, "`receive.imap.host`"),
        ({"send": {"smtp": {**IMAP, "token_command": ["x"]}}}, "one of `password_env` and"),
        ({"send": {"smtp": {"host": "x.test", "password_env": "P"}}}, "needs a `user`"),
        ({"send": {"smtp": {**IMAP, "password_env": "AIOS_PW"}}}, "`send.smtp.password_env`"),
        ({"send": {"smtp": {**IMAP, "port": 0}}}, "`send.smtp.port`"),
        ({"sent": "automatic"}, "`sent`: must be `auto`"),
        ({"sent": {"imap": {**IMAP, "folder": "INBOX"}}}, "another folder than `sent`"),
    ],
)
def test_wrong_key_is_named(wrong: JsonObject, words: str) -> None:
    """Each mistake names its key and what is allowed there."""
    with pytest.raises(ConfigurationInvalid) as refused:
        read(**wrong)

    assert words in refused.value.message


def test_plain_login_is_for_this_machine_alone() -> None:
    """Without TLS a secret goes to loopback only, by address or as `localhost`."""
    for host in ("localhost", "127.0.0.1", "::1"):
        config = read(receive={"imap": {**IMAP, "host": host, "tls": "none"}})
        assert config.receive.imap is not None
        assert config.receive.imap.is_loopback

    with pytest.raises(ConfigurationInvalid):
        read(receive={"imap": {**IMAP, "host": "localhost.shop.test", "tls": "none"}})
