"""Proves that sets of business files land in a home once, whole and readable."""

from pathlib import Path

import pytest

from aios_defs.settings.business import load_business
from resources.business_files import SAMPLE, copy_sample, copy_set, copy_starter
from tests.generated_business import generate_business


def inbox(home: Path) -> list[Path]:
    """Return the delivered files, in name order."""
    return sorted((home / "mail/inbox/new").iterdir())


def test_the_starter_is_a_valid_business(tmp_path: Path) -> None:
    """What `aios init` writes can be opened at once, and every file begins with its explanation."""
    copy_starter(tmp_path)

    business = load_business(tmp_path / "business")
    yaml = sorted((tmp_path / "business").glob("*.yaml"))

    assert business.workflow("support") is not None
    assert len(yaml) == 5
    assert all(path.read_text(encoding="utf-8").startswith("#") for path in yaml)


def test_the_starter_overwrites_nothing(tmp_path: Path) -> None:
    """A file that the operator has edited stays as it is."""
    copy_starter(tmp_path)
    edited = tmp_path / "business/operator.yaml"
    edited.write_text("name: Mine\n", encoding="utf-8")

    copy_starter(tmp_path)

    assert edited.read_text(encoding="utf-8") == "name: Mine\n"


def test_the_sample_delivers_each_mail_with_its_bytes_and_time(tmp_path: Path) -> None:
    """The Maildir holds what the set holds; a file's time is that of its Date field."""
    copy_sample(tmp_path)

    delivered = inbox(tmp_path)
    originals = {path.read_bytes() for path in (SAMPLE / "mail").glob("*.eml")}

    assert len(delivered) >= 60
    assert {path.read_bytes() for path in delivered} == originals
    assert all(path.stat().st_mtime == int(path.name.partition(".")[0]) for path in delivered)
    assert list((tmp_path / "mail/inbox/tmp").iterdir()) == []


def test_a_mail_is_never_delivered_twice(tmp_path: Path) -> None:
    """Copying again adds nothing, even for a mail that was read, moved away or deleted."""
    copy_sample(tmp_path)
    first, second, *rest = inbox(tmp_path)
    first.rename(tmp_path / "mail/inbox/cur" / f"{first.name}:2,S")
    second.unlink()

    copy_sample(tmp_path)

    assert inbox(tmp_path) == rest


def test_the_home_is_for_this_user_only(tmp_path: Path) -> None:
    """Mail and business files can't be read by others on the machine."""
    copy_sample(tmp_path / "home")

    files = [one for one in (tmp_path / "home/mail").rglob("*.set*") if one.is_file()]

    assert files
    assert all(one.stat().st_mode & 0o077 == 0 for one in files)
    assert (tmp_path / "home/mail/inbox").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("seed", range(4))
def test_a_generated_business_is_valid_and_full_of_mail(tmp_path: Path, seed: int) -> None:
    """Each seed gives a home that loads, with as many mails as it says."""
    generated = generate_business(tmp_path, seed)

    business = load_business(generated.home / "business")

    assert len(inbox(generated.home)) == generated.delivered
    assert business.operator.language == generated.language
    assert business.contacts


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    """A failing run can be repeated from its seed; another seed is another business."""
    first, again, other = (
        [path.read_bytes() for path in inbox(generate_business(tmp_path / name, seed).home)]
        for name, seed in (("first", 3), ("again", 3), ("other", 6))
    )

    assert first == again
    assert first != other


def test_a_planted_string_stands_in_the_mail(tmp_path: Path) -> None:
    """What a leak test looks for was really delivered: else it could not fail."""
    generated = generate_business(tmp_path, 2)

    everything = b"".join(path.read_bytes() for path in inbox(generated.home))

    assert sum(one.encode() in everything for one in generated.planted) >= 5


def test_a_set_without_maildirs_is_refused_by_name(tmp_path: Path) -> None:
    """A connectors.yaml that names no Maildir gets an error that says what to add."""
    from aios_defs.core.errors import ConfigurationInvalid

    business = tmp_path / "set/business"
    business.mkdir(parents=True)
    operator = "name: A\nbusiness: B\nsignature: C\n"
    (business / "operator.yaml").write_text(operator, encoding="utf-8")

    with pytest.raises(ConfigurationInvalid, match=r"receive: \{maildir"):
        copy_set(tmp_path / "set", tmp_path / "home")
