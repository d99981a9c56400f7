"""Proves that the benchmarks of memory run on what is small and odd, and say what they measured."""

import json
from pathlib import Path

import pytest

from benchmarks import memory_scale, recall

ROWS = ["aios", "BM25 alone", "vectors alone", "LanceDB hybrid"]
FIGURES = {
    *("system", "recall@1", "recall@5", "recall@10", "recall@20", "session_recall@5", "mrr"),
    "p50_ms",
}


def test_every_system_is_asked_odd_questions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Marks of a query language, other scripts and no words at all end in a row for each system."""
    said = ("", "ฉันไปกินอาหารไทย", "我昨天去了北京", "A boat \x00 \ud800", "ذهبت إلى السوق")
    asked = ("?!", '"boat" NEAR OR -x*', "อาหาร", "北京 在哪里", "a boat in the year 0000")
    sample = {
        "conversation": {
            "session_2": [{"speaker": "Zoë", "text": one} for one in said],
            "session_2_date_time": "some day",
        },
        "qa": [
            *({"question": one, "evidence": ["D2:4"], "category": 5} for one in asked),
            {"question": "Where?", "evidence": ["D7:1"], "answer": 2022},
        ],
    }
    file = tmp_path / "talk.json"
    file.write_text(json.dumps([{"conversation": {}}, sample]), encoding="utf-8")

    assert recall.main(["--data", str(file), "--json"]) == 0

    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [one["system"] for one in rows] == ROWS
    assert all(set(one) >= FIGURES for one in rows)
    assert {(one["questions"], one["left_out"]) for one in rows} == {(len(asked), 1)}


def test_a_single_item_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """Levels that hold nothing are no hindrance; what was found is told beside the times."""
    assert memory_scale.main(["--items", "1", "--tokens", "0", "--queries", "1", "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert {one["hits"] for one in found["cold_recall"].values()} == {1.0}
    assert set(found["plain_lancedb"]) == {"hybrid", "hybrid_subject"}
