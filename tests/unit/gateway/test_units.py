"""Proves that the units are what systemd and launchd read."""

import configparser
import plistlib
import shutil
import subprocess
from pathlib import Path

import pytest

from aios_defs.gateway.units import UnitOf

COMMAND = ("/opt/my place/aios", "up", "--no-browser", "--port", "4000")
UNIT = UnitOf(command=COMMAND, home=Path("/home/pat/100% mine/.aios"))


def test_the_systemd_unit_has_its_sections() -> None:
    """It parses as an ini file, names the command quoted, and gives a drain its time."""
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # pyright: ignore[reportAttributeAccessIssue] # keys keep their case

    parser.read_string(UNIT.systemd())

    service = dict(parser["Service"])
    assert service["ExecStart"] == '"/opt/my place/aios" "up" "--no-browser" "--port" "4000"'
    assert service["Environment"] == '"AIOS_HOME=/home/pat/100%% mine/.aios"'
    assert service["Restart"] == "on-failure"
    assert int(service["TimeoutStopSec"]) > 25
    assert parser["Install"]["WantedBy"] == "default.target"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_itself_accepts_the_unit(tmp_path: Path) -> None:
    """`systemd-analyze verify` finds nothing, given a command that exists."""
    file = tmp_path / "aios.service"
    file.write_text(UnitOf(command=("/bin/true",), home=tmp_path).systemd())

    found = subprocess.run(
        ["systemd-analyze", "verify", "--user", str(file)],
        capture_output=True,
        check=False,
        env={"XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )

    assert (found.returncode, found.stderr) == (0, b"")


def test_the_launchd_agent_is_a_property_list() -> None:
    """It reads back with the words of the command, and is not restarted when it was ended."""
    found = plistlib.loads(UNIT.launchd().encode())

    assert found["ProgramArguments"] == list(COMMAND)
    assert found["EnvironmentVariables"] == {"AIOS_HOME": "/home/pat/100% mine/.aios"}
    assert found["KeepAlive"] == {"SuccessfulExit": False}
    assert found["Umask"] == 0o077


def test_a_line_break_in_a_path_is_refused() -> None:
    """A path can't add a line to the unit."""
    unit = UnitOf(command=("/bin/true\nExecStartPre=/bin/sh",), home=Path("/x"))

    with pytest.raises(ValueError, match="ExecStartPre"):
        unit.systemd()
