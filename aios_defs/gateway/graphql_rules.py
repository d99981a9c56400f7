"""Owns what Dagster's pages may ask of its GraphQL: any question, and a short list of changes.

A document is judged as a whole: every operation in it, whichever one is selected, and every root
field of a mutation, through aliases and fragments. So what is executed can't differ from what was
judged. Refused is whatever deletes or forges evidence, or reaches around the supervisor; a launch
may carry no tag that only AIOS or Dagster itself writes.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    StringValueNode,
    Visitor,
    parse,
    visit,
)

from aios_defs.core.model import JsonObject

MOST_TOKENS = 20_000
"""How many tokens a document may have; the longest of Dagster's own pages has some 4,000."""

AGAIN = frozenset({"launchPipelineReexecution", "launchRunReexecution"})
"""The mutations that run a former run again, with its tags: they name it by its id only."""
MOST_NAMED = 50
_LONGEST_ID = 64

LAUNCHES = AGAIN | frozenset(
    {
        "launchMultipleRuns",
        "launchPartitionBackfill",
        "launchPipelineExecution",
        "launchRun",
        "reexecutePartitionBackfill",
    }
)
"""The mutations that start runs: their tags are looked at."""

ALLOWED = LAUNCHES | {
    "cancelPartitionBackfill",
    "freeConcurrencySlots",
    "freeConcurrencySlotsForRun",
    "reloadRepositoryLocation",
    "reloadWorkspace",
    "resetSchedule",
    "resetSensor",
    "resumePartitionBackfill",
    "scheduleDryRun",
    "sensorDryRun",
    "setAutoMaterializePaused",
    "startSchedule",
    "startSensor",
    "stopRunningSchedule",
    "stopSensor",
    "terminatePipelineExecution",
    "terminateRun",
    "terminateRuns",
}
"""Every mutation that passes: launch, terminate, backfill, toggles."""

_EVIDENCE = (
    "it would delete or forge what the ledger is compared with. To have Dagster's pages made anew, "
    "stop AIOS and delete the folder dagster/storage of the home."
)
_CONFIGURED = "it is set in dagster.yaml. Change that file and start AIOS again."
_SUPERVISED = "AIOS starts and ends its own processes. Stop it with Ctrl-C, start it with: aios up."
_UNUSED = "AIOS makes no use of it. Leave it as it is."

REFUSED = {
    "addDynamicPartition": _UNUSED,
    "deleteAppManagedComponent": _CONFIGURED,
    "deleteConcurrencyLimit": _CONFIGURED,
    "deleteDynamicPartitions": _EVIDENCE,
    "deletePipelineRun": _EVIDENCE,
    "deleteRun": _EVIDENCE,
    "logTelemetry": "nothing is told to anyone. Leave telemetry off.",
    "refreshComponentState": _UNUSED,
    "reportAssetCheckEvaluations": _EVIDENCE,
    "reportRunlessAssetEvents": _EVIDENCE,
    "setAppManagedComponent": _CONFIGURED,
    "setConcurrencyLimit": _CONFIGURED,
    "setNuxSeen": _UNUSED,
    "setSensorCursor": _UNUSED,
    "shutdownRepositoryLocation": _SUPERVISED,
    "wipeAssets": _EVIDENCE,
}
"""The other mutations of the installed schema, each with the reason and a way out."""

_UNKNOWN = "it is not among what Dagster's pages may change. Use the console or the command line."

OPEN_TAGS = frozenset(
    {
        "aios/because",
        "aios/workflow",
        "dagster/asset_partition_range_end",
        "dagster/asset_partition_range_start",
        "dagster/from_ui",
        "dagster/is_asset_resume_retry",
        "dagster/is_resume_retry",
        "dagster/max_retries",
        "dagster/max_runtime",
        "dagster/op_selection",
        "dagster/parent_run_id",
        "dagster/partition",
        "dagster/partition_set",
        "dagster/preset_name",
        "dagster/priority",
        "dagster/retry_on_asset_or_op_failure",
        "dagster/retry_strategy",
        "dagster/root_run_id",
        "dagster/solid_selection",
        "dagster/step_selection",
    }
)
"""What a launch may carry of the reserved names: what Dagster's own dialogs send."""

_RESERVED = re.compile(r"(?:aios|\.?dagster(?:-\w+)?)/")
MIRROR_JOB = "commit_mirror"
"""The job whose configuration is evidence: only the mirror itself makes its runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One GraphQL request, as it is judged and as it is passed on."""

    query: str
    variables: JsonObject
    operation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a document holds: kinds of operations, root fields of mutations, literal strings.

    `mistake` says why it can't be read; the rest is empty then.
    """

    kinds: frozenset[str] = frozenset()
    changes: tuple[str, ...] = ()
    strings: frozenset[str] = frozenset()
    mistake: str = ""


def refusal(request: Request, *, may_change: bool) -> str | None:
    """Return why a request is refused, as a sentence with a way out, or None when it passes.

    `may_change` is False over a websocket, where even an allowed mutation is refused.
    """
    reading = read_document(request.query)
    if reading.mistake:
        return reading.mistake
    if "mutation" not in reading.kinds:
        return None
    if not may_change:
        return "A websocket only reads and listens. Send a change as POST of application/json."
    for name in reading.changes:
        if name not in ALLOWED:
            return f"AIOS refuses {_named(name)}: {REFUSED.get(name, _UNKNOWN)}"
    if LAUNCHES.isdisjoint(reading.changes):
        return None
    return _launch_refusal({*reading.strings, *_texts(request.variables)})


def _named(name: str) -> str:
    return name if name in REFUSED else "this mutation"


def runs_again(request: Request, job_of: Callable[[str], str | None]) -> str | None:
    """Return why a request that passed `refusal` is refused after all for a run that it names.

    `job_of` tells the job of a run by its id, None of what is no run.
    """
    reading = read_document(request.query)
    if AGAIN.isdisjoint(reading.changes):
        return None
    texts = {*reading.strings, *_texts(request.variables)}
    named = [one for one in texts if len(one) <= _LONGEST_ID]
    if len(named) > MOST_NAMED:
        return "AIOS looks at the run that is run again, and this request names too much beside it."
    return _mirror_refusal() if any(job_of(one) == MIRROR_JOB for one in named) else None


def _mirror_refusal() -> str:
    return (
        f"AIOS refuses to launch {MIRROR_JOB}: its runs are evidence, made from the ledger. "
        "What is missing is mirrored within a minute; or use: aios run."
    )


def _launch_refusal(texts: set[str]) -> str | None:
    if MIRROR_JOB in texts:
        return _mirror_refusal()
    if any(_RESERVED.match(text) and text not in OPEN_TAGS for text in texts):
        return (
            "AIOS refuses a launch with tags that only AIOS or Dagster may write. "
            "Remove the tags that begin with aios/ or dagster/ and launch again."
        )
    return None


@lru_cache(maxsize=128)
def read_document(text: str) -> Reading:
    """Read a document; the same few texts come again and again from Dagster's pages."""
    try:
        document = parse(text, no_location=True, max_tokens=MOST_TOKENS)
        strings = _Strings()
        visit(document, strings)
        return _reading(document, frozenset(strings.found))
    except (GraphQLError, RecursionError):
        return Reading(mistake="This is no GraphQL document that AIOS can read. Correct it.")
    except _Unreadable as error:
        return Reading(mistake=str(error))


class _Unreadable(Exception):
    """A document that parses but can't be judged."""


class _Strings(Visitor):
    """Collects every literal string, in arguments and in defaults of variables."""

    def __init__(self) -> None:
        super().__init__()
        self.found = set[str]()

    def enter_string_value(self, node: StringValueNode, *_: object) -> None:
        self.found.add(node.value)


def _reading(document: DocumentNode, strings: frozenset[str]) -> Reading:
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    others = [
        one
        for one in document.definitions
        if not isinstance(one, OperationDefinitionNode | FragmentDefinitionNode)
    ]
    if others or not operations:
        raise _Unreadable("A request holds operations and fragments only. Send a query.")
    fragments = _fragments(document)
    changes = {
        name: None
        for one in operations
        if one.operation is OperationType.MUTATION
        for name in _root_fields(one.selection_set, fragments, set())
    }
    return Reading(
        kinds=frozenset(one.operation.value for one in operations),
        changes=tuple(changes),
        strings=strings,
    )


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    found = [one for one in document.definitions if isinstance(one, FragmentDefinitionNode)]
    named = {one.name.value: one for one in found}
    if len(named) < len(found):
        raise _Unreadable("Two fragments have one name. Give each its own.")
    return named


def _root_fields(
    selected: SelectionSetNode,
    fragments: dict[str, FragmentDefinitionNode],
    seen: set[str],
) -> Iterator[str]:
    for node in selected.selections:
        if isinstance(node, FieldNode):
            yield node.name.value
        elif isinstance(node, InlineFragmentNode):
            yield from _root_fields(node.selection_set, fragments, seen)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            if node.name.value not in fragments:
                raise _Unreadable("A fragment is named that is not there. Send it along.")
            yield from _root_fields(fragments[node.name.value].selection_set, fragments, seen)


def _texts(value: object) -> Iterator[str]:
    """Yield every string in a JSON value, without recursion."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
