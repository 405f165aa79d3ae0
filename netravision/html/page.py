"""A page: one HTML file in every language that needs nothing but itself.

Everything is inside the file (pictures as data URIs, style and script inline), and its
Content-Security-Policy forbids every connection, so it can be copied to a memory stick and
opened on a PC without network. The review page is the same, and may send to its own server.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from netravision.atomic_write import atomic_write
from netravision.explanations import detector_name, failure_text, pose_name
from netravision.html.multilingual import Multilingual, gettext, multilingual, ngettext, same
from netravision.languages import LANGUAGES, count, date_time, day, decimal, language, score_text
from netravision.languages import gettext as _
from netravision.visible_text import visible_lines

__all__ = [
    "PageParts",
    "data_uri",
    "fill_fragment",
    "fill_page",
    "time_text",
    "write_page",
]


def write_page(template: str, output: Path, *, private: bool = False, **values: Any) -> None:
    """Fill a template and write it while it is being filled.

    Parameters
    ----------
    template : str
        A file in ``templates/`` that extends ``page.html.j2``.
    output : Path
        Replaced when the page is complete, not before.
    private : bool
        Only the user may read it.
    **values
        What the template shows.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    with atomic_write(output, private=private) as stream:
        for piece in fill_page(template, PageParts("report.js"), **values):
            stream.write(piece.encode("utf-8"))


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
        styles = map(_shipped, filter(None, ("report.css", style)))
        self.style = "".join(styles) + "".join(map(_language_style, LANGUAGES))
        self.script = _shipped("language.js") + _shipped(script)
        own, pictures = ("'self'", "'self' blob:") if served else ("'none'", "data:")
        self.policy = (
            f"default-src 'none'; img-src {pictures}; base-uri 'none'; form-action {own}; "
            f"connect-src {own}; style-src '{_sha256(self.style)}'; "
            f"script-src '{_sha256(self.script)}'"
        )


def fill_page(template: str, parts: PageParts, **values: Any) -> Iterator[str]:
    """Fill a template, piece by piece; as :func:`write_page` does, which writes it to a file.

    The page holds every language and opens in the one in force.

    Parameters
    ----------
    template : str
        A file in ``templates/`` that extends ``page.html.j2``.
    parts : PageParts
    **values
        What the template shows.

    Yields
    ------
    str
        UTF-8 can write it, and nothing in it hides or turns what follows.
    """
    pieces = _ENVIRONMENT.get_template(template).generate(
        **values,
        language=language(),
        languages={code: multilingual(_name).text(code) for code in LANGUAGES},
        written_at=datetime.now(),
        style=Markup(parts.style),
        script=Markup(parts.script),
        policy=parts.policy,
    )
    return map(visible_lines, pieces)


def fill_fragment(template: str, **values: Any) -> Iterator[str]:
    """Fill a template that is a part of a page, in every language.

    Parameters
    ----------
    template : str
        A file in ``templates/``.
    **values
        What it shows.

    Yields
    ------
    str
    """
    return map(visible_lines, _ENVIRONMENT.get_template(template).generate(**values))


def data_uri(picture: bytes, kind: str = "jpeg") -> str:
    """A picture file as the address of an image.

    Parameters
    ----------
    picture : bytes
        Content of the file.
    kind : {"jpeg", "png", "svg+xml"}

    Returns
    -------
    str
    """
    return f"data:image/{kind};base64," + base64.b64encode(picture).decode("ascii")


def _unbroken_score(value: float) -> str:
    return score_text(value).replace(" ", "\N{NO-BREAK SPACE}")


def time_text(value: datetime | date | str) -> str:
    """A day, or a time as the clock on the wall of this computer shows it.

    Parameters
    ----------
    value : datetime, date or str
        A text is ISO 8601, as stored.

    Returns
    -------
    str
        In the language in force.
    """
    if isinstance(value, str):
        value = date.fromisoformat(value) if len(value) <= 10 else datetime.fromisoformat(value)
    return date_time(value) if isinstance(value, datetime) else day(value)


def _bold(text: Multilingual) -> Multilingual:
    return same(Markup("<b>{text}</b>")).format(text=text)


def _name() -> str:
    # Translators: the name of your language, as its speakers write it
    return _("English")


def _language_style(code: str) -> str:
    """One language at a time, without script."""
    return (
        f'#language-{code}:checked ~ .page [lang]:not([lang="{code}"]) {{ display: none; }}\n'
        f'#language-{code}:checked ~ .page label[for="language-{code}"] '
        "{ background: var(--accent); color: var(--on-accent); }\n"
    )


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
_ENVIRONMENT.globals |= {"_": gettext, "ngettext": ngettext}
_SPOKEN: dict[str, Callable[..., str]] = {
    "count": count,
    "detector": detector_name,
    "pose": pose_name,
    "failure": failure_text,
    "score": _unbroken_score,
    "second": partial(decimal, digits=1),
    # A counted share may be 1.00, which a score never is.
    "share": partial(decimal, digits=2),
    "time": time_text,
}
_ENVIRONMENT.filters |= {name: partial(multilingual, speak) for name, speak in _SPOKEN.items()}
_ENVIRONMENT.filters |= {"bold": _bold, "data_uri": data_uri}
