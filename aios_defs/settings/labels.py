"""Owns reading labels.yaml: which messages are kept closer than others, over the shipped rules.

```yaml
- address: "@clinic.example"         # everybody there, and what they wrote and we wrote to them
  level: local
- sign: bank_details                 # a message that names an account
  level: local
```
A level that is none, a sign or a connector that is not known is a mistake: nothing guesses.
"""

from collections.abc import Collection
from pathlib import Path

from aios_defs.core.label_rules import KNOWN_SIGNS, LabelRule
from aios_defs.settings.documents import Document, Mistake, read_document, validated
from aios_defs.settings.nearest import suggestion


def read_label_rules(
    path: Path, connectors: Collection[str], mistakes: list[Mistake]
) -> tuple[LabelRule, ...]:
    """Return the operator's rules in order; adds what is wrong to `mistakes`."""
    document = read_document(path)
    if document.value is not None and not isinstance(document.value, list):
        document.wrong((), "must be a list of rules, each beginning with `- level:`")
    entries = document.value if isinstance(document.value, list) else []
    rules = [validated(LabelRule, one, document, index) for index, one in enumerate(entries)]
    for index, rule in enumerate(rules):
        if rule is not None:
            _check(document, index, rule, connectors)
    mistakes += document.mistakes
    return tuple(one for one in rules if one is not None)


def _check(document: Document, index: int, rule: LabelRule, connectors: Collection[str]) -> None:
    if rule.connector is not None and rule.connector not in connectors:
        text = f"no connector `{rule.connector}` in connectors.yaml"
        document.wrong((index, "connector"), text + suggestion(rule.connector, connectors))
    if rule.sign is not None and rule.sign not in KNOWN_SIGNS:
        text = f"no sign `{rule.sign}`{suggestion(rule.sign, KNOWN_SIGNS)}"
        document.wrong((index, "sign"), text)
