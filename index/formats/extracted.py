"""What every format is turned into: text, and what the file itself says of its articles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.article import Page, Span
from index.normal import normalise

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class About:
    """What a file states of an article outside its text; None where it does not say. Dates are ISO dates.

    `created` is when the file says it was written, which counts where nothing says when it was published.
    """

    title: str | None = None
    outlet: str | None = None
    published: str | None = None
    created: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One of several articles that a format keeps apart: where it lies in the extracted text, and what is stated."""

    span: Span
    about: About


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a file; every offset counts in it.

    `encoding` is the encoding the bytes were read in, or the format's name where that says it; `about` is what the
    file states of itself as a whole; `sections` are its articles where the format keeps them apart, none where the
    text has to tell; `pages` are its pages, none where it has none; `faults` are lines for the user, each about a
    part of the file that could not be read; `left_out` is text of the file that is no part of any article.
    """

    text: str
    encoding: str
    about: About = About()
    sections: tuple[Section, ...] = ()
    pages: tuple[Page, ...] = ()
    faults: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Text from inside a format, made fit to be cited: composed (NFC), lines ended by LF, no control characters."""
    text = _NO_TEXT.sub("", _LINE_ENDS.sub("\n", text))
    return normalise(_SURROGATES.sub("\ufffd", text)).text


def one_line(text: str | None) -> str | None:
    """`text` as one line without white space around it; None where nothing is left."""
    return " ".join(plain(text).split()) or None if text else None
