"""Proves that the eyes of the house rules see: each finds what it is meant to find in bad code."""

import ast

import pytest

from tests.house.test_contracts import words
from tests.house.test_docs import LINK
from tests.house.test_locks import PLACE
from tests.house.test_sample import from_mail, is_distinctive, leaves
from tests.house.tree import Function, Source, body_lines, held, methods, positional
from tests.test_house_rules import is_broad, is_dagster_body, uses_dagster


def source(text: str) -> Source:
    return Source(path="aios_defs/example.py", text=text, tree=ast.parse(text))


def function(text: str) -> Function:
    return next(source(text).functions())


def handler(caught: str, body: str) -> ast.ExceptHandler:
    tree = ast.parse(f"try:\n    pass\nexcept{caught}:\n    {body}\n")
    return next(one for one in ast.walk(tree) if isinstance(one, ast.ExceptHandler))


def test_a_new_offender_is_refused() -> None:
    """Who offends without being listed is named in the failure."""
    with pytest.raises(AssertionError, match="newcomer"):
        held("rule", ["newcomer", "known"], ["known"])


def test_a_mended_exception_leaves_the_list() -> None:
    """A listed exception that offends no more fails the rule until it is taken off."""
    with pytest.raises(AssertionError, match="mended"):
        held("rule", [], ["mended"])


def test_a_docstring_does_not_count_as_body() -> None:
    """The length of a body is that of its statements."""
    assert (
        body_lines(function('def f():\n    """One.\n\n    Two.\n    """\n    a = 1\n    b = 2'))
        == 2
    )


def test_keyword_only_parameters_do_not_count() -> None:
    """Only what can be passed by position counts, and self is not passed."""
    one = source("class A:\n    def f(self, a, b, /, c, *, d, e): ...")

    counted = [positional(f, is_method=f.lineno in methods(one)) for f in one.functions()]

    assert counted == [3]


@pytest.mark.parametrize("caught", ["", " Exception", " (ValueError, BaseException)"])
def test_a_blind_except_is_seen(caught: str) -> None:
    """A handler that catches everything and goes on is broad; one that raises again is not."""
    assert is_broad(handler(caught, "pass"))
    assert not is_broad(handler(caught, "raise"))


def test_a_named_except_is_not_broad() -> None:
    """A handler of named errors is what the rule asks for."""
    assert not is_broad(handler(" (ValueError, KeyError)", "pass"))


@pytest.mark.parametrize("decorator", ["@dg.asset", "@dagster.op(name='x')", "@sensor(job=j)"])
def test_a_dagster_body_is_recognised(decorator: str) -> None:
    """Dagster's decorators are seen with and without a call and a module."""
    assert is_dagster_body(function(f"{decorator}\ndef f(): ..."))


def test_dagster_is_seen_inside_a_function() -> None:
    """An import in a function body makes a module one that uses Dagster."""
    assert uses_dagster(source("def f():\n    from dagster import asset"))


@pytest.mark.parametrize(
    "line", ["# via -r /home/x", "--index-url x", "a @ file:///b", "a @ https://host/a.whl"]
)
def test_a_place_in_a_lock_is_seen(line: str) -> None:
    """Hosts, indexes, file addresses and paths of a machine are seen in a lock."""
    assert PLACE.search(line)


def test_a_link_is_read_without_its_anchor() -> None:
    """Only the file of a link has to exist."""
    assert LINK.findall("see [this](guide/a.md#part) and [that](#here)") == ["guide/a.md"]


def test_names_are_taken_from_mail_and_yaml() -> None:
    """The sample is recognised by who writes and by what things are called."""
    mail = b"From: Ada Example <ada@one.test>\nSubject: x\n\nbody"

    assert list(from_mail(mail)) == ["Ada Example", "ada@one.test"]
    assert list(leaves({"topics": [{"name": "Blue Thing", "price": "9"}]})) == ["Blue Thing"]


def test_a_common_word_is_not_distinctive() -> None:
    """Only names of several words and addresses identify a business."""
    assert [is_distinctive(one) for one in ("support", "Ada Example", "ada@one.test")] == [
        False,
        True,
        True,
    ]


def test_a_port_is_named_in_module_words() -> None:
    """The name of a class is turned into that of its suite."""
    assert words("LanguageModel") == "language_model"
