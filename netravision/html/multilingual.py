"""Texts of a page in every language at once; the style sheet shows one of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

from netravision import languages
from netravision.languages import LANGUAGES, in_language, language

__all__ = ["Multilingual", "gettext", "multilingual", "ngettext", "same"]


class Multilingual:
    """A text in every language.

    On a page it is one element a language, or the text alone where all languages say the same.

    Attributes
    ----------
    by_language : mapping of str to str
        A text for each of :data:`netravision.languages.LANGUAGES`; plain, or ``Markup`` to be kept.
    """

    def __init__(self, by_language: Mapping[str, str]) -> None:
        self.by_language = by_language

    def __str__(self) -> str:
        return self.text(language())

    def __html__(self) -> Markup:
        if len(set(self.by_language.values())) == 1:
            return escape(self.text(language()))
        return Markup("").join(
            Markup('<span lang="{}">{}</span>').format(code, text)
            for code, text in self.by_language.items()
        )

    def text(self, code: str) -> str:
        """What it is in one language.

        Parameters
        ----------
        code : str
            One of :data:`netravision.languages.LANGUAGES`.

        Returns
        -------
        str
        """
        return self.by_language[code]

    def format(self, **values: object) -> Multilingual:
        """The same sentence with its placeholders filled.

        Parameters
        ----------
        **values
            A :class:`Multilingual` gives its text of each language. One that is or has ``Markup``
            keeps its elements; all else is escaped then.

        Returns
        -------
        Multilingual
        """
        return Multilingual({code: self._filled(code, values) for code in self.by_language})

    def _filled(self, code: str, values: Mapping[str, object]) -> str:
        said = {
            name: value.text(code) if isinstance(value, Multilingual) else value
            for name, value in values.items()
        }
        text = self.text(code)
        # What holds elements makes the whole sentence one of elements, and escapes the rest.
        if any(hasattr(value, "__html__") for value in said.values()):
            text = escape(text)
        return text.format(**said)

    def attributes(self, *names: str) -> Markup:
        """Attributes that say it in the language in force, and what ``language.js`` needs.

        An attribute holds one text, so the script rewrites it where another language is chosen;
        ``"textContent"`` stands for what is inside the element.

        Parameters
        ----------
        *names : str
            Such as ``"aria-label"``.

        Returns
        -------
        Markup
        """
        here = [name for name in names if name != "textContent"]
        return Markup(" ").join(
            [
                *(Markup('{}="{}"').format(name, str(self)) for name in here),
                Markup('data-says="{}"').format(json.dumps(dict(self.by_language))),
                Markup('data-says-in="{}"').format(" ".join(names)),
            ]
        )


def multilingual(speak: Callable[..., str], *arguments: Any) -> Multilingual:
    """What a function says in each language.

    Parameters
    ----------
    speak : callable
        Called once a language, with it in force.
    *arguments
        What it is called with.

    Returns
    -------
    Multilingual
    """
    said = {}
    for code in LANGUAGES:
        with in_language(code):
            said[code] = speak(*arguments)
    return Multilingual(said)


def same(text: str) -> Multilingual:
    """A text that is the same in every language.

    Parameters
    ----------
    text : str

    Returns
    -------
    Multilingual
    """
    return Multilingual(dict.fromkeys(LANGUAGES, text))


def gettext(message: str) -> Multilingual:
    """As :func:`netravision.languages.gettext`, in every language.

    Parameters
    ----------
    message : str

    Returns
    -------
    Multilingual
    """
    return multilingual(languages.gettext, message)


def ngettext(singular: str, plural: str, n: int) -> Multilingual:
    """As :func:`netravision.languages.ngettext`, in every language.

    Parameters
    ----------
    singular, plural : str
    n : int

    Returns
    -------
    Multilingual
    """
    return multilingual(languages.ngettext, singular, plural, n)
