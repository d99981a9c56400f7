"""Owns the devices that pages are looked at with, in the three widths that matter."""

from dataclasses import dataclass
from typing import Literal

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A screen in CSS pixels, and whether fingers touch it."""

    name: str
    width: int
    height: int
    is_touched: bool = False


PHONE = Device(name="phone", width=390, height=844, is_touched=True)
TABLET = Device(name="tablet", width=900, height=1100)
DESKTOP = Device(name="desktop", width=1440, height=900)
DEVICES = (PHONE, TABLET, DESKTOP)
