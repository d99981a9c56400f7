"""Runs the contract suite of connectors on mail that is received from a real Dovecot by IMAP."""

from pathlib import Path

import pytest

from aios_defs.core.model import JsonObject
from tests.contract.connectors import ConnectorContract
from tests.contract.test_connectors import MAIL, MailRig
from tests.servers.dovecot import Dovecot


class ImapRig(MailRig):
    """An inbox on a server; what is sent goes into a Maildir."""

    def __init__(self, home: Path, server: Dovecot, user: str) -> None:
        super().__init__(home)
        self.server, self.user = server, user
        (home / ".env").write_text(f"MAIL_PASSWORD={server.password}\n")

    def entry(self) -> JsonObject:
        imap: JsonObject = {
            "host": self.server.host,
            "port": self.server.imap,
            "tls": "none",
            "user": self.user,
            "password_env": "MAIL_PASSWORD",
        }
        return {**super().entry(), "receive": {"imap": imap}}

    def deliver(self, number: int) -> None:
        self.server.deliver(self.user, MAIL % number)


class TestImap(ConnectorContract):
    """The mail connector with an inbox that is read by IMAP."""

    @pytest.fixture
    def rig(self, tmp_path: Path, dovecot: Dovecot, user: str) -> ImapRig:
        return ImapRig(tmp_path, dovecot, user)
