"""Owns a real Postfix for tests, which hands everything to a Dovecot beside it.

Nothing leaves this machine: `default_transport` is an error. Logins are asked of the Dovecot. Of
the recipients in the domain, `unknown…` are refused for good (550) and `grey…` for now (450).
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.ports import free_ports, kill_tree, wait_for
from tests.servers.umask import readable_by_others

PROGRAM = "/usr/sbin/postfix"
SIZE_LIMIT = 200_000

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
myhostname = mail.{domain}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = {domain}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = error:5.7.1 nothing leaves this machine
relay_transport = error:5.7.1 nothing leaves this machine
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl}
smtpd_sasl_security_options = noanonymous
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_recipient_restrictions = check_recipient_access regexp:{folder}/recipients,
  permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
message_size_limit = {size}
smtputf8_enable = yes
"""

_MASTER = """
127.0.0.1:{starttls} inet n - n - - smtpd
127.0.0.1:{implicit} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
127.0.0.1:{plain} inet n - n - - smtpd
  -o smtpd_tls_security_level=none
  -o smtpd_tls_auth_only=no
  -o smtpd_discard_ehlo_keywords=smtputf8
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

_RECIPIENTS = """
/^unknown/ 550 5.1.1 there is nobody of this name
/^grey/ 450 4.2.0 come back later
"""


def missing() -> str | None:
    """Return why Postfix can't be started here, naming the package; None when it can."""
    if not Path(PROGRAM).exists():
        return "needs the package postfix"
    return None if os.geteuid() == 0 else "the package postfix starts as root only"


@dataclass(slots=True, kw_only=True)
class Postfix:
    """A submission server on ports of 127.0.0.1, one for each kind of TLS.

    `plain` takes logins without TLS, so that a proxy can read along, and offers no SMTPUTF8.
    Logins and mailboxes are those of `dovecot`; no mail is larger than `size_limit` bytes.
    """

    folder: Path
    dovecot: Dovecot
    starttls: int
    implicit: int
    plain: int
    host: str = "127.0.0.1"
    size_limit: int = SIZE_LIMIT

    @property
    def certificates(self) -> Certificates:
        """The certificates, with the authority to trust."""
        return self.dovecot.certificates

    def start(self) -> None:
        """Start it, on the same ports and queue as before."""
        self._run("start")
        for port in (self.starttls, self.implicit, self.plain):
            wait_for(port)

    def stop(self) -> None:
        """End it in an orderly way, if it runs."""
        if self._master() is not None:
            self._run("stop")

    def kill(self) -> None:
        """End it and all its children by SIGKILL."""
        master = self._master()
        if master is not None:
            kill_tree(master)
            (self.folder / "spool/pid/master.pid").unlink()

    def flush(self) -> None:
        """Try again at once what could not be delivered."""
        self._run("flush")

    def log(self) -> str:
        """Return what it wrote down, for a test that failed."""
        return (self.folder / "maillog").read_text()

    def _master(self) -> int | None:
        try:
            return int((self.folder / "spool/pid/master.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def _run(self, verb: str) -> None:
        command = [PROGRAM, "-c", str(self.folder / "etc"), verb]
        with readable_by_others():
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@contextlib.contextmanager
def running_postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """Run a Postfix in a folder of its own, which is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="postfix-", ignore_cleanup_errors=True) as name:
        with readable_by_others():
            server = _prepared(Path(name), dovecot)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _prepared(folder: Path, dovecot: Dovecot) -> Postfix:
    folder.chmod(0o755)
    for sub in ("etc", "spool", "data"):
        (folder / sub).mkdir()
    owner = pwd.getpwnam("postfix")
    shutil.chown(folder / "data", owner.pw_uid, owner.pw_gid)
    starttls, implicit, plain = free_ports(3)
    main = _MAIN.format(
        folder=folder,
        domain=dovecot.domain,
        lmtp=dovecot.lmtp,
        sasl=dovecot.sasl,
        certificate=dovecot.certificates.certificate,
        key=dovecot.certificates.key,
        size=SIZE_LIMIT,
    )
    (folder / "etc/main.cf").write_text(main)
    (folder / "recipients").write_text(_RECIPIENTS)
    (folder / "etc/master.cf").write_text(
        _MASTER.format(starttls=starttls, implicit=implicit, plain=plain)
    )
    return Postfix(
        folder=folder, dovecot=dovecot, starttls=starttls, implicit=implicit, plain=plain
    )
