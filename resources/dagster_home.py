"""Owns the home as a Dagster resource: opened from the settings at first use, or lent by a caller.

It has no configuration: a path in a run's config would let a launch choose another home.
"""

from dagster import ConfigurableResource
from pydantic import PrivateAttr

from aios_defs.settings.environment import load_settings
from resources.console_address import console_origin
from resources.erasing import finish_erasures
from resources.home import Home, open_home


class HomeResource(ConfigurableResource):
    """The home that AIOS_HOME names, with its kernel."""

    _home: Home | None = PrivateAttr(default=None)

    def opened(self) -> Home:
        """Return the home, open, with its erasures finished.

        Raises what `resources.home.open_home` and `resources.erasing.finish_erasures` raise.
        """
        if self._home is None:
            self._home = open_home(load_settings())
            finish_erasures(self._home)
        return self._home

    def console(self) -> str | None:
        """Return the console's origin, for links; None while there is nothing to link to."""
        return console_origin(self.opened().path)


def lend(home: Home) -> HomeResource:
    """Return a resource that hands out a home which is open already."""

    class LentHome(HomeResource):
        """A home that is open in this process, whatever the environment says."""

        def opened(self) -> Home:
            return home

    return LentHome()
