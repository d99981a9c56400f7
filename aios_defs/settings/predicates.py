"""Owns reading predicates.yaml: what the operator says of predicates, over the shipped entries.

```yaml
- name: price
  review_days: 90                    # ask me again three months after it was said
- name: opening_hours
  cardinality: text
```
What an entry leaves out stays as it is shipped for that name (core.predicates).
"""

from pathlib import Path

from aios_defs.core.model import JsonValue
from aios_defs.core.predicates import Predicate, find_predicate
from aios_defs.settings.documents import Document, Mistake, read_document, validated


def read_predicates(path: Path, mistakes: list[Mistake]) -> dict[str, Predicate]:
    """Return the operator's entries by name; adds what is wrong to `mistakes`."""
    document = read_document(path)
    found: dict[str, Predicate] = {}
    if document.value is not None and not isinstance(document.value, list):
        document.wrong((), "must be a list of predicates, each beginning with `- name:`")
    for index, value in enumerate(document.value if isinstance(document.value, list) else ()):
        entry = _entry(document, index, value)
        if entry is not None and entry.name in found:
            document.wrong((index,), f"`{entry.name}` stands here twice")
        elif entry is not None:
            found[entry.name] = entry
    mistakes += document.mistakes
    return found


def _entry(document: Document, index: int, value: JsonValue) -> Predicate | None:
    given = value if isinstance(value, dict) else {}
    name = given.get("name")
    shipped = find_predicate({}, name).model_dump() if isinstance(name, str) else {}
    return validated(Predicate, {**shipped, **given} if given else value, document, index)
