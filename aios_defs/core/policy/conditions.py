"""Owns conditions: CEL expressions over the typed facts, checked by name and evaluated.

CEL (https://github.com/google/cel-spec) compiles names that nothing provides, and an unknown member
fails only when it is met. So the names of an expression are walked here, with their types, against
`PolicyFacts`; the CEL parser itself has already accepted the grammar.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cached_property, lru_cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from aios_defs.core.model import JsonObject
from aios_defs.core.policy.facts import PolicyFacts

if TYPE_CHECKING:
    from cel import Context, Program

Type = object
"""The type of an expression: a facts model, `tuple[T, ...]`, `bool`, another scalar, or UNKNOWN."""
UNKNOWN: Type = object()

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
    |(?P<string>[bBrR]{0,2}(?:\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}
        |"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
    |(?P<number>0[xX][0-9a-fA-F]+[uU]?|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[uU]?|\.\d+)
    |(?P<name>[A-Za-z_]\w*)
    |(?P<sign>&&|\|\||[<>=!]=|.)""",
    re.VERBOSE | re.DOTALL,
)
_BINDING = frozenset(("all", "exists", "exists_one", "filter", "map"))
_METHODS = frozenset(
    (
        *("contains", "startsWith", "endsWith", "matches", "size"),
        *("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear"),
        *("getHours", "getMinutes", "getSeconds", "getMilliseconds"),
    )
)
_FUNCTIONS = frozenset(
    (
        *("size", "has", "int", "uint", "double", "string", "bool", "bytes", "type", "dyn"),
        *("timestamp", "duration", "matches", "contains", "startsWith", "endsWith", "min", "max"),
    )
)
_TRUTH = frozenset(("has", "bool", "matches", "contains", "startsWith", "endsWith"))
_COMPARING = frozenset(("&&", "||", "==", "!=", "<", ">", "<=", ">=", "in"))
_JOINING = _COMPARING | frozenset("+-*/%?:")
_LITERALS: dict[str, Type] = {"true": bool, "false": bool, "null": UNKNOWN}


class _Token(NamedTuple):
    kind: str
    text: str


@lru_cache(maxsize=1024)
def program(expression: str) -> "Program":
    """Return the compiled expression, once per text; raises ValueError if CEL refuses it."""
    import cel

    return cel.compile(expression)


class Bindings:
    """The facts of one question as CEL sees them; converted once, for all expressions."""

    def __init__(self, values: JsonObject, expressions: tuple[str, ...] = ()) -> None:
        """Keep the facts as JSON, by their names, and the expressions that will be asked."""
        self.values = values
        self._expressions = expressions

    @cached_property
    def _context(self) -> "Context":
        """Convert what the expressions name: converting every fact costs more than asking."""
        import cel

        named = _named_members(self._expressions)
        if named is None:
            return cel.Context(self.values)
        bound: dict[str, JsonObject] = {}
        for root, member in named:
            facts = self.values[root]
            if isinstance(facts, dict) and member in facts:
                bound.setdefault(root, {})[member] = facts[member]
        return cel.Context(bound)

    def holds(self, expression: str) -> bool | None:
        """Return whether an expression holds; None when it fails or is no yes or no."""
        try:
            value: object = program(expression).execute(self._context)
        except Exception:  # noqa: BLE001 - whatever fails in an expression must hold the action
            return None
        return value if isinstance(value, bool) else None


@lru_cache(maxsize=256)
def _named_members(expressions: tuple[str, ...]) -> frozenset[tuple[str, str]] | None:
    """Return the (root, member) pairs that expressions name; None when a root stands alone."""
    text = "\n".join(expressions)
    roots = "|".join(PolicyFacts.model_fields)
    named: list[tuple[str, str]] = re.findall(rf"\b({roots})\.(\w+)", text)
    is_whole = len(named) == len(re.findall(rf"\b(?:{roots})\b", text))
    return frozenset(named) if named and is_whole else None


def mistakes_in(expression: str) -> list[str]:
    """Return what is wrong with an expression, each mistake a sentence; empty when nothing is."""
    try:
        program(expression)
    except ValueError as error:
        return [_parse_error(str(error))]
    walk = _Walk(expression)
    kind = walk.expression(_members(PolicyFacts))
    if not walk.mistakes and kind not in {bool, UNKNOWN}:
        walk.mistakes.append("the condition is no yes or no: compare it with something")
    return list(dict.fromkeys(walk.mistakes))


def _parse_error(message: str) -> str:
    found = re.search(r"<input>:(\d+):(\d+): (?:Syntax error: )?([^\n]*)", message)
    if found is None:
        return "the condition does not parse"
    problem = found[3].partition(" expecting {")[0]
    return f"the condition does not parse at character {found[2]}: {problem}"


def _members(kind: Type) -> dict[str, Type]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {name: _bare(field.annotation) for name, field in kind.model_fields.items()}
    return {}


def _bare(kind: Type) -> Type:
    """Drop None from a union: a value that may be unknown has the members of the known one."""
    if get_origin(kind) in {Union, UnionType}:
        return next(one for one in get_args(kind) if one is not NoneType)
    return kind


def _element(kind: Type) -> Type:
    return get_args(kind)[0] if get_origin(kind) is tuple else UNKNOWN


def _tokens(expression: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(expression):
        if found.lastgroup != "space":
            yield _Token(str(found.lastgroup), found[0])
    yield _Token("end", "")


class _Walk:
    """Walks the tokens of a well-formed expression, tracking what each name is."""

    def __init__(self, expression: str) -> None:
        self.mistakes: list[str] = []
        self._tokens = list(_tokens(expression))
        self._at = 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _takes(self, text: str) -> bool:
        is_it = self._next.kind in {"sign", "name"} and self._next.text == text
        self._at += is_it
        return is_it

    def expression(self, scope: dict[str, Type]) -> Type:
        """Walk operands and the signs between them; return the type of the whole."""
        kind = self._operand(scope)
        signs: set[str] = set()
        while self._next.kind in {"sign", "name"} and self._next.text in _JOINING:
            signs.add(self._take().text)
            last = self._operand(scope)
            kind = last if "?" in signs else UNKNOWN
        if "?" in signs or not signs:
            return kind
        return bool if signs & _COMPARING else UNKNOWN

    def _operand(self, scope: dict[str, Type]) -> Type:
        is_negated = False
        while self._next.text in {"!", "-"} and self._next.kind == "sign":
            is_negated |= self._take().text == "!"
        kind = self._primary(scope)
        while self._next.kind == "sign" and self._next.text in {".", "["}:
            kind = self._member(kind, scope) if self._takes(".") else self._index(kind, scope)
        return bool if is_negated else kind

    def _primary(self, scope: dict[str, Type]) -> Type:
        token = self._take()
        if token.kind == "name":
            return self._named(token.text, scope)
        if token.text == "(" and token.kind == "sign":
            kind = self.expression(scope)
            self._takes(")")
            return kind
        if token.text in {"[", "{"} and token.kind == "sign":
            self._arguments("]" if token.text == "[" else "}", scope)
            return UNKNOWN
        return str if token.kind == "string" else int

    def _named(self, name: str, scope: dict[str, Type]) -> Type:
        if self._takes("("):
            self._expect_name(name, _FUNCTIONS, "function")
            self._arguments(")", scope)
            return bool if name in _TRUTH else UNKNOWN
        if name in _LITERALS:
            return _LITERALS[name]
        if name not in scope:
            self._expect_name(name, scope, "name")
        return scope.get(name, UNKNOWN)

    def _member(self, kind: Type, scope: dict[str, Type]) -> Type:
        name = self._take().text
        if self._takes("("):
            return self._call(name, kind, scope)
        return self._field(kind, name)

    def _field(self, kind: Type, name: str) -> Type:
        if kind is UNKNOWN:
            return UNKNOWN
        members = _members(kind)
        if name not in members:
            self.mistakes.append(_unknown_member(kind, name, members))
        return members.get(name, UNKNOWN)

    def _call(self, name: str, kind: Type, scope: dict[str, Type]) -> Type:
        if name not in _BINDING:
            self._expect_name(name, _METHODS | _BINDING, "function")
            self._arguments(")", scope)
            return bool if name in _TRUTH else UNKNOWN
        variable = self._take().text
        self._takes(",")
        self._arguments(")", {**scope, variable: _element(kind)})
        return UNKNOWN if name in {"filter", "map"} else bool

    def _index(self, kind: Type, scope: dict[str, Type]) -> Type:
        self._takes("[")
        token = self._next
        self.expression(scope)
        self._takes("]")
        if token.kind == "string" and _members(kind):
            return self._field(kind, token.text.strip("\"'"))
        return _element(kind)

    def _arguments(self, closing: str, scope: dict[str, Type]) -> None:
        while self._next.kind != "end" and not self._takes(closing):
            self.expression(scope)
            if not (self._takes(",") or self._takes(":")):
                self._takes(closing)
                return

    def _expect_name(self, name: str, known: "frozenset[str] | dict[str, Type]", what: str) -> None:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            self.mistakes.append(f"unknown {what} {name!r}{hint}")


def _unknown_member(kind: Type, name: str, members: dict[str, Type]) -> str:
    owner = next((key for key, one in _members(PolicyFacts).items() if one is kind), "")
    if not members:
        return f"unknown member {name!r}: what stands before it has no members"
    near = get_close_matches(name, members, n=1)
    hint = f"; did you mean {owner}.{near[0]}?" if near else f"; it has {', '.join(members)}"
    return f"unknown member {owner}.{name}{hint}"
