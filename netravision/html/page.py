"""A page: one HTML file in both languages that needs nothing but itself.

Everything is inside the file (pictures as data URIs, style and script inline), and its
Content-Security-Policy forbids every connection, so it can be copied to a memory stick and
opened on a PC without network. The review page is the same, and may send to its own server.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from netravision.atomic_write import atomic_write

__all__ = ["PageParts", "data_uri", "fill_page", "score_text", "write_page"]


def write_page(template: str, output: Path, **values: Any) -> None:
    """Fill a template and write it while it is being filled.

    Parameters
    ----------
    template : str
        A file in ``templates/`` that extends ``page.html.j2``.
    output : Path
        Replaced when the page is complete, not before.
    **values
        What the template shows.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    with atomic_write(output) as stream:
        for piece in fill_page(template, PageParts("report.js"), **values):
            # Names on Linux may hold bytes that no text encoding can write.
            stream.write(piece.encode("utf-8", "backslashreplace"))


class PageParts:
    """Style and script of a page, with the policy that allows them and nothing else.

    Parameters
    ----------
    script : str
        A file in ``templates/`` that follows ``language.js``.
    style : str
        A file in ``templates/`` that follows ``report.css``, where there is one.
    served : bool
        The page is served by this program and may send to it.
    """

    def __init__(self, script: str, style: str = "", *, served: bool = False) -> None:
        self.style = "".join(map(_shipped, filter(None, ("report.css", style))))
        self.script = _shipped("language.js") + _shipped(script)
        own = "'self'" if served else "'none'"
        self.policy = (
            f"default-src 'none'; img-src data:; base-uri 'none'; form-action {own}; "
            f"connect-src {own}; style-src '{_sha256(self.style)}'; "
            f"script-src '{_sha256(self.script)}'"
        )


def fill_page(
    template: str, parts: PageParts, *, language: str = "id", **values: Any
) -> Iterator[str]:
    """Fill a template, piece by piece; as :func:`write_page` does, which writes it to a file."""
    return _ENVIRONMENT.get_template(template).generate(
        **values,
        language=language,
        written_at=datetime.now().astimezone().strftime("%Y-%m-%d %H:%M"),
        style=Markup(parts.style),
        script=Markup(parts.script),
        policy=parts.policy,
    )


def data_uri(picture: bytes, kind: str = "jpeg") -> str:
    """A picture file as the address of an image; ``kind`` is ``"svg+xml"`` for an SVG."""
    return f"data:image/{kind};base64," + base64.b64encode(picture).decode("ascii")


def score_text(value: float) -> str:
    """A score as people read it. Never 1.00: nothing here is certain."""
    return f"{value:.2f}" if value < 0.995 else "> 0.99"


def _both(indonesian: object, english: object) -> Markup:
    """A text in both languages; the style sheet shows one of them."""
    if indonesian == english:
        return escape(english)
    return Markup('<span lang="id">{}</span><span lang="en">{}</span>').format(indonesian, english)


def _count(value: int) -> Markup:
    """8.000 in Indonesian, 8,000 in English."""
    english = f"{value:,}"
    return _both(english.replace(",", "."), english) if value >= 1000 else escape(english)


def _score(value: float) -> Markup:
    """0,97 in Indonesian, 0.97 in English."""
    english = score_text(value).replace(" ", "\N{NO-BREAK SPACE}")
    return _both(english.replace(".", ","), english)


def _share(value: float) -> Markup:
    """0,97 in Indonesian, 0.97 in English; a counted share may be 1.00."""
    english = f"{value:.2f}"
    return _both(english.replace(".", ","), english)


def _local_time(value: str) -> str:
    """A stored time as the clock on the wall of this computer shows it."""
    return datetime.fromisoformat(value).astimezone().strftime("%Y-%m-%d %H:%M")


def _shipped(name: str) -> str:
    return files("netravision.html").joinpath("templates", name).read_text(encoding="utf-8")


def _sha256(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")


_ENVIRONMENT = Environment(
    loader=PackageLoader("netravision.html", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals["t"] = _both
_ENVIRONMENT.filters["count"] = _count
_ENVIRONMENT.filters["score"] = _score
_ENVIRONMENT.filters["share"] = _share
_ENVIRONMENT.filters["local_time"] = _local_time
_ENVIRONMENT.filters["data_uri"] = data_uri
