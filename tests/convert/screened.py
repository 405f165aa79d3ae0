"""Results of the rendered photos, screened once for all converters."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from netravision import Item, Result, Screener, Watchlist

FIXTURES = Path(__file__).parents[2] / "fixtures"


@cache
def watchlist() -> Watchlist:
    return Watchlist.load(FIXTURES / "watchlist.toml")


@cache
def results() -> tuple[Result, ...]:
    """A hand (a number), an avatar with an emblem, a photo with nothing, one that has failed."""
    photos = FIXTURES / "photos"
    items = (
        Item(photos / "akun_jari" / "two_130px_brown_right.jpg", "akun_jari/1.jpg", "akun_jari"),
        Item(photos / "warga_arunika" / "avatar_polos.jpg", "warga/a b.jpg", "warga", "avatar"),
        Item(photos / "alam_raya" / "pemandangan_1.jpg", "alam/1.jpg", posted_at="2024-09-25"),
        Item(b"\xff\xd8\xff", "rusak.jpg"),
    )
    with Screener(watchlist(), "fast") as screener:
        return tuple(screener.screen_many(items))


def findings() -> Iterator[tuple[Result, tuple[float, float, float, float], str, float]]:
    """Each finding's result, box, rule and score."""
    for result in results():
        for finding in result.findings:
            photo = result.photo
            assert photo.width is not None
            assert photo.height is not None
            box = finding.box or (0.0, 0.0, float(photo.width), float(photo.height))
            yield result, box, str(finding.rule), finding.score
