"""Proves what is read from the environment, and how mistakes in it are told."""

from pathlib import Path

import pytest

from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.settings.environment import DEMO_HOME, load_settings, variables


def test_an_empty_environment_gives_the_defaults() -> None:
    """Without any variable the home is `.aios` here, and nothing is reachable from elsewhere."""
    settings = load_settings({})

    assert settings.home == Path.cwd() / ".aios"
    assert settings.log_level == "INFO"
    assert settings.public_url is None
    assert settings.database_url is None


def test_the_home_is_absolute_so_that_a_later_chdir_does_not_move_it() -> None:
    """A relative AIOS_HOME is taken from where the process began."""
    assert load_settings({"AIOS_HOME": "somewhere/else"}).home == Path.cwd() / "somewhere/else"


def test_the_demo_has_a_home_of_its_own_unless_one_is_named() -> None:
    """`default_home` holds only while AIOS_HOME is not set."""
    default = load_settings({}, default_home=DEMO_HOME)
    named = load_settings({"AIOS_HOME": "/srv/mine"}, default_home=DEMO_HOME)

    assert default.home.name == ".aios-demo"
    assert named.home == Path("/srv/mine")


def test_an_empty_variable_counts_as_not_set() -> None:
    """`AIOS_HOME=` in a shell does not make the working directory the home."""
    assert load_settings({"AIOS_HOME": " "}).home.name == ".aios"


def test_variables_of_others_are_not_looked_at() -> None:
    """Only names that begin with AIOS_ are ours to judge."""
    assert load_settings({"PATH": "/bin", "MY_AIOS_HOME": "x"}).home.name == ".aios"


def test_an_unknown_variable_names_the_nearest_known_one() -> None:
    """A slip of the finger is an error that says what was probably meant."""
    with pytest.raises(ConfigurationInvalid) as caught:
        load_settings({"AIOS_HOEM": "elsewhere"})

    assert "AIOS_HOEM" in caught.value.message
    assert "did you mean `AIOS_HOME`?" in caught.value.message


def test_all_wrong_variables_are_told_at_once() -> None:
    """Two mistakes are two entries of one error."""
    with pytest.raises(ConfigurationInvalid) as caught:
        load_settings({"AIOS_LOG_LEVEL": "loud", "AIOS_PUBLIC_URL": "nowhere", "AIOS_X": "1"})

    assert caught.value.fields["mistakes"] == 3
    assert all(name in caught.value.message for name in ("LOG_LEVEL", "PUBLIC_URL", "AIOS_X"))


def test_no_value_of_the_environment_is_printed() -> None:
    """A database URL with a password shows up in neither an error nor the settings' text."""
    url = "postgresql://me:hunter2@db/aios"

    settings = load_settings({"AIOS_DATABASE_URL": url})
    with pytest.raises(ConfigurationInvalid) as caught:
        load_settings({"AIOS_DATABASE_URL": url, "AIOS_PUBLIC_URL": "ftp://hunter2"})

    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == url
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(caught.value)


def test_the_log_level_is_read_in_any_case() -> None:
    """`debug` is as good as `DEBUG`."""
    assert load_settings({"AIOS_LOG_LEVEL": "debug"}).log_level == "DEBUG"


def test_the_known_variables_are_named_for_the_docs() -> None:
    """The list holds each field of the settings as a variable."""
    assert "AIOS_DAGSTER_PUBLIC_URL" in variables()
    assert all(name.startswith("AIOS_") for name in variables())
