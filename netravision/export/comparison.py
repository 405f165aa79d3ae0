"""What became of the emblems that accounts wore: a newer run beside an older one.

Who has warned an account asks again some weeks later whether the emblem is gone. "Gone" is said
only of an account whose present avatar was seen without it: a picture that could not be read,
or is not there, proves nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from netravision.errors import RunError
from netravision.languages import N_, count
from netravision.languages import gettext as _
from netravision.result import Result
from netravision.rules import Rule
from netravision.run.run import Run
from netravision.watchlist import Emblem, account_key

__all__ = [
    "SCHEMA",
    "STATUSES",
    "Avatar",
    "Comparison",
    "Side",
    "Sight",
    "Status",
    "compare",
    "compare_runs",
]

SCHEMA = "netravision.comparison/1"

Status = Literal["still_worn", "new", "unknown", "not_seen", "replaced"]
Sight = Literal["worn", "not_worn", "failed", "no_avatar"]

#: What needs a person first comes first.
STATUSES: tuple[Status, ...] = ("still_worn", "new", "unknown", "not_seen", "replaced")

#: What a run keeps of how it was made, as far as it changes what is found.
_SETTINGS = {
    "profile": N_("another profile"),
    "models": N_("other model files"),
    "version": N_("another version of netravision"),
}

_OF_ONE_THAT_WAS_WORN: dict[Sight, Status] = {
    "worn": "still_worn",
    "not_worn": "replaced",
    "failed": "unknown",
    "no_avatar": "not_seen",
}


@dataclass(frozen=True, slots=True)
class Avatar:
    """One profile picture of a run.

    Attributes
    ----------
    account : str
        As the run writes it.
    path : str
    day : str
        ``YYYY-MM-DD``: when it was posted, or when the run was begun.
    dated : bool
        The day is that of the posting.
    worn : mapping of str to float, or None
        Score by the id of each emblem found; None for a picture that could not be screened.
    """

    account: str
    path: str
    day: str
    dated: bool
    worn: Mapping[str, float] | None


@dataclass(frozen=True, slots=True)
class Side:
    """What one run says of an account and an emblem.

    Attributes
    ----------
    sight : {"worn", "not_worn", "failed", "no_avatar"}
    path, date : str or None
        Of the avatar that decided it; None without an avatar.
    score : float or None
        Of the emblem, where it is worn.
    """

    sight: Sight
    path: str | None = None
    date: str | None = None
    score: float | None = None

    @property
    def rounded_score(self) -> float | None:
        """The score as records have it, to four decimals."""
        return None if self.score is None else round(self.score, 4)

    def to_dict(self) -> dict[str, Any]:
        """The ``older`` or ``newer`` part of the record."""
        return {
            "sight": self.sight,
            "path": self.path,
            "date": self.date,
            "score": self.rounded_score,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """One account and one emblem in two runs; a reason to look, never a verdict.

    Attributes
    ----------
    account : str
    emblem, label : str or None
        Id and label in the watchlist. None where no emblem was ever seen on the account, and its
        newer avatar could not be read.
    first_seen : str or None
        ``YYYY-MM-DD``: the earliest day, in both runs, of an avatar with the emblem.
    older, newer : Side
    """

    account: str
    emblem: str | None
    label: str | None
    first_seen: str | None
    older: Side
    newer: Side

    @property
    def status(self) -> Status:
        """What became of the emblem, one of :data:`STATUSES`."""
        if self.older.sight == "worn":
            return _OF_ONE_THAT_WAS_WORN[self.newer.sight]
        return "new" if self.newer.sight == "worn" else "unknown"

    def to_dict(self) -> dict[str, Any]:
        """The record ``netravision.comparison/1``, ready for ``json.dumps``."""
        return {
            "schema": SCHEMA,
            "account": self.account,
            "emblem": self.emblem,
            "label": self.label,
            "status": self.status,
            "first_seen": self.first_seen,
            "older": self.older.to_dict(),
            "newer": self.newer.to_dict(),
        }


def compare_runs(older: Run, newer: Run) -> tuple[list[Comparison], list[str]]:
    """Compare what accounts wear in two runs.

    Parameters
    ----------
    older, newer : Run

    Returns
    -------
    comparisons : list of Comparison
        What needs a person first, then by account and emblem.
    notes : list of str
        Sentences about what limits the comparison.

    Raises
    ------
    RunError
        If no emblem was looked for in both runs: nothing to say would look like all is well.
    """
    before = {emblem.id: emblem for emblem in older.watchlist.emblems}
    after = {emblem.id: emblem for emblem in newer.watchlist.emblems}
    common = {name: emblem.label for name, emblem in after.items() if name in before}
    if not common:
        raise RunError(
            _(
                "no emblem is in the watchlists of both {older} and {newer}; "
                "there is nothing to compare"
            ).format(older=older.folder, newer=newer.folder)
        )

    def is_official(account: str, emblem: str) -> bool:
        # Who became official between the runs has replaced nothing.
        rule = Rule("emblem", emblem).name
        return any(run.watchlist.is_official(account, rule) for run in (older, newer))

    notes = [*_notes_on_watchlists(before, after), *_notes_on_settings(older, newer)]
    before_avatars, strays_before = _avatars_of(older)
    after_avatars, strays_after = _avatars_of(newer)
    for which, strays in ((_("the older run"), strays_before), (_("the newer run"), strays_after)):
        if strays:
            told = _("Avatars of no account, left out: {n} in {run}.")
            notes.append(told.format(n=count(strays), run=which))
    return compare(before_avatars, after_avatars, common, is_official), notes


def compare(
    older: Iterable[Avatar],
    newer: Iterable[Avatar],
    emblems: Mapping[str, str],
    is_official: Callable[[str, str], bool] = lambda account, emblem: False,
) -> list[Comparison]:
    """Compare the avatars of two runs, in whichever order they come.

    An account that wears none of the emblems in either run is not mentioned, unless its newer
    avatar could not be read.

    Parameters
    ----------
    older, newer : iterable of Avatar
    emblems : mapping of str to str
        Labels by the id of each emblem that both runs looked for.
    is_official : callable
        Whether an account, the first argument, may wear the emblem, the second.

    Returns
    -------
    list of Comparison
        What needs a person first, then by account and emblem.
    """
    before, after = _by_account(older), _by_account(newer)
    comparisons: list[Comparison] = []
    for key in before.keys() | after.keys():
        avatars = before.get(key, ()), after.get(key, ())
        account = min(avatar.account for avatar in avatars[1] or avatars[0])
        asked = {name: label for name, label in emblems.items() if not is_official(account, name)}
        if asked:
            comparisons += _compare_account(account, *avatars, asked)
    return sorted(
        comparisons, key=lambda row: (STATUSES.index(row.status), row.account, row.emblem or "")
    )


def _compare_account(
    account: str, older: Sequence[Avatar], newer: Sequence[Avatar], emblems: Mapping[str, str]
) -> list[Comparison]:
    comparisons = []
    for emblem, label in emblems.items():
        sides = _side(older, emblem), _side(newer, emblem)
        if any(side.sight == "worn" for side in sides):
            days = [avatar.day for avatar in (*older, *newer) if emblem in (avatar.worn or ())]
            comparisons.append(Comparison(account, emblem, label, min(days), *sides))
    if not comparisons:
        sides = _side(older, None), _side(newer, None)
        if sides[1].sight == "failed":
            comparisons.append(Comparison(account, None, None, None, *sides))
    return comparisons


def _side(avatars: Sequence[Avatar], emblem: str | None) -> Side:
    """What the present avatars say; one that wears the emblem outweighs all others."""
    present = _present(avatars)
    if not present:
        return Side("no_avatar")
    wearing = [avatar for avatar in present if emblem in (avatar.worn or ())]
    failed = [avatar for avatar in present if avatar.worn is None]
    decisive = min(wearing or failed or present, key=lambda avatar: _rank(avatar, emblem))
    sight: Sight = "worn" if wearing else "failed" if failed else "not_worn"
    return Side(sight, decisive.path, decisive.day, _score(decisive, emblem))


def _present(avatars: Sequence[Avatar]) -> Sequence[Avatar]:
    """Those of the last day where every day is known, else all.

    Archives keep former avatars beside the present one; without dates nobody can tell which is
    which, and to call an emblem gone that is still there would be the worse mistake.
    """
    if not all(avatar.dated for avatar in avatars):
        return avatars
    last = max((avatar.day for avatar in avatars), default="")
    return [avatar for avatar in avatars if avatar.day == last]


def _rank(avatar: Avatar, emblem: str | None) -> tuple[float, str, str]:
    return -(_score(avatar, emblem) or 0.0), avatar.path, avatar.day


def _score(avatar: Avatar, emblem: str | None) -> float | None:
    return None if emblem is None else (avatar.worn or {}).get(emblem)


def _by_account(avatars: Iterable[Avatar]) -> dict[str, list[Avatar]]:
    by_account: dict[str, list[Avatar]] = {}
    for avatar in avatars:
        by_account.setdefault(account_key(avatar.account), []).append(avatar)
    return by_account


def _avatars_of(run: Run) -> tuple[list[Avatar], int]:
    """The avatars of a run, and how many more belong to no account."""
    avatars, strays = [], 0
    for result in run.results():
        photo = result.photo
        if photo.kind != "avatar" or result.status == "skipped":
            continue
        if photo.account is None:
            strays += 1
            continue
        posted = run.watchlist.office_day(photo.posted_at)
        dated = posted is not None
        day = str(posted or run.watchlist.office_day(run.created))
        avatars.append(Avatar(photo.account, photo.path or "", day, dated, _worn(result)))
    return avatars, strays


def _worn(result: Result) -> dict[str, float] | None:
    if result.error is not None:
        return None
    worn: dict[str, float] = {}
    for finding in result.findings:
        if finding.detector == "emblem":
            worn[finding.label] = max(finding.score, worn.get(finding.label, 0.0))
    return worn


def _notes_on_watchlists(
    before: Mapping[str, Emblem], after: Mapping[str, Emblem]
) -> Iterator[str]:
    for which, here, there in (
        (_("the older run"), before, after),
        (_("the newer run"), after, before),
    ):
        alone = [name for name in here if name not in there]
        if alone:
            yield _("Left out, as only {run} looked for it: {emblems}.").format(
                run=which, emblems=", ".join(alone)
            )
    redrawn = [
        name
        for name, emblem in after.items()
        if name in before and _pictures(emblem) != _pictures(before[name])
    ]
    if redrawn:
        told = _("other reference pictures of {emblems}")
        yield _limit(told.format(emblems=", ".join(redrawn)))


def _notes_on_settings(older: Run, newer: Run) -> Iterator[str]:
    if older.created > newer.created:
        yield _("{newer} was begun before {older}; are they the right way round?").format(
            newer=newer.folder, older=older.folder
        )
    before, after = older.store.meta, newer.store.meta
    for key, name in _SETTINGS.items():
        if before[key] != after[key]:
            yield _limit(_(name))


def _limit(difference: str) -> str:
    return _(
        "The two runs were screened with {difference}: "
        "what one of them found, the other may have missed."
    ).format(difference=difference)


def _pictures(emblem: Emblem) -> set[str]:
    return {hashlib.sha256(image.read_bytes()).hexdigest() for image in emblem.images}
