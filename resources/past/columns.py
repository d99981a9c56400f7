"""Owns which column of a table becomes what: by its heading, in the words of common programs.

Headings are compared folded and without numbers, so that `E-mail 2 - Value` is an address. What
nobody knows becomes a fact of that name; `--map` says otherwise.
"""

import re
from collections.abc import Mapping, Sequence

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.folding import fold_text
from aios_defs.core.predicates import is_name

ROLES = (
    *("name", "first_name", "last_name", "kind", "address", "phone", "handle", "site", "company"),
    *("stage", "status", "language", "subject", "topic", "predicate", "value"),
    *("valid_from", "valid_to", "ignore"),
)
_FACT = "fact:"
_HEADINGS = {
    "name": "name|full name|display name|anzeigename|nombre completo|nom complet|contact|kontakt",
    "first_name": "first name|given name|vorname|nombre|prenom",
    "last_name": "last name|family name|surname|nachname|familienname|apellidos|apellido"
    "|nom de famille",
    "address": "e mail|email|mail|e mail address|email address|e mail value|address|e mail adresse"
    "|correo|correo electronico|courriel|adresse e mail|mail adresse",
    "phone": "phone|phone number|mobile|mobile phone|business phone|home phone|phone value|tel"
    "|telephone|telefon|handy|mobil|telefonnummer|telefono|movil|telephone portable|primary phone"
    "|company main phone",
    "handle": "handle|twitter|mastodon|linkedin|skype|telegram|matrix|im value",
    "site": "site|website|web site|web page|website value|webseite|url|sitio web|domain",
    "company": "company|organization|organisation|organization name|organisation name|firma"
    "|unternehmen|empresa|societe|company name",
    "stage": "stage|phase|etapa",
    "status": "status|estado",
    "language": "language|sprache|idioma|langue",
    "kind": "kind|art|tipo",
    "subject": "subject|about|person|customer|kunde|cliente|client",
    "topic": "topic|thema|tema",
    "predicate": "predicate|attribute|field|eigenschaft|propiedad",
    "value": "value|wert|valor|valeur",
    "valid_from": "valid from|since|gultig ab|desde",
    "valid_to": "valid to|until|gultig bis|hasta",
    "fact:note": "note|notes|notizen|bemerkung|notas",
    "fact:birthday": "birthday|birth date|geburtstag|cumpleanos",
    "fact:job_title": "job title|title|organization title|position|cargo|funktion",
    "ignore": "label|e mail label|phone label|address label|website label|photo|file as|etiquetas",
}
_KNOWN = {fold_text(one): role for role, all_of in _HEADINGS.items() for one in all_of.split("|")}
_NOT_WORDS = re.compile(r"[\W_\d]+")
_LONGEST_NAME = 40


def roles_of(headings: Sequence[str], given: Mapping[str, str]) -> tuple[str, ...]:
    """Return the role of each column.

    Raises:
        UsageInvalid: `given` names a column or a role that there is not.

    """
    unknown = [one for one in given if one not in headings]
    if unknown:
        raise UsageInvalid(
            f"There is no column {unknown[0]!r}.",
            remedy=f"The columns are: {', '.join(headings)}",
        )
    wrong = [one for one in given.values() if one not in ROLES and not _is_fact(one)]
    if wrong:
        raise UsageInvalid(
            f"A column can't become {wrong[0]!r}.",
            remedy=f"Say one of {', '.join(ROLES)}, or fact:NAME.",
        )
    return tuple(given.get(one) or _role(one) for one in headings)


def _is_fact(role: str) -> bool:
    return role.startswith(_FACT) and is_name(role.removeprefix(_FACT))


def _role(heading: str) -> str:
    words = _NOT_WORDS.sub(" ", fold_text(heading)).strip()
    if words in _KNOWN:
        return _KNOWN[words]
    name = words.replace(" ", "_")[:_LONGEST_NAME].strip("_")
    is_name = name.isascii() and name[:1].isalpha()
    return f"{_FACT}{name}" if is_name else "ignore"
