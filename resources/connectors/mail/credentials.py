"""Owns the secret of a login: a password from the environment, or a token that a command prints.

The secret is in memory alone. A command's output never reaches an error or a log: what it prints on
the way to failing may be the token too.
"""

import base64
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from aios_defs.core.errors import CredentialRefused, OutsideFailed
from aios_defs.settings.environment import secret
from resources.connectors.mail.servers import MailServer

COMMAND_SECONDS = 30
_TOKEN = re.compile(rb"[!-~]{1,16384}")


@dataclass(slots=True, kw_only=True)
class Credentials:
    """The login of one server. A token is kept until it is refused; several threads may ask.

    `home` is where `.env` is looked for, and the folder in which `token_command` runs.
    """

    server: MailServer
    home: Path
    _token: str | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def user(self) -> str | None:
        """The login name; None when the server takes mail without a login."""
        return self.server.user

    @property
    def is_token(self) -> bool:
        """Whether the secret is an OAuth access token, for XOAUTH2, and no password."""
        return self.server.token_command is not None

    def secret(self) -> str:
        """Return the password or the token; raises OutsideFailed when there is none."""
        if not self.is_token:
            return self._password()
        with self._lock:
            if self._token is None:
                self._token = self._printed()
            return self._token

    def renewed(self, refused: str) -> str | None:
        """Return another token than the refused one, or None: a password stays what it is.

        Call it once for each attempt: a second refusal is final.
        """
        if not self.is_token:
            return None
        with self._lock:
            if self._token in (refused, None):
                self._token = self._printed()
            return self._token

    def refused(self) -> CredentialRefused:
        """Return the error to raise when the server refuses the login for good."""
        what = "token" if self.is_token else "password"
        return self._error(
            f"{self.server.host} refused the {what} of {self.user!r}.",
            f"Look at what `token_command` prints for {self.user!r}."
            if self.is_token
            else f"Correct the variable {self.server.password_env}; many providers want an "
            "app password here.",
        )

    def _password(self) -> str:
        name = self.server.password_env or ""
        password = secret(name, self.home)
        if not password:
            raise self._error(
                f"The variable {name} is not set, so there is no password for {self.user!r}.",
                f"Set {name} in the environment, or in `.env` in the home.",
            )
        return password

    def _printed(self) -> str:
        """Run the command; whatever is wrong with it, its output is not told."""
        command = self.server.token_command or ()
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own command, without a shell
                command,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=COMMAND_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise self._unprinted(f"took longer than {COMMAND_SECONDS} s") from None
        except OSError as error:
            raise self._error(
                f"The `token_command` of {self.user!r} can't be run ({error.strerror}).",
                "Correct it in connectors.yaml; its first word must be a program.",
            ) from None
        if done.returncode:
            raise self._unprinted(f"ended with {done.returncode}")
        token = done.stdout.strip()
        if not _TOKEN.fullmatch(token):
            raise self._unprinted("printed no single word")
        return token.decode("ascii")

    def _unprinted(self, reason: str) -> OutsideFailed:
        """Return the error of a command without a token: it may have lacked the network."""
        return OutsideFailed(
            f"The `token_command` of {self.user!r} {reason}.",
            remedy="Run it by hand; it must print the access token and nothing else.",
            retryable=True,
            account=self.user,
        )

    def _error(self, message: str, remedy: str) -> CredentialRefused:
        return CredentialRefused(message, remedy=remedy, retryable=False, account=self.user)


def xoauth2(user: str, token: str) -> str:
    """Return the initial response of XOAUTH2, in base64.

    Source: https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
    """
    text = f"user={user}\x01auth=Bearer {token}\x01\x01"
    return base64.b64encode(text.encode("utf-8")).decode("ascii")
