"""Owns a small valid business folder that a test then breaks."""

from pathlib import Path

FILES = {
    "operator.yaml": "name: A B\nbusiness: C\nsignature: A B\ncurrency: EUR\nlanguage: de\n",
    "connectors.yaml": "mail:\n  kind: mail\n  address: a@example.test\n",
    "catalog.yaml": (
        "workflows:\n"
        "  - name: support\n"
        "    intent: answer\n"
        "    agent: support\n"
        "    connector: mail\n"
        "    operations: [mail.send]\n"
        "    categories:\n"
        "      - name: price\n"
        "        template: price\n"
        "        examples: [how much]\n"
    ),
    "facts.yaml": (
        "- topic: lamp\n  aliases: [lantern]\n  facts:\n    price: 12.50 EUR\n    care: wipe it\n"
    ),
    "contacts.csv": "name,address,stage\nA,a@example.test,customer\nB,B@Example.test,\n",
    "policies.yaml": "version: 1\nrules: []\n",
    "templates/price.txt": "{{ fact:price }} {{ fact:care:lamp }}\n",
}


def write(folder: Path, **changed: str) -> Path:
    """Write the files, some replaced; a name is given with `_` for `.`, `__` for `/`."""
    files = FILES | {
        name.replace("__", "/").replace("_", "."): text for name, text in changed.items()
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
