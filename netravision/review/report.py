"""The report: one HTML file that a person opens to look at the candidates of a run.

Its size is bounded whatever the run holds: see the constants.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netravision import wording
from netravision.errors import PhotoError
from netravision.photo import Picture, read_picture
from netravision.result import Box, Finding, Photo, Result
from netravision.review.evidence import evidence_crop, evidence_picture
from netravision.review.page import data_uri, write_page
from netravision.watchlist import Watchlist

if TYPE_CHECKING:
    from netravision.run import Run

#: Photos shown with their picture. A person looks at a photo for some 10 seconds, so these are
#: half an hour's work; the others follow as lines without pictures.
MAX_CARDS = 200

#: Encoded pictures in one file, which every browser on an 8 GB PC still opens at once.
MAX_PICTURE_BYTES = 24 * 2**20

#: Boxes enlarged on one card; a crowd of raised hands can have dozens.
MAX_CROPS = 12

#: Candidate photos listed below the cards, and failed photos listed.
MAX_LINES = 2000

#: Characters of one piece of evidence; a finding may carry arrays that nobody reads here.
MAX_EVIDENCE = 200


def write_report(run: Run, output: Path) -> None:
    """Write the candidates of a run as one self-contained HTML file.

    Parameters
    ----------
    run : Run
        Its results are read once, in order; what is kept in memory does not grow with them.
    output : Path
        Replaced when the report is complete, not before.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    summary = _Summary()
    for result in run.results():
        summary.add(result)
    strongest = summary.strongest()
    write_page(
        "report.html.j2",
        output,
        summary=summary,
        gallery=_Gallery(run, strongest),
        left_out=summary.candidate_photos - len(strongest),
        labels=_Labels(run.watchlist),
        watchlist=run.watchlist,
        explain=wording.explain,
        measured=_measured,
    )


@dataclass
class _Summary:
    """Counts of a run, and its strongest candidates."""

    photos: int = 0
    candidate_photos: int = 0
    accounts: set[str | None] = field(default_factory=set)
    by_rule: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_account: Counter[str | None] = field(default_factory=Counter)
    by_code: Counter[str] = field(default_factory=Counter)
    failures: list[Result] = field(default_factory=list)
    _heap: list[tuple[float, int, Result]] = field(default_factory=list)

    def add(self, result: Result) -> None:
        self.photos += 1
        self.accounts.add(result.photo.account)
        if result.error is not None:
            self.by_code[result.error.code] += 1
            if len(self.failures) < MAX_LINES:
                self.failures.append(result)
        if not result.findings:
            return
        self.candidate_photos += 1
        self.by_account[result.photo.account] += 1
        self.by_rule.update((f.detector, f.rule or f.label) for f in result.findings)
        # The running number keeps the order of equals and keeps results from being compared.
        entry = (
            max(finding.score for finding in result.findings),
            -self.photos,
            replace(result, observations=()),
        )
        if len(self._heap) < MAX_CARDS + MAX_LINES:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)

    def strongest(self) -> list[Result]:
        return [entry[2] for entry in sorted(self._heap, key=lambda entry: entry[:2], reverse=True)]

    @property
    def failed(self) -> int:
        return self.by_code.total()

    @property
    def candidates(self) -> int:
        return self.by_rule.total()


@dataclass(frozen=True)
class _Spot:
    """One place in a photo, with everything found there: two fingers are a number and a pose."""

    number: int | None
    crop: str | None
    findings: list[Finding]


@dataclass(frozen=True)
class _Card:
    """One photo with its candidates."""

    photo: Photo
    source_url: str | None
    picture: str | None
    without_picture: str
    truncated: bool
    spots: list[_Spot]

    @property
    def findings(self) -> list[Finding]:
        return [finding for spot in self.spots for finding in spot.findings]


class _Gallery:
    """Cards made one at a time while the template writes them, until the file is full."""

    def __init__(self, run: Run, results: list[Result]) -> None:
        self.run = run
        self.rest = results
        self._bytes = 0

    def cards(self) -> Iterator[_Card]:
        results = iter(self.rest[:MAX_CARDS])
        while self._bytes < MAX_PICTURE_BYTES and (result := next(results, None)):
            self.rest = self.rest[1:]
            yield self._card(result)

    def _card(self, result: Result) -> _Card:
        by_box: defaultdict[Box | None, list[Finding]] = defaultdict(list)
        for finding in sorted(result.findings, key=lambda finding: -finding.score):
            by_box[finding.box].append(finding)
        boxes = [box for box in by_box if box is not None]
        picture, reason = self._read(result)
        crops: dict[Box, str] = {}
        image = None
        if picture is not None:
            image = self._embed(evidence_picture(picture.rgb, boxes))
            for box in boxes[:MAX_CROPS]:
                crops[box] = self._embed(evidence_crop(picture.rgb, box))
        return _Card(
            photo=result.photo,
            source_url=self.run.source_url(result),
            picture=image,
            without_picture=reason,
            truncated=picture is not None and picture.truncated,
            spots=[
                _Spot(
                    number=None if box is None else boxes.index(box) + 1,
                    crop=None if box is None else crops.get(box),
                    findings=findings,
                )
                for box, findings in by_box.items()
            ],
        )

    def _read(self, result: Result) -> tuple[Picture | None, str]:
        """The picture, or why there is none: ``"missing"``, ``"unreadable"``, ``"changed"``."""
        path = self.run.picture_path(result)
        if path is None:
            return None, "missing"
        try:
            picture = read_picture(path)
        except PhotoError as error:
            return None, "missing" if error.code == "vanished" else "unreadable"
        # Boxes drawn on another picture than the one screened would point at the wrong thing.
        if picture.sha256 != result.photo.sha256:
            return None, "changed"
        return picture, ""

    def _embed(self, jpeg: bytes) -> str:
        uri = data_uri(jpeg)
        self._bytes += len(uri)
        return uri


class _Labels:
    """What a rule is called: by the watchlist's own label, a pose by its name."""

    def __init__(self, watchlist: Watchlist) -> None:
        self._labels = {
            f"pose-{name}": (indonesian, english)
            for name, (english, indonesian) in wording.POSES.items()
        }
        self._labels |= {f"number-{rule.value}": (rule.label,) * 2 for rule in watchlist.numbers}
        for table, rules in (
            ("emblem", watchlist.emblems),
            ("symbol", watchlist.symbols),
            ("color", watchlist.colors),
            ("material", watchlist.materials),
        ):
            self._labels |= {f"{table}-{rule.id}": (rule.label,) * 2 for rule in rules}

    def __call__(self, rule: str) -> tuple[str, str]:
        """Indonesian and English; the same where the watchlist gives the label."""
        return self._labels.get(rule, (rule, rule))


def _measured(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Evidence as names and short values."""
    return [(name.replace("_", " "), _short(value)) for name, value in evidence.items()]


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return "ya / yes" if value else "tidak / no"
    if isinstance(value, float):
        text = f"{value:.3g}"
    elif isinstance(value, str):
        text = value
    elif isinstance(value, list | tuple) and all(isinstance(v, int | float) for v in value):
        text = "  ".join(_short(item) for item in value)
    else:
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_EVIDENCE else text[:MAX_EVIDENCE] + " …"
