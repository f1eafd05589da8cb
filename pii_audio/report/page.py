"""How every page is made of its template: one offline HTML file, all of it escaped, nothing undefined."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

__all__ = ["template"]

OWN = Path(__file__).parent / "templates"


def template(name: str, *folders: Path) -> Template:
    """A template of this room, or of `folders`, whose templates may include this room's."""
    environment = Environment(
        loader=FileSystemLoader([*folders, OWN]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_unbroken,
    )
    return environment.get_template(name)


def _unbroken(value: object) -> object:
    """A number and its sign stay on one line."""
    return value.replace(" %", "\N{NO-BREAK SPACE}%") if isinstance(value, str) else value
