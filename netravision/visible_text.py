"""Text as people may see it: nothing in it steers a terminal or hides what follows.

Names of files and accounts come from strangers. An escape sequence in one can rewrite what a
terminal shows, and a mark of writing direction can make ``gpj.exe`` of ``exe.jpg``.
"""

from __future__ import annotations

import re

__all__ = ["encodable", "shortened", "visible", "visible_lines"]

# Control characters, separators of lines and paragraphs, what no encoding can name (bytes of a
# file name that are no text), and of the invisible format characters all but those that words and
# emoji are made of: the joiner and non-joiner, the soft hyphen, the tags of flags, and the signs
# before Arabic numbers, which are seen.
_HIDDEN = (
    "\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0001\ud800-\udfff"
)
_IN_TEXT = re.compile(f"[{_HIDDEN}]")
_IN_LINES = re.compile(rf"(?![\n\t])[{_HIDDEN}]")


def visible(text: str) -> str:
    r"""Text on one line, with an escape in place of every character that could not be seen.

    Parameters
    ----------
    text : str
        A value: a path, an account, a label.

    Returns
    -------
    str
        Every encoding of Unicode takes it.

    Examples
    --------
    >>> visible("foto\x1b[2J.jpg")
    'foto\\x1b[2J.jpg'
    """
    return _IN_TEXT.sub(_escaped, text)


def visible_lines(text: str) -> str:
    """The same for text of several lines, with its line ends and tabs.

    Parameters
    ----------
    text : str
        A message, or a page.

    Returns
    -------
    str
    """
    return _IN_LINES.sub(_escaped, text)


def encodable(text: str) -> str:
    r"""Text that every encoder takes: what no encoding could name becomes an escape.

    File systems hold names that are no Unicode text; Python gives their bytes as surrogates.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> encodable("caf\udce9.jpg")
    'caf\\udce9.jpg'
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def shortened(text: str, length: int = 400) -> str:
    """The beginning of a text that may be of any length, as an error shows it.

    Parameters
    ----------
    text : str
    length : int
        Most characters, the dots at the end among them.

    Returns
    -------
    str

    Examples
    --------
    >>> shortened("a.jpg" * 100, 8)
    'a.jpga.…'
    """
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
