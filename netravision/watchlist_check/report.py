"""How well the emblems and symbols of a watchlist are recognized, for a person to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from netravision.detectors import emblem
from netravision.detectors.insignia import symbols
from netravision.detectors.insignia.marks import SYMBOL_THRESHOLD
from netravision.html.evidence_pictures import evidence_picture
from netravision.html.multilingual import Multilingual, multilingual
from netravision.html.page import data_uri, write_page
from netravision.languages import N_, score_text
from netravision.languages import gettext as _
from netravision.matching.references import read_references
from netravision.matching.templates.drawings import Drawing
from netravision.matching.templates.faded import is_faded
from netravision.matching.templates.index import MIN_SCORE, TemplateIndex
from netravision.rules import Rule
from netravision.watchlist import Watchlist
from netravision.watchlist_check.self_test import (
    CopyResult,
    DrawingResult,
    Family,
    center_crop,
    count_found_with_center_crops,
    nearest,
    run_self_test,
)

__all__ = [
    "AUGMENTATION_NAMES",
    "Confusion",
    "Mark",
    "Second",
    "ShownCopy",
    "families",
    "marks",
    "with_second_pictures",
    "write_report",
]

#: Longest sides of the pictures on the page, twice their displayed size at most.
REFERENCE_SIDE = 320
COPY_SIDE = 200

#: Copies shown on one page: 100 marks with one picture each, some 20 MB. The marks after them
#: are shown with their reference and the copies that were missed.
MAX_COPIES = 1300

#: English names of the augmentations.
AUGMENTATION_NAMES = {
    "plain": N_("as it is"),
    "padded": N_("on a color"),
    "circle": N_("cut to a circle"),
    "48 px": N_("48 pixels"),
    "q15": N_("JPEG at quality 15"),
    "gray": N_("in gray"),
    "tint": N_("recolored"),
    "rotated": N_("rotated"),
    "banner": N_("banner over it"),
    "half of a photo": N_("half of a photo"),
    "fifth of a photo": N_("a fifth of a photo"),
    "cropped": N_("cropped"),
    "printed": N_("photographed from print"),
}

# Where little of the drawing is left, a simpler one has more in common with it.
_SMALL = {"48 px", "q15", "fifth of a photo"}


@dataclass(frozen=True)
class ShownCopy:
    """An augmented copy with its picture, a JPEG as a data URI.

    Attributes
    ----------
    augmentation : str
        A key of :data:`netravision.watchlist_check.augmentations.AUGMENTATIONS`.
    score : float
        Of the mark, 0 to 1; 0 if it was not seen at all.
    found, outdone : bool
        As :class:`netravision.watchlist_check.self_test.CopyResult` has them.
    picture : str
    """

    augmentation: str
    score: float
    found: bool
    outdone: bool
    picture: str


@dataclass(frozen=True)
class Confusion:
    """The other mark of the watchlist that came nearest on a copy of this one.

    Attributes
    ----------
    rule, label : str
        Of the other mark.
    score : float
        What a run would give the other mark on this copy.
    copy : ShownCopy
    """

    rule: str
    label: str
    score: float
    copy: ShownCopy

    @property
    def alike(self) -> bool:
        """Whether a run would mention the other mark at all."""
        return self.score >= MIN_SCORE


@dataclass(frozen=True)
class Second:
    """A second picture made from the first, and how many more copies are found with it.

    Attributes
    ----------
    picture : str
        A JPEG file as a data URI.
    more : int
    """

    picture: str
    more: int


@dataclass(frozen=True)
class Mark:
    """An emblem or symbol, and what became of its copies.

    Attributes
    ----------
    rule, label : str
    references : list of str
        Its pictures, as data URIs.
    copies : list of ShownCopy
        Of all its pictures.
    missed : dict of Drawing to list of str
        Augmentations that were missed.
    confusion : Confusion or None
        None if no other mark came near any copy.
    second : Second or None
        A second picture that was seen to help.
    faded : bool
        A picture is paler than marks are drawn.
    """

    rule: str
    label: str
    references: list[str]
    copies: list[ShownCopy]
    missed: dict[Drawing, list[str]]
    confusion: Confusion | None
    second: Second | None = None
    faded: bool = False

    @property
    def found(self) -> int:
        """Copies that were found."""
        return sum(copy.found for copy in self.copies)

    @property
    def weakest(self) -> ShownCopy:
        """The copy that was hardest to find."""
        return min(self.copies, key=lambda copy: (copy.found, copy.score))

    @property
    def advice(self) -> list[str]:
        """What its owner can do, in the language in force; empty where nothing is needed."""
        said = []
        lost = list(dict.fromkeys(copy.augmentation for copy in self.copies if not copy.found))
        if "plain" in lost:
            said.append(
                _(
                    "Not even an unchanged copy is found. Use another picture: the mark alone, "
                    "whole, without a long name beside it."
                )
            )
        if self.faded:
            said.append(
                _(
                    "The picture is paler than marks usually are: add a second one in full color. "
                    "Until then it is also searched for with its colors restored."
                )
            )
        if self.second:
            said.append(
                _(
                    "Add a second picture that shows only its middle: tried, and {with_it} of "
                    "{all} copies were found instead of {found}."
                ).format(
                    with_it=self.found + self.second.more, all=len(self.copies), found=self.found
                )
            )
        elif lost and "plain" not in lost:
            sentence = (
                _("Add a second drawing (missed: {missed}): a simplified one, for small avatars.")
                if _SMALL.intersection(lost)
                else _("Add a second drawing (missed: {missed}): another rendition.")
            )
            names = (_(AUGMENTATION_NAMES[name]) for name in lost)
            said.append(sentence.format(missed=", ".join(names)))
        if self.confusion and self.confusion.alike:
            said.append(
                _(
                    "Looks like {other}, which scored {score} on a copy of this one: compare "
                    "the two before judging a candidate."
                ).format(other=self.confusion.label, score=score_text(self.confusion.score))
            )
        return said


def families(watchlist: Watchlist) -> list[Family]:
    """The emblems and the symbols of a watchlist, enrolled as a run with default options does.

    Parameters
    ----------
    watchlist : Watchlist

    Returns
    -------
    list of Family

    Raises
    ------
    WatchlistError
        If a reference picture cannot be read or is unusable.
    """
    both = [
        Family(
            "emblem",
            read_references(watchlist.emblems),
            TemplateIndex,
            emblem.EFFORTS["balanced"],
            emblem.THRESHOLD,
        ),
        Family(
            "symbol",
            read_references(watchlist.symbols),
            symbols.SymbolIndex,
            symbols.EFFORTS["balanced"],
            SYMBOL_THRESHOLD,
        ),
    ]
    return [family for family in both if family.references]


def marks(watchlist: Watchlist, searched: Sequence[Family]) -> Iterator[Mark]:
    """Each emblem and symbol with its copies searched, lazily and in the watchlist's order.

    Parameters
    ----------
    watchlist : Watchlist
    searched : sequence of Family
        Its :func:`families`.

    Yields
    ------
    Mark
    """
    labels = watchlist.labels
    for family in searched:
        for reference, tried in zip(
            family.references, run_self_test(family, searched), strict=True
        ):
            yield _mark(Rule(family.name, reference.id).name, tried, labels)


def with_second_pictures(tried: Sequence[Mark], searched: Sequence[Family]) -> list[Mark]:
    """Propose a second picture for the marks where one was seen to help.

    Parameters
    ----------
    tried : sequence of Mark
    searched : sequence of Family
        The :func:`families` that the marks are from.

    Returns
    -------
    list of Mark
    """
    more: dict[Drawing, int] = {}
    for family in searched:
        missed = {
            drawing: names
            for mark in tried
            if Rule.parse(mark.rule).kind == family.name
            for drawing, names in mark.missed.items()
        }
        more |= count_found_with_center_crops(family, missed)
    return [_with_second(mark, more) for mark in tried]


def write_report(watchlist: Watchlist, shown: Sequence[Mark], output: Path) -> None:
    """Write a page that shows each mark, its copies, and what it is most easily confused with.

    Parameters
    ----------
    watchlist : Watchlist
    shown : sequence of Mark
        Those with advice come first.
    output : Path
        Replaced when the page is complete, not before.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    write_page(
        "watchlist_check.html.j2",
        output,
        watchlist=watchlist,
        marks=sorted(shown, key=lambda mark: not mark.advice),
        references={mark.rule: mark.references[0] for mark in shown},
        advice={mark.rule: _advice(mark) for mark in shown},
        names={name: multilingual(_, text) for name, text in AUGMENTATION_NAMES.items()},
        max_copies=MAX_COPIES,
    )


def _advice(mark: Mark) -> list[Multilingual]:
    """As many sentences in each language."""
    return [multilingual(lambda i=i: mark.advice[i]) for i in range(len(mark.advice))]


def _mark(rule: str, tried: Sequence[DrawingResult], labels: dict[str, str]) -> Mark:
    copies = [copy for result in tried for copy in result.copies]
    shown = [_shown(copy) for copy in copies]
    confusion = None
    rivals = [copy.rival for copy in copies if copy.rival]
    if rival := nearest(rivals):
        where = next(i for i, copy in enumerate(copies) if copy.rival is rival)
        confusion = Confusion(rival.rule, labels[rival.rule], rival.score, shown[where])
    missed = {
        result.drawing: [copy.augmentation for copy in result.copies if not copy.found]
        for result in tried
    }
    return Mark(
        rule,
        labels[rule],
        [
            data_uri(evidence_picture(result.drawing.rgb, (), side=REFERENCE_SIDE))
            for result in tried
        ],
        shown,
        {drawing: names for drawing, names in missed.items() if names},
        confusion,
        faded=any(is_faded(result.drawing) for result in tried),
    )


def _shown(copy: CopyResult) -> ShownCopy:
    picture = data_uri(evidence_picture(copy.rgb, (), side=COPY_SIDE))
    return ShownCopy(copy.augmentation, copy.score, copy.found, copy.outdone, picture)


def _with_second(mark: Mark, more: dict[Drawing, int]) -> Mark:
    best = max(mark.missed, key=lambda drawing: more[drawing], default=None)
    if best is None or not more[best]:
        return mark
    found = sum(more[drawing] for drawing in mark.missed)
    rgba = center_crop(best)
    picture = data_uri(evidence_picture(rgba[..., :3].copy(), (), side=REFERENCE_SIDE))
    return replace(mark, second=Second(picture, found))
