"""Owns Dagster's own pages as an ASGI app over a home's code server, which needs private names.

Dagster serves its pages only from its own command, which has no login; to stand behind ours they
have to be an app in our process. tests/contract/test_dagster_web.py watches every name used here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from starlette.types import ASGIApp

from resources.dagster_instance import open_instance


@contextmanager
def dagster_web(home: Path, workspace: Path) -> Iterator[ASGIApp]:
    """Lend the app for the time of a block; nothing in it asks who comes.

    `workspace` is the file that names the code server. A server that is not there yet is shown as a
    location that did not load, and loaded when it comes.

    Raises:
        StorageFailed: Dagster's storage can't be opened.

    """
    target = WorkspaceFileTarget([str(workspace)])
    with open_instance(home) as instance:
        instance.optimize_for_webserver(
            statement_timeout=5_000, pool_recycle=3_600, max_overflow=20
        )
        with WorkspaceProcessContext(instance, target) as context:
            yield create_app_from_workspace_process_context(context)
