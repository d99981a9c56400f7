"""Owns the fixtures of the races: a browser and a site, as the browser tests open them."""

from tests.browser.opening import browser, site

__all__ = ["browser", "site"]
