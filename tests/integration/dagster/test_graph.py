"""Proves what an operator sees in Dagster: the golden asset graph, and that it loads bare."""

import json
import os
import subprocess

import pytest
from dagster import AssetKey, Definitions

from aios_defs.definitions import defs
from tests.house.tree import ROOT

GOLDEN = ROOT / "tests/golden/asset_graph.json"


def graph() -> dict[str, object]:
    """Return the asset graph as data: what each asset is, what it comes from, who checks it."""
    nodes = defs.resolve_asset_graph()
    return {
        "assets": {key.to_user_string(): described(key) for key in nodes.get_all_asset_keys()},
        "checks": sorted(key.to_user_string() for key in nodes.asset_check_keys),
        "jobs": sorted(job.name for job in defs.jobs or ()),
        "sensors": sorted(one.name for one in defs.sensors or ()),
        "schedules": sorted(one.name for one in defs.schedules or ()),
    }


def described(key: AssetKey) -> dict[str, object]:
    spec = next(one for one in defs.resolve_all_asset_specs() if one.key == key)
    return {
        "deps": sorted(dep.asset_key.to_user_string() for dep in spec.deps),
        "group": spec.group_name,
        "owners": list(spec.owners),
        "kinds": sorted(spec.kinds),
        "code_version": spec.code_version,
        "description": spec.description,
    }


def test_the_asset_graph_is_the_golden_one() -> None:
    """A change of keys, deps, groups, owners, kinds or descriptions is made on purpose."""
    assert json.loads(GOLDEN.read_text()) == graph()


def test_the_definitions_can_be_loaded() -> None:
    """Every job, sensor and schedule resolves its resources."""
    Definitions.validate_loadable(defs)


@pytest.mark.slow
def test_plain_dg_check_defs_needs_no_home() -> None:
    """`dg check defs` passes on a checkout with no home and an empty environment."""
    environment = {
        "PATH": f"{ROOT}/.venv/bin:{os.defpath}",
        "VIRTUAL_ENV": f"{ROOT}/.venv",
        "DG_CLI_CONFIG": f"{ROOT}/.ci/dg.toml",
    }

    checked = subprocess.run(
        ["dg", "check", "defs"], env=environment, cwd=ROOT, check=False, capture_output=True
    )

    assert checked.returncode == 0, checked.stdout.decode() + checked.stderr.decode()
