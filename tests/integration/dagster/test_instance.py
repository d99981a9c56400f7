"""Proves what the rendered instance is: ours alone, silent, and the same in every entry."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from dagster import DagsterInstance

from resources.dagster_instance import TEMPLATES, mirrored_heads, open_instance, render_instance
from tests.house.tree import ROOT

ENTRIES = {
    "this process": "from resources.dagster_instance import open_instance as opened;"
    "i = opened(Path(sys.argv[1]))",
    "dagster with DAGSTER_HOME": "from dagster import DagsterInstance; i = DagsterInstance.get()",
    "dagster in the tree, without DAGSTER_HOME": "import logging, os;"
    "del os.environ['DAGSTER_HOME'];"
    "from dagster._cli.utils import get_possibly_temporary_instance_for_cli as get;"
    "opened = get('dagster dev', None, logging.getLogger()); i = opened.__enter__()",
}


@pytest.mark.slow
@pytest.mark.parametrize("entry", ENTRIES)
def test_telemetry_is_off_in_every_entry(shown_home: Path, tmp_path: Path, entry: str) -> None:
    """Whoever opens an instance, with an empty environment, sends nothing to anybody."""
    (tmp_path / "dagster.yaml").write_bytes((ROOT / "dagster.yaml").read_bytes())
    ask = f"import sys; from pathlib import Path; {ENTRIES[entry]}; print(i.telemetry_enabled)"
    environment = {
        "HOME": str(tmp_path),
        "DAGSTER_HOME": str(shown_home / "dagster"),
        "PYTHONPATH": str(ROOT),
    }

    answer = subprocess.run(
        [sys.executable, "-c", ask, str(shown_home)],
        env=environment, cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip

    assert answer.stdout.split()[-1] == "False"


def test_the_template_is_the_one_of_the_tree() -> None:
    """The file that a reader finds at the top is the one that is rendered, and sends nothing."""
    (found,) = [one for one in TEMPLATES if one.exists()]

    assert found == ROOT / "dagster.yaml"
    assert yaml.safe_load(found.read_text())["telemetry"] == {"enabled": False}


def test_a_storage_whose_maker_was_killed_is_made_anew(tmp_path: Path) -> None:
    """A file without tables, as a kill leaves it, is one that Dagster opens and can never read."""
    storage = tmp_path / "dagster/storage"
    storage.mkdir(parents=True)
    (storage / "event_log.db").touch()

    with open_instance(tmp_path) as instance:
        assert instance.all_asset_keys() == []


def test_rendering_is_idempotent_and_private(tmp_path: Path) -> None:
    """Rendering again writes nothing, and only the owner can read what is there."""
    folder = render_instance(tmp_path)
    written = (folder / "dagster.yaml").stat()

    render_instance(tmp_path)

    assert (folder / "dagster.yaml").stat().st_mtime_ns == written.st_mtime_ns
    assert written.st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_changed_rendering_is_made_anew(tmp_path: Path) -> None:
    """What someone wrote into the rendered file does not outlive the next start."""
    target = render_instance(tmp_path) / "dagster.yaml"
    target.write_text("telemetry: {enabled: true}\n")

    render_instance(tmp_path)

    assert "enabled: false" in target.read_text()


def test_what_a_step_prints_is_not_captured(shown_home: Path) -> None:
    """The compute log manager keeps nothing, because a print could hold personal text."""
    with open_instance(shown_home) as instance:
        assert isinstance(instance, DagsterInstance)
        assert type(instance.compute_log_manager).__name__ == "NoOpComputeLogManager"


def test_a_home_without_dagster_has_no_heads(tmp_path: Path) -> None:
    """Nothing is rendered or made only because someone asks for anchors."""
    assert mirrored_heads(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
