"""The time that is in the number of a post: sites number by time, with other bits below it.

https://instagram-engineering.com/sharding-ids-at-instagram-1cf5a71e5a5c,
https://github.com/twitter-archive/snowflake, https://dfir.blog/tinkering-with-tiktok-timestamps/
"""

from __future__ import annotations

from netravision.sidecars.base import utc_time

__all__ = ["instagram_number", "post_time"]

# When a site began to number, in milliseconds since 1970; how many lower bits are no time.
_INSTAGRAM = (1_314_220_021_721, 23)
_TWITTER = (1_288_834_974_657, 22)

_TIKTOK_BITS = 32

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def post_time(site: str, number: int) -> str | None:
    """When a post was made.

    Parameters
    ----------
    site : str
        ``"instagram"``, ``"twitter"`` or ``"tiktok"``; others do not say.
    number : int

    Returns
    -------
    str or None
        ISO 8601, UTC.

    Examples
    --------
    >>> post_time("twitter", 1838626837622296576)
    '2024-09-24T17:09:32+00:00'
    """
    if site == "tiktok":
        return utc_time(number >> _TIKTOK_BITS)
    if site not in ("instagram", "twitter"):
        return None
    began_ms, bits = _INSTAGRAM if site == "instagram" else _TWITTER
    return utc_time(((number >> bits) + began_ms) / 1000)


def instagram_number(shortcode: str) -> int:
    """The number of a post from the end of its address, which is the same in letters.

    Parameters
    ----------
    shortcode : str
        Of ``A-Z``, ``a-z``, ``0-9``, ``-`` and ``_``.

    Returns
    -------
    int

    Examples
    --------
    >>> instagram_number("BA")
    64
    """
    number = 0
    for letter in shortcode:
        number = number * len(_ALPHABET) + _ALPHABET.index(letter)
    return number
