"""Proves that the business folder is read whole, and that each mistake names file and line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.core.labels import Level
from aios_defs.settings.business import load_business
from tests.unit.settings.folder import FILES, write


def told(folder: Path) -> str:
    """Return what the operator is told about a broken folder."""
    with pytest.raises(ConfigurationInvalid) as caught:
        load_business(folder)
    return caught.value.message


def test_a_whole_folder_becomes_typed_values(tmp_path: Path) -> None:
    """Each file ends in its part of the business."""
    business = load_business(write(tmp_path))

    assert business.operator.currency == "EUR"
    assert business.workflows[0].categories[0].template == "price"
    assert business.topics[0].aliases == ("lantern",)
    assert [one.address for one in business.contacts] == ["a@example.test", "b@example.test"]
    assert business.contacts[1].stage == "customer"
    assert business.templates["price"].startswith("{{ fact:price }}")
    assert business.policy_text == FILES["policies.yaml"]
    assert business.connectors["mail"]["address"] == "a@example.test"


def test_money_is_read_in_minor_units_and_all_else_as_text(tmp_path: Path) -> None:
    """An amount with a currency is money; a sentence is a sentence."""
    price, care = load_business(write(tmp_path)).facts

    assert price.value == {"amount_minor": 1250, "currency": "EUR"}
    assert care.value == {"text": "wipe it"}


def test_only_the_operator_file_has_to_be_there(tmp_path: Path) -> None:
    """A folder with nothing but operator.yaml is a business with nothing in it."""
    (tmp_path / "operator.yaml").write_text(FILES["operator.yaml"], encoding="utf-8")

    business = load_business(tmp_path)

    assert business.workflows == ()
    assert business.contacts == ()
    assert business.policy_text == ""


def test_a_missing_operator_file_is_told(tmp_path: Path) -> None:
    """An empty folder is no business."""
    assert "operator.yaml: is missing or empty" in told(tmp_path)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """One error lists what is wrong everywhere, each with its line."""
    folder = write(
        tmp_path,
        operator_yaml="name: A\nbusines: C\nsignature: A\n",
        facts_yaml="- topic: lamp\n  facts:\n    price: 12,5O EUR\n    Care: x\n",
        contacts_csv="name,address,stage\nA,not an address,customer\n",
    )

    message = told(folder)

    assert "operator.yaml:2: unknown key `busines`; did you mean `business`?" in message
    assert "facts.yaml:4:" in message
    assert "contacts.csv:2: the address is no mail address" in message


def test_the_error_names_the_first_place_in_fields(tmp_path: Path) -> None:
    """A program finds file and line without reading the sentence."""
    folder = write(tmp_path, operator_yaml="name: A\nbusiness: C\nsignature: A\nlanguag: de\n")

    with pytest.raises(ConfigurationInvalid) as caught:
        load_business(folder)

    assert caught.value.fields == {"file": "operator.yaml", "line": 4, "mistakes": 1}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"operator_yaml": "name: [\n"}, "operator.yaml:2:"),
        ({"operator_yaml": "name: A\nname: B\n"}, "operator.yaml:2: `name` stands here twice"),
        (
            {"operator_yaml": FILES["operator.yaml"] + "time_zone: Mars/North\n"},
            "operator.yaml:6: `Mars/North` is no IANA time zone",
        ),
        (
            {"operator_yaml": FILES["operator.yaml"] + "hourly_limits: {senders: {shop: 90}}\n"},
            "operator.yaml:6: `hourly_limits.senders.shop`: must be an address, or a domain as",
        ),
        (
            {"operator_yaml": FILES["operator.yaml"] + "hourly_limits: {senders: {a@b.c: 0}}\n"},
            "operator.yaml:6: `hourly_limits.senders.a@b.c`: input should be greater than",
        ),
        (
            {"catalog_yaml": FILES["catalog.yaml"].replace("connector: mail", "connector: mial")},
            "catalog.yaml:5: no connector `mial` in connectors.yaml; did you mean `mail`?",
        ),
        (
            {"catalog_yaml": FILES["catalog.yaml"].replace("template: price", "template: prise")},
            "catalog.yaml:9: no file templates/prise.txt; did you mean `price`?",
        ),
        (
            {"catalog_yaml": FILES["catalog.yaml"].replace("examples", "exampels")},
            "catalog.yaml:10: unknown key `exampels`; did you mean `examples`?",
        ),
        (
            {"templates__price_txt": "one\n{{ customer.nam }}\n"},
            "templates/price.txt:2: unknown placeholder `customer.nam`",
        ),
        (
            {"templates__price_txt": "{{ fact:price:lampe }}\n"},
            "templates/price.txt:1: no topic `lampe` in facts.yaml; did you mean `lamp`?",
        ),
        ({"connectors_yaml": "mail:\n  address: x\n"}, "connectors.yaml:1: `mail` needs a `kind`"),
        ({"facts_yaml": "topic: lamp\n"}, "facts.yaml:1: must be a list of topics"),
        (
            {"facts_yaml": "- topic: lamp\n- topic: Lamp\n"},
            "facts.yaml:2: the name `Lamp` stands for a topic already",
        ),
        (
            {"facts_yaml": "- topic: lamp\n  facts:\n    price: 1.999 EUR\n"},
            "facts.yaml:3: `1.999 EUR` is no amount",
        ),
        (
            {"facts_yaml": "- topic: lamp\n  facts:\n    trade_price: 45 XXQ\n"},
            "facts.yaml:3: `45 XXQ` is no amount in a currency of ISO 4217",
        ),
        (
            {"contacts_csv": "name,adress\nA,a@b\n"},
            "unknown column `adress`; did you mean `address`?",
        ),
    ],
)
def test_a_mistake_names_its_line_and_what_was_meant(
    tmp_path: Path, changed: dict[str, str], expected: str
) -> None:
    """Each kind of mistake is told where it stands, with the nearest known word."""
    assert expected in told(write(tmp_path, **changed))


def test_a_contact_is_never_quoted(tmp_path: Path) -> None:
    """What is wrong in contacts.csv is told by line only: it is personal data."""
    folder = write(tmp_path, contacts_csv="name,address,stage\nZ,secret person,dear friend\n")

    assert "secret" not in told(folder)


def test_a_spreadsheet_may_part_contacts_by_semicolons(tmp_path: Path) -> None:
    """The file that a European spreadsheet writes is read as it is, byte order mark included."""
    folder = write(tmp_path, contacts_csv="\ufeffname;address\nA, the first;a@example.test\n")

    assert load_business(folder).contacts[0].name == "A, the first"


def test_yaml_words_stay_words(tmp_path: Path) -> None:
    """`no` is a language and `10:30` a time, which YAML 1.1 would turn into other things."""
    folder = write(
        tmp_path,
        operator_yaml=FILES["operator.yaml"].replace("language: de", "language: no"),
        facts_yaml="- topic: lamp\n  facts: {open: 10:30, care: no}\n",
        templates__price_txt="",
    )

    business = load_business(folder)

    assert business.operator.language == "no"
    assert [one.value["text"] for one in business.facts] == ["10:30", "no"]


def test_the_validity_of_a_fact_begins_in_the_operators_time_zone(tmp_path: Path) -> None:
    """A bare date is that day's first instant where the operator lives."""
    folder = write(
        tmp_path,
        operator_yaml=FILES["operator.yaml"] + "time_zone: Europe/Berlin\n",
        facts_yaml="- topic: lamp\n  facts:\n    price: {value: 3 EUR, level: local, "
        "from: 2026-07-01}\n",
        templates__price_txt="",
    )

    (fact,) = load_business(folder).facts

    assert fact.level is Level.LOCAL
    assert fact.valid_from == datetime(2026, 6, 30, 22, tzinfo=UTC)


def blamed(folder: Path) -> object:
    """Return the file that the error names, or None when the folder is fine."""
    try:
        load_business(folder)
    except ConfigurationInvalid as error:
        return error.fields["file"]
    return None


@settings(max_examples=40)
@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_as_a_file_is_read_or_told_but_never_breaks(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    """Whatever stands in a file, the answer is a business or a list of mistakes."""
    folder = write(tmp_path_factory.mktemp("any"), facts_yaml=text, templates__price_txt="")

    assert blamed(folder) in {None, "facts.yaml"}


def test_letters_that_are_no_currency_make_no_amount(tmp_path: Path) -> None:
    """Twenty-four pieces of something are text, where no amount is asked for."""
    facts = "- topic: lamp\n  facts:\n    stock: 24 PCS\n"
    business = load_business(write(tmp_path, facts_yaml=facts, templates__price_txt=""))

    assert business.facts[0].value == {"text": "24 PCS"}
