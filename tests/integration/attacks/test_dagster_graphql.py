"""Proves that what Dagster's own app can be asked behind our filter is what its pages need."""

import json
from urllib.parse import urlencode

import pytest
from dagster import job
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.gateway.graphql_rules import MIRROR_JOB, REFUSED
from assets.reports.mirror import commit_mirror
from resources.dagster_instance import open_instance
from tests.integration.attacks.dagster_kit import ASKED, HARMLESS, PAGES, WIPE, DagsterStage
from tests.integration.attacks.kit import PAGE

AGAIN = """mutation Go($p: ReexecutionParams) {
  launchRunReexecution(reexecutionParams: $p) { __typename } }"""
INIT = {"type": "connection_init"}
LAUNCH = """mutation Go($p: ExecutionParams!) {
  launchRun(executionParams: $p) { __typename } }"""


@job
def another() -> None:
    """Be a job that anybody may run again."""


def _start(query: str, **more: JsonValue) -> JsonObject:
    return {"type": "start", "id": "1", "payload": {"query": query, "variables": {}, **more}}


def test_a_question_and_a_change_of_the_list_pass(pages: DagsterStage) -> None:
    """Dagster's own answer comes back, for both."""
    asked, changed = pages.ask("{ version }"), pages.ask(HARMLESS)

    assert asked.json()["data"]["version"] is not None
    assert changed.json()["data"]["terminateRun"]["__typename"] == "RunNotFoundError"


def test_every_change_off_the_list_is_refused_with_a_reason(pages: DagsterStage) -> None:
    """Deleting, wiping, forging and reconfiguring: by name, each with a way out."""
    for name in REFUSED:
        answer = pages.ask(f"mutation {{ {name} }}")
        assert answer.status_code == 403, name
        assert name in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "query",
    [
        WIPE,
        'mutation { ok: deletePipelineRun(runId: "x") { __typename } }',
        'mutation { terminateRun: deletePipelineRun(runId: "x") { __typename } }',
        "mutation { ...F } fragment F on Mutation { wipeAssets(a: []) { __typename } }",
        "mutation { ... on Mutation { ... { logTelemetry } } }",
        "mutation { ...A } fragment A on Mutation { ...B } fragment B on Mutation { setNuxSeen }",
        f'{HARMLESS} {WIPE.replace("Go", "Other")}',
        f"query Read {{ version }} {WIPE}",
        "mutation { terminateRun @skip(if: true) { __typename } setNuxSeen }",
        "mutation { __typename ...A } fragment A on Mutation { ...A setNuxSeen }",
        "\ufeffmutation { setNuxSeen }",
        "mutation,,,{,setNuxSeen,}",
        "#{ version }\nmutation { setNuxSeen }",
        "mutation { unheardOf }",
    ],
)  # fmt: skip
def test_no_way_of_writing_hides_a_change(pages: DagsterStage, query: str) -> None:
    """Aliases, fragments, several operations, comments, marks: the document counts as a whole."""
    for operation in (None, "Read", "Go", "Other"):
        assert pages.ask(query, operationName=operation).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "", "mutation", "{", "mutation { ...Missing }", "type Query { a: Int }",
        "mutation { ...A } fragment A on M { setNuxSeen } fragment A on M { terminateRun }",
        "{" * 5000, "{ a " * 3000 + "}" * 3000, "query {" + " a" * 50_000 + "}",
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_not_passed_on(pages: DagsterStage, query: str) -> None:
    """What we read differently from Dagster, or not at all, never reaches it."""
    assert pages.ask(query).status_code in (400, 403)


def test_a_batch_is_refused(pages: DagsterStage) -> None:
    """A list of requests is no request."""
    body = [{"query": "{ version }"}, {"query": WIPE}]

    assert pages.client.post("/graphql", json=body, headers=ASKED).status_code == 400


@pytest.mark.parametrize("query", [HARMLESS, WIPE])
def test_a_change_by_get_is_refused(pages: DagsterStage, query: str) -> None:
    """As shipped, a GET launches a run: here an address asks nothing."""
    for headers in (PAGE, ASKED, {"accept": "application/json"}):
        answer = pages.client.get("/graphql", params={"query": query}, headers=headers)
        assert answer.status_code == 405


def test_a_change_by_the_address_of_a_post_is_refused(pages: DagsterStage) -> None:
    """Dagster reads the address of a POST that is no JSON: none gets through, and JSON loses it."""
    path = f"/graphql?{urlencode({'query': WIPE})}"

    plain = pages.client.post(path, headers=ASKED)
    both = pages.client.post(path, json={"query": "{ version }"}, headers=ASKED)

    assert plain.status_code == 415
    assert list(both.json()["data"]) == ["version"]


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x",
        "application/graphql", "text/plain;application/json", "", "application/json-not",
    ],
)  # fmt: skip
def test_a_change_by_a_form_is_refused(pages: DagsterStage, kind: str) -> None:
    """Only JSON is taken, which no form of another page can send."""
    body = json.dumps({"query": HARMLESS})

    answer = pages.client.post("/graphql", content=body, headers={**ASKED, "content-type": kind})

    assert answer.status_code == 415


def test_one_name_twice_means_what_was_judged(pages: DagsterStage) -> None:
    """Of a repeated key the last counts, for us and, since it is written anew, for Dagster."""
    body = f'{{"query": {json.dumps(WIPE)}, "query": "{{ version }}"}}'
    turned = f'{{"query": "{{ version }}", "query": {json.dumps(WIPE)}}}'
    headers = {**ASKED, "content-type": "application/json"}

    assert pages.client.post("/graphql", content=turned, headers=headers).status_code == 403
    answer = pages.client.post("/graphql", content=body, headers=headers)
    assert list(answer.json()["data"]) == ["version"]


@pytest.mark.parametrize(
    "path", ["/graphql/", "//graphql", "/%67raphql", "/graphql%2f", "/Graphql"]
)
def test_no_other_spelling_of_the_address_asks(pages: DagsterStage, path: str) -> None:
    """The door to GraphQL has one name."""
    answer = pages.client.post(PAGES + path, json={"query": WIPE}, headers=ASKED)

    assert answer.status_code in (400, 403, 405)


@pytest.mark.parametrize(
    "path",
    [
        "/report_asset_materialization/mail/x", "/report_asset_check/x", "/Report_Asset_Check/x",
        "/report_asset_observation/x", "/%72eport_asset_check/x", "/report%5fasset_check/x",
    ],
)  # fmt: skip
def test_no_evidence_is_forged(pages: DagsterStage, path: str) -> None:
    """Dagster takes reports of anybody: behind the filter of nobody, by no method."""
    for method in ("POST", "GET", "HEAD"):
        answer = pages.client.request(method, PAGES + path, headers=ASKED)
        assert answer.status_code in (403, 405)


@pytest.mark.parametrize("path", ["/download_debug/x", "/notebook?path=x.ipynb", "/logs/a/b.out"])
def test_what_shows_more_than_pages_is_closed(pages: DagsterStage, path: str) -> None:
    """Debug files, notebooks and captured logs are not for a browser."""
    assert pages.client.get(path, headers=PAGE).status_code == 403


@pytest.mark.parametrize(
    "tags",
    [
        [{"key": "aios/worker", "value": "x"}],
        [{"key": "dagster/run_id", "value": "x"}],
        [{"key": ".dagster/repository", "value": "x"}],
    ],
)
def test_a_launch_carries_no_tag_that_only_we_write(pages: DagsterStage, tags: JsonValue) -> None:
    """A run of the operator's can't pass for one of the lane's."""
    params = {"mode": "default", "executionMetadata": {"tags": tags}}

    assert pages.ask(LAUNCH, variables={"p": params}).status_code == 403


def test_the_mirror_is_not_launched_by_hand(pages: DagsterStage) -> None:
    """Its runs are evidence, so nobody makes one."""
    params = {"mode": "default", "selector": {"jobName": MIRROR_JOB}}
    literal = LAUNCH.replace("($p: ExecutionParams!)", "").replace(
        "$p", f'{{mode: "d", selector: {{jobName: "{MIRROR_JOB}"}}}}'
    )

    assert pages.ask(LAUNCH, variables={"p": params}).status_code == 403
    assert pages.ask(literal).status_code == 403


def test_a_run_of_the_mirror_is_not_run_again(pages: DagsterStage) -> None:
    """Run again by its id it would have the tags of evidence; another run may be run again."""
    home = pages.stage.desk.home
    with open_instance(home.path) as instance:
        told = instance.create_run_for_job(commit_mirror).run_id
        other = instance.create_run_for_job(another).run_id
    literal = AGAIN.replace("($p: ReexecutionParams)", "").replace(
        "$p", f'{{parentRunId: "{told}", strategy: ALL_STEPS}}'
    )

    def again(run_id: str) -> int:
        params = {"parentRunId": run_id, "strategy": "ALL_STEPS"}
        return pages.ask(AGAIN, variables={"p": params}).status_code

    assert (again(told), pages.ask(literal).status_code) == (403, 403)
    assert again(other) != 403


def test_a_websocket_listens(pages: DagsterStage) -> None:
    """A subscription over a websocket gets Dagster's own answer."""
    query = 'subscription { pipelineRunLogs(runId: "none") { __typename } }'
    with pages.listen() as socket:
        socket.send_json(INIT)
        socket.receive_json()
        socket.send_json(_start(query))
        answer = socket.receive_json()

    told = answer["payload"]["data"]["pipelineRunLogs"]["__typename"]
    assert told == "PipelineRunLogsSubscriptionFailure"


@pytest.mark.parametrize("query", [HARMLESS, WIPE, f"query Read {{ version }} {HARMLESS}"])
def test_no_change_passes_a_websocket(pages: DagsterStage, query: str) -> None:
    """With a session too: a websocket reads and listens."""
    with pages.listen() as socket:
        socket.send_json(INIT)
        socket.receive_json()
        for message in (_start(query), _start(query, operationName="Go")):
            socket.send_json(message)
            assert socket.receive_json()["type"] == "error"
        socket.send_json({**_start(query), "type": "subscribe"})
        assert socket.receive_json()["type"] == "error"


def test_a_websocket_of_another_address_is_closed(pages: DagsterStage) -> None:
    """There is one websocket."""
    for path in ("/", "/graphql/", "/runs", "/%67raphql"):
        with pytest.raises(WebSocketDisconnect), pages.listen(path=path):
            pass


def test_no_cookie_and_no_credential_reaches_dagster(pages: DagsterStage) -> None:
    """What a page of Dagster's could show or log holds no secret of ours."""
    seen = list[Scope]()

    async def spy(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        await pages.web(scope, receive, send)

    spied = DagsterStage(pages.stage, spy)
    spied.client.get("/runs", headers={**PAGE, "authorization": "Bearer x"})

    names = {name for name, _ in seen[-1]["headers"]}
    assert not names & {b"cookie", b"authorization"}
