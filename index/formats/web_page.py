"""Web pages (.html): the article's text by trafilatura, its title, outlet and date from the page's metadata."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from index.decode import Unreadable, decode
from index.formats.extracted import About, Extracted, one_line, plain

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})|^\s*<\?xml[^>]{0,80}encoding=[\"']([\w.:-]{1,40})",
    re.IGNORECASE,
)
# WHATWG Encoding Standard, section 4.2: these labels mean the wider encoding.
_AS_BROWSERS_READ = {
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601", "korean"), "cp949"),
    **dict.fromkeys(("iso-8859-1", "latin1", "ascii", "us-ascii"), "cp1252"),
}
_DECLARED_WITHIN = 4096  # bytes
_LONGEST_TEXT = 10_000_000  # bytes between two tags, above which libxml2 drops them (its XML_MAX_TEXT_LENGTH)
_WORDS = re.compile(r"\w+")
_HEAD = 300  # characters of the body in which the headline may stand already


def read_web_page(data: bytes) -> Extracted:
    """The article of a page: its headline, then its body, a paragraph a line.

    Raises:
        Unreadable: no article text is found in it, its encoding cannot be told, or it has a text of megabytes without
            a tag.
    """
    import trafilatura

    for name in ("trafilatura", "htmldate"):  # they log what is raised here as an error
        logging.getLogger(name).setLevel(logging.CRITICAL)
    text, encoding = _decoded(data)
    _refuse_endless(text)
    tree = trafilatura.load_html(text)
    if tree is None:
        raise Unreadable("it is no HTML page")
    headline = _headline(tree)
    # A date in the running text is no date of publication: no extensive search for one.
    dates = {"original_date": True, "extensive_search": False}
    page = trafilatura.bare_extraction(tree, include_comments=False, with_metadata=True, date_extraction_params=dates)
    assert not isinstance(page, dict)  # that is what its deprecated as_dict is for
    body = plain(page.text).strip() if page and page.text else ""
    if not page or not body:
        raise Unreadable("no article text is found in the page; save it from the browser once it has loaded")
    outlet = one_line(page.sitename)
    title = headline or _without_outlet(one_line(page.title), outlet)
    return Extracted(_with_title(title, body), encoding, About(title, outlet, page.date))


def _decoded(data: bytes) -> tuple[str, str]:
    """The page's text and its encoding: UTF-8 where the bytes are, else the declared one where they bear it out."""
    declared = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    if declared and not _decodes(data, "utf-8"):
        label = next(group for group in declared.groups() if group).decode("ascii").lower()
        encoding = _AS_BROWSERS_READ.get(label, label)
        if _decodes(data, encoding):
            return data.decode(encoding), encoding
    decoded = decode(data)
    return decoded.text, decoded.encoding


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (LookupError, UnicodeError):  # no such encoding, or another one: pages declare what they are not
        return False
    return True


def _refuse_endless(text: str) -> None:
    if len(text) > _LONGEST_TEXT // 4 and max(len(one.encode()) for one in text.split("<")) > _LONGEST_TEXT:
        limit = _LONGEST_TEXT // 1_000_000
        raise Unreadable(f"it has a text of more than {limit} MB without a tag; save it as a text file (.txt)")


def _headline(tree: HtmlElement) -> str | None:
    """The headline as news pages state it for machines; their <title> has the outlet's name in it too."""
    found = tree.xpath("//meta[@name='headline']/@content")
    return one_line(str(found[0])) if found else None


def _without_outlet(title: str | None, outlet: str | None) -> str | None:
    """`title` without the outlet's name at its end, and what parts the two."""
    if not title or not outlet:
        return title
    return re.sub(rf"\s*[|ㅣ:·–—-]\s*{re.escape(outlet)}\s*$", "", title, flags=re.IGNORECASE) or title


def _with_title(title: str | None, body: str) -> str:
    """The body under its title, unless it opens with it."""
    if not title or _letters(title) in _letters(body[: len(title) + _HEAD]):
        return body
    return f"{title}\n\n{body}"


def _letters(text: str) -> str:
    return "".join(_WORDS.findall(text.casefold()))
