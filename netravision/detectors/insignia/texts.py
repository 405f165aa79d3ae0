"""Words of a campaign: phrases of the watchlist on posters, in captions and in video frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from netravision.arguments import Profile
from netravision.core.pyramid import ImagePyramid
from netravision.detectors.base import Detections
from netravision.detectors.insignia.phrases import Line, Match, find_phrase, paragraphs
from netravision.detectors.insignia.text_reader import TextReader
from netravision.evidence import TextEvidence
from netravision.finding import Finding
from netravision.watchlist import Phrases

__all__ = ["MIN_SCORE", "Texts"]

#: Of a finding. Ordinary words are read with a certainty above 0.9; noise that resembles a short
#: phrase has less.
MIN_SCORE = 0.6
#: A phrase may be quoted, denied or somebody else's; no words are certain.
_MAX_SCORE = 0.95

#: Characters of what was read that evidence keeps.
_LONGEST = 200


class Texts:
    """Finds the phrases of a watchlist; without any it reads nothing.

    Parameters
    ----------
    entries : tuple of Phrases
        Of the watchlist.
    profile : {"fast", "balanced", "thorough"}

    Raises
    ------
    WatchlistError
        If phrases are asked for and the extra ``text`` is not installed.
    """

    def __init__(self, entries: tuple[Phrases, ...], profile: Profile) -> None:
        self._entries = entries
        self._reader = TextReader(profile) if entries else None

    def read(self, image: ImagePyramid) -> list[Line]:
        """Everything that stands in an image; nothing where no phrase is asked for.

        Parameters
        ----------
        image : ImagePyramid
            Of an upright (H, W, 3) RGB image.

        Returns
        -------
        list of Line
        """
        return [] if self._reader is None else self._reader(image)

    def look(self, lines: Sequence[Line]) -> Detections:
        """Phrases of an image, of each entry the best match.

        Parameters
        ----------
        lines : sequence of Line
            That :meth:`read` gave of it.

        Returns
        -------
        Detections
        """
        read = paragraphs(lines)
        observations = []
        for entry in self._entries:
            matches = [
                (_score(match, phrase), phrase, match)
                for phrase in entry.phrases
                if (match := find_phrase(phrase, read)) is not None
            ]
            if matches:
                score, phrase, match = max(matches, key=lambda each: each[0])
                evidence = TextEvidence(
                    phrase=phrase,
                    read=match.text[:_LONGEST],
                    mistakes=match.mistakes,
                    certainty=round(match.certainty, 3),
                )
                observations.append(Finding("insignia", None, entry.id, score, match.box, evidence))
        findings = [
            replace(seen, rule=f"text-{seen.label}")
            for seen in observations
            if seen.score >= MIN_SCORE
        ]
        return Detections(findings, observations)


def _score(match: Match, phrase: str) -> float:
    """The recogniser's certainty, less the part of the phrase that it read otherwise."""
    return min(_MAX_SCORE, match.certainty * (1 - match.mistakes / len(phrase)))
