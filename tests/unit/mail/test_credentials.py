"""Proves that secrets come from where they should, and that none ends up in an error."""

import sys
from pathlib import Path

import pytest

from aios_defs.core.errors import CredentialRefused, OutsideFailed
from resources.connectors.mail.credentials import Credentials, xoauth2
from resources.connectors.mail.servers import SmtpServer

SECRET = "s3cr3t-token"


def printing(home: Path, script: str) -> Credentials:
    (home / "print.py").write_text(script)
    command = (sys.executable, "-I", "print.py")
    server = SmtpServer.model_validate(
        {"host": "mail.shop.test", "user": "desk", "token_command": command}
    )
    return Credentials(server=server, home=home)


def with_password(home: Path) -> Credentials:
    server = SmtpServer.model_validate(
        {"host": "mail.shop.test", "user": "desk", "password_env": "PASSWORD_OF_THIS_TEST"}
    )
    return Credentials(server=server, home=home)


def test_password_is_read_from_the_home(tmp_path: Path) -> None:
    """What the environment lacks is looked for in `.env`, quotes and comments understood."""
    (tmp_path / ".env").write_text("# mine\nexport PASSWORD_OF_THIS_TEST = 'a b#c'\n")

    assert with_password(tmp_path).secret() == "a b#c"


def test_missing_password_names_its_variable(tmp_path: Path) -> None:
    """A password that is nowhere is an error that says which variable to set."""
    with pytest.raises(CredentialRefused, match="PASSWORD_OF_THIS_TEST") as refused:
        with_password(tmp_path).secret()

    assert refused.value.fields["retryable"] is False


def test_token_is_kept_until_refused(tmp_path: Path) -> None:
    """The command runs once, and once more when its token is refused; a password has no other."""
    script = (
        "import pathlib\nruns = pathlib.Path('runs')\n"
        "n = len(runs.read_text()) if runs.exists() else 0\n"
        "runs.write_text('x' * (n + 1))\nprint(f'token-{n}')\n"
    )
    credentials = printing(tmp_path, script)

    assert [credentials.secret(), credentials.secret()] == ["token-0", "token-0"]
    assert credentials.renewed("token-0") == "token-1"
    assert credentials.renewed("token-0") == "token-1"
    assert with_password(tmp_path).renewed("any") is None


@pytest.mark.parametrize(
    "script",
    [
        f"import sys; print('{SECRET}'); sys.exit(3)",
        f"import sys; print('{SECRET}', file=sys.stderr); sys.exit(3)",
        f"print('{SECRET} and more')",
        f"print('{SECRET}\\n{SECRET}')",
        "print()",
    ],
)
def test_output_is_never_told(tmp_path: Path, script: str) -> None:
    """A command that fails, or prints anything but one word, is named without its output."""
    with pytest.raises(OutsideFailed) as refused:
        printing(tmp_path, script).secret()

    error = refused.value
    assert SECRET not in f"{error} {error.fields} {error.__cause__} {error.__context__!r}"


def test_command_that_is_none_is_for_the_operator(tmp_path: Path) -> None:
    """A command that can't be run won't run the next time either."""
    server = SmtpServer.model_validate(
        {"host": "mail.shop.test", "user": "desk", "token_command": "/no/such/program"}
    )

    with pytest.raises(CredentialRefused, match="can't be run"):
        Credentials(server=server, home=tmp_path).secret()


def test_xoauth2_is_as_google_wrote_it() -> None:
    """The example of the protocol's own page comes out to the letter."""
    expected = (
        "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhk"
        "SFJoZG1semRHRXVZMjl0Q2cBAQ=="
    )

    assert xoauth2("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg") == (
        expected
    )
