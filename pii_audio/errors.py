"""Every error this package raises, one tree.

    PiiAudioError
    ├── ConfigError        a recipe or an option is wrong                       (exit code 2)
    ├── InputError         nothing usable where the user pointed
    │   ├── AudioError     a recording cannot be decoded
    │   └── FormatError    a transcript file cannot be read
    ├── ModelError         weights are missing, damaged or of an unknown kind
    ├── OutputError        the result cannot be written
    └── VaultError         a vault cannot be opened, or does not know what it was asked for

A message reads "who: what; what to do". It never holds what was said, nor a file name of the user's data.
"""

from __future__ import annotations

__all__ = [
    "AudioError",
    "ConfigError",
    "FormatError",
    "InputError",
    "ModelError",
    "OutputError",
    "PiiAudioError",
    "VaultError",
]


class PiiAudioError(Exception):
    """`who` is a recording id, an option or a model name; `what` the trouble; `todo` the way out."""

    def __init__(self, who: str, what: str, todo: str = "") -> None:
        self.who, self.what, self.todo = who, what, todo
        super().__init__(f"{who}: {self.advice}")

    def __reduce__(self) -> tuple[type[PiiAudioError], tuple[str, str, str]]:
        """So that it comes back whole from another process."""
        return type(self), (self.who, self.what, self.todo)

    @property
    def advice(self) -> str:
        """The message without the name in front, for tables that have a column for it."""
        return f"{self.what}; {self.todo}" if self.todo else self.what


class ConfigError(PiiAudioError):
    pass


class InputError(PiiAudioError):
    pass


class AudioError(InputError):
    pass


class FormatError(InputError):
    pass


class ModelError(PiiAudioError):
    pass


class OutputError(PiiAudioError):
    pass


class VaultError(PiiAudioError):
    pass
