"""Proves that the benchmark of recall reads its data as meant and counts what it says."""

import json
from pathlib import Path

import pytest

from benchmarks.locomo import read_conversations
from benchmarks.recall import judged


def data(folder: Path, evidence: list[str]) -> Path:
    said = {"speaker": "Ada", "text": "Hello."}
    sample = {
        "conversation": {
            "session_1": [{**said, "dia_id": "D1:1"}, {**said, "dia_id": "D1:02"}],
            "session_1_date_time": "1:56 pm on 8 May, 2023",
            "session_2": [{**said, "dia_id": "D2:1", "blip_caption": "a boat"}],
            "session_2_date_time": "some day",
        },
        "qa": [
            {"question": "Who?", "evidence": evidence, "category": 4},
            {"question": "Nothing?", "evidence": [], "category": 4},
        ],
    }
    file = folder / "talk.json"
    file.write_text(json.dumps([sample]), encoding="utf-8")
    return file


@pytest.mark.parametrize("evidence", [["D1:2; D2:1"], ["D1:02 D2:01"], ["D:1:2", "D2:1", "D9:9"]])
def test_malformed_evidence_is_read_as_meant(tmp_path: Path, evidence: list[str]) -> None:
    """Several ids in one text, zeros and stray colons mean the same; unknown turns are left out."""
    (talk,) = read_conversations(data(tmp_path, evidence))

    assert [one.evidence for one in talk.questions] == [{"D1:2", "D2:1"}]
    assert talk.turns[2].text == "Hello. [photo: a boat]"
    assert talk.turns[0].at.isoformat() == "2023-05-08T13:56:00+00:00"


def test_recall_is_the_share_of_the_evidence(tmp_path: Path) -> None:
    """One of two turns among the first gives a half; sessions count once each."""
    (talk,) = read_conversations(data(tmp_path, ["D1:2", "D2:1"]))
    sessions = {one.id: one.session for one in talk.turns}
    found = judged(talk.questions[0], ["D1:1", "D1:2", "D2:1"], sessions)

    assert found["shares"] == (0.0, 1.0, 1.0, 1.0)
    assert found["sessions"] == 1.0
    assert found["reciprocal"] == 0.5
    assert judged(talk.questions[0], ["D1:2"], sessions)["shares"] == (0.5, 0.5, 0.5, 0.5)
    assert judged(talk.questions[0], [], sessions)["reciprocal"] == 0.0
