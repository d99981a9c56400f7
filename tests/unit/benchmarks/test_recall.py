"""Proves that the benchmark of recall reads its data as meant and counts what it says."""

import json
from pathlib import Path

import pytest

from benchmarks import memory_scale
from benchmarks.locomo import NotLocomo, read_conversations
from benchmarks.recall import judged, main


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


@pytest.mark.parametrize(
    "evidence", [["D1:2; D2:1"], ["D1:02 D2:01"], ["D:1:2", "D2:1", "D9:9", "D"]]
)
def test_malformed_evidence_is_read_as_meant(tmp_path: Path, evidence: list[str]) -> None:
    """Several ids in one text, zeros and stray colons mean the same; unknown turns are left out."""
    (talk,) = read_conversations(data(tmp_path, evidence))

    assert [one.evidence for one in talk.questions] == [{"D1:2", "D2:1"}]
    assert talk.left_out == 1
    assert talk.turns[2].text == "Hello. [photo: a boat]"
    assert {one.at.isoformat() for one in talk.turns} == {"2023-05-08T13:56:00+00:00"}


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


def test_turns_and_questions_may_lack_what_they_are_read_for(tmp_path: Path) -> None:
    """A photo without words, no speaker, no id and half a letter are turns; None asks nothing."""
    turns = [{"blip_caption": "a boat"}, {"text": None, "dia_id": "D4:2"}, {"text": "\ud800"}]
    asked = [
        {"question": 2022, "evidence": "D4:1"},
        {"question": "Why?", "evidence": ["D4:2"], "category": "odd", "adversarial_answer": "no"},
        {"question": None, "evidence": ["D4:1"], "answer": 7},
        {"question": "Who?", "evidence": None},
    ]
    sample = {"conversation": {"session_4": turns, "session_9": None}, "qa": asked}
    file = tmp_path / "talk.json"
    file.write_text(json.dumps(sample), encoding="utf-8")

    (talk,) = read_conversations(file)

    assert [(one.id, one.text) for one in talk.turns] == [
        ("D4:1", "[photo: a boat]"),
        ("D4:2", ""),
        ("D4:3", "?"),
    ]
    assert [(one.text, one.category) for one in talk.questions] == [("2022", 0), ("Why?", 0)]
    assert talk.left_out == 2


@pytest.mark.parametrize(
    "written",
    [
        *("1:56 pm on 8 May, 2023", "13:56 on May 8, 2023", "2023-05-08T13:56:00Z"),
        *("2023-05-08 13:56", "2023-05-08T13:56:00+02:00"),
    ],
)
def test_a_session_has_the_time_it_names(tmp_path: Path, written: str) -> None:
    """Dates are read in the forms people write them in; the zone is not looked at."""
    sample = {"session_1": [{"text": "Hello."}], "session_1_date_time": written}
    file = tmp_path / "talk.json"
    file.write_text(json.dumps({"conversation": sample}), encoding="utf-8")

    (talk,) = read_conversations(file)

    assert talk.turns[0].at.isoformat() == "2023-05-08T13:56:00+00:00"


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{oops", b"\xff\xfe", b"[" * 100_000, b"[]", b"{}", b"3", b"[null]"),
        *(b'[{"conversation": []}]', b'[{"conversation": {"session_1": "x"}}]'),
        *(b'[{"conversation": {"session_1": ["x"]}}]', b'[{"conversation": {}, "qa": {}}]'),
        *(b'[{"conversation": {}, "qa": ["x"]}]', b'[{"conversation": {}, "qa": []}]'),
        None,
    ],
)
def test_a_file_of_another_kind_is_refused_in_one_line(
    tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no JSON, of another shape, without questions or not there is named, with a code."""
    file = tmp_path / "talk.json"
    if content is not None:
        file.write_bytes(content)

    code = main(["--data", str(file), "--json"])

    told = capsys.readouterr()
    assert (code, told.out) == (2, "")
    assert told.err.startswith(str(file))
    assert len(told.err.splitlines()) == 1


def test_what_is_wrong_with_a_shape_is_said(tmp_path: Path) -> None:
    """The error names the place in the file that is not as it has to be."""
    file = tmp_path / "talk.json"
    file.write_text('[{"conversation": {"session_3": [1]}}]', encoding="utf-8")

    with pytest.raises(NotLocomo, match="a turn of session_3 is no object"):
        read_conversations(file)


@pytest.mark.parametrize("words", [["--items", "0"], ["--items", "x"], ["--queries", "0"]])
def test_nothing_is_filled_with_no_items(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A size of none, or what is no number, is refused before anything is made."""
    with pytest.raises(SystemExit) as ended:
        memory_scale.main(words)

    assert ended.value.code == 2
    assert "is no whole number of 1 or more" in capsys.readouterr().err
