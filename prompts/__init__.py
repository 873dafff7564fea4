"""The prompts: one Markdown file each, and the few lines that load them.

A file holds variables spelled `{{name}}`. Values go in once and are never read again, so a value may hold any
characters, braces included. A prompt for a chat is cut in two by lines of their own, `<!-- system -->` and
`<!-- user -->`; a prompt without them is one piece of text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

__all__ = ["Parts", "PromptError", "load", "load_parts"]

_VARIABLE = re.compile(r"\{\{([a-z][a-z0-9_]*)\}\}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SYSTEM, _USER = "<!-- system -->", "<!-- user -->"


class PromptError(Exception):
    """A prompt that is not there, is written wrongly, or is given wrong variables; one line says which."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A chat prompt with its variables filled in: what the model is told to be, and what it is asked."""

    system: str
    user: str


def load(prompt: str, /, **variables: str) -> str:
    """The text of `prompts/<prompt>.md`, system and user part together, with its variables filled in.

    Raises:
        PromptError: there is no such prompt, a variable of it is missing, or a given one does not occur in
            it.
    """
    template = _read(prompt)
    _check(prompt, template, variables)
    kept = "\n".join(line for line in template.splitlines() if line.strip() not in (_SYSTEM, _USER))
    return _fill(kept, variables)


def load_parts(prompt: str, /, **variables: str) -> Parts:
    """The system and the user part of a chat prompt, filled in; a value cannot move the line between them.

    Raises:
        PromptError: as `load`, or the prompt is not in two parts.
    """
    template = _read(prompt)
    _check(prompt, template, variables)
    head, system, rest = template.partition(f"{_SYSTEM}\n")
    body, user, tail = rest.partition(f"{_USER}\n")
    if head.strip() or not system or not user:
        raise PromptError(f"prompts/{prompt}.md: no {_SYSTEM} line followed by a {_USER} line; add both")
    return Parts(_fill(body, variables), _fill(tail, variables))


def _read(prompt: str) -> str:
    file = files(__name__).joinpath(f"{prompt}.md")
    if not _NAME.fullmatch(prompt) or not file.is_file():
        known = sorted(entry.name[:-3] for entry in files(__name__).iterdir() if entry.name.endswith(".md"))
        raise PromptError(f"prompts/{prompt}.md: there is no such prompt; there are {', '.join(known)}")
    return file.read_text(encoding="utf-8")


def _check(prompt: str, template: str, variables: dict[str, str]) -> None:
    wanted = set(_VARIABLE.findall(template))
    stray = re.search(r"\{\{.{0,20}|.{0,20}\}\}", _VARIABLE.sub("", template))
    if stray:
        raise PromptError(f"prompts/{prompt}.md: {stray.group()!r} is no variable; write {{{{name}}}} in lower case")
    for name in sorted(wanted - variables.keys()):
        raise PromptError(f"prompts/{prompt}.md: variable {name} is missing; pass {name}=…")
    for name in sorted(variables.keys() - wanted):
        raise PromptError(f"prompts/{prompt}.md: variable {name} does not occur in it; it has {_listed(wanted)}")


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _fill(template: str, variables: dict[str, str]) -> str:
    return _VARIABLE.sub(lambda found: variables[found.group(1)], template).strip()
