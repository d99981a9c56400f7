"""Owns a real Dovecot for tests: IMAP with and without TLS, LMTP, and the logins of Postfix.

Every user exists, with the same password, or with an XOAUTH2 token of their own. Mail lies in a
Maildir for each user, where a test can read and spoil it.
"""

import contextlib
import os
import pwd
import re
import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers.certificates import Certificates, make_certificates
from tests.servers.ports import PATIENCE_SECONDS, free_ports, kill_tree, wait_for
from tests.servers.tokens import make_token, write_key
from tests.servers.umask import readable_by_others

PROGRAM = "/usr/sbin/dovecot"
NEEDED = (PROGRAM, "/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp")
PASSWORD = "correct-horse"
DOMAIN = "example.test"

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
auth_username_format = %Ln
mail_location = maildir:{folder}/mail/%n
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
lmtp_save_to_detail_mailbox = no
passdb {{
  driver = static
  mechanisms = plain login
  args = password={{PLAIN}}{password}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%n allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener sasl {{
    port = {sasl}
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@{domain}
}}
protocol imap {{
  mail_max_userip_connections = 100
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
"""

_OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = sub
"""


def missing() -> str | None:
    """Return why Dovecot can't be started here, naming the packages; None when it can."""
    if all(Path(one).exists() for one in NEEDED):
        return None
    return "needs the packages dovecot-imapd and dovecot-lmtpd"


@dataclass(slots=True, kw_only=True)
class Dovecot:
    """A server on ports of 127.0.0.1; `imap` also takes STARTTLS, `imaps` begins with TLS.

    `sasl` is where Postfix asks about logins.
    """

    folder: Path
    certificates: Certificates
    imap: int
    imaps: int
    lmtp: int
    sasl: int
    host: str = "127.0.0.1"
    password: str = PASSWORD
    domain: str = DOMAIN
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it, on the same ports and mail as before."""
        command = [PROGRAM, "-F", "-c", str(self.folder / "dovecot.conf")]
        with readable_by_others():
            self.process = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        for port in (self.imap, self.imaps, self.lmtp, self.sasl):
            wait_for(port)

    def stop(self) -> None:
        """End it in an orderly way; connections are closed."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE_SECONDS)
            self.process = None

    def kill(self) -> None:
        """End it and all its children by SIGKILL."""
        if self.process is not None:
            kill_tree(self.process.pid)
            self.process.wait()
            self.process = None

    def token(self, user: str, *, is_over: bool = False) -> str:
        """Return an XOAUTH2 token of a user; `is_over`, one that is not valid any more."""
        return make_token(user, is_over=is_over)

    def deliver(self, user: str, raw: bytes, *, sender: str = "ann@customer.test") -> None:
        """Put a mail into the inbox of a user, by LMTP."""
        with smtplib.LMTP(self.host, self.lmtp) as client:
            client.sendmail(sender, [f"{user}@{self.domain}"], raw)

    def mailbox(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """Return the mails of a folder as they lie on disk, in order of arrival."""
        place = self.place(user, folder)
        files = [one for sub in ("new", "cur") for one in (place / sub).glob("*")]
        return [one.read_bytes() for one in sorted(files, key=lambda one: one.name)]

    def place(self, user: str, folder: str = "INBOX") -> Path:
        """Return the Maildir of a folder."""
        home = self.folder / "mail" / user
        return home if folder == "INBOX" else home / f".{folder}"

    def change_uidvalidity(self, user: str, folder: str = "INBOX") -> None:
        """Renumber a folder: another UIDVALIDITY, and UIDs from 1 on in the order of the names.

        Connections that have the folder open must be closed first, as by `stop`.
        """
        place = self.place(user, folder)
        uids = place / "dovecot-uidlist"
        found = re.search(r" V(\d+) ", uids.read_text())
        for one in (*place.glob("dovecot.index*"), uids):
            one.unlink()
        uids.write_text(f"3 V{int(found[1]) + 1000 if found else 1} N1\n")
        shutil.chown(uids, _mail_user())


@contextlib.contextmanager
def running_dovecot(certificates: Certificates | None = None) -> Iterator[Dovecot]:
    """Run a Dovecot in a folder of its own, which is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="dovecot-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with readable_by_others():
            server = _prepared(folder, certificates or make_certificates(folder / "tls"))
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _prepared(folder: Path, certificates: Certificates) -> Dovecot:
    folder.chmod(0o755)
    for name in ("mail", "home"):
        (folder / name).mkdir()
        shutil.chown(folder / name, _mail_user())
    write_key(folder / "keys")
    (folder / "oauth2.conf").write_text(_OAUTH2.format(folder=folder))
    imap, imaps, lmtp, sasl = free_ports(4)
    server = Dovecot(
        folder=folder, certificates=certificates, imap=imap, imaps=imaps, lmtp=lmtp, sasl=sasl
    )
    is_root = os.geteuid() == 0
    me = pwd.getpwuid(os.geteuid()).pw_name
    group = subprocess.check_output(["id", "-gn", _mail_user()], text=True).strip()
    text = _CONFIGURATION.format(
        folder=folder,
        certificate=certificates.certificate,
        key=certificates.key,
        password=PASSWORD,
        domain=DOMAIN,
        user=_mail_user(),
        group=group,
        internal="dovecot" if is_root else me,
        internal_group="dovecot" if is_root else group,
        login="dovenull" if is_root else me,
        imap=imap,
        imaps=imaps,
        lmtp=lmtp,
        sasl=sasl,
    )
    (folder / "dovecot.conf").write_text(text)
    return server


def _mail_user() -> str:
    """Return who owns the mail: never root, which Dovecot refuses."""
    return "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
