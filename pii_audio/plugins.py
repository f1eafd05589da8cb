"""Finding plug-ins by name: entry points in `pii_audio.transcribers` and `pii_audio.recognizers`."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

from pii_audio.errors import ConfigError

__all__ = ["available", "load"]


def available(group: str) -> list[str]:
    return sorted({point.name for point in entry_points(group=f"pii_audio.{group}")})


def load(group: str, name: str) -> Any:
    """The class behind a plug-in. Raises ConfigError with the names there are, or the missing package."""
    for point in entry_points(group=f"pii_audio.{group}", name=name):
        try:
            return point.load()
        except ModuleNotFoundError as error:
            raise ConfigError(
                name, f"needs the package {error.name}", f"pip install 'pii-audio[{name}]'"
            ) from None
    raise ConfigError(
        name, f"no such {group.removesuffix('s')}", f"choose one of {', '.join(available(group))}"
    )
