"""What to look for: a watchlist in TOML, checked key by key."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import (
    Field,
    ValidationError,
    create_model,
    field_validator,
    model_validator,
)

from netravision import installed_detectors, plugins, toml_input
from netravision.arguments import Kind, check_type
from netravision.entries import Entry, IdentifiedEntry, IllustratedEntry, Table, Text
from netravision.errors import WatchlistError
from netravision.finding import Finding
from netravision.languages import gettext as _
from netravision.rules import IDENTIFIER, Rule
from netravision.validation_messages import explained

__all__ = [
    "DEFAULT_TIMEZONE",
    "Color",
    "Emblem",
    "Material",
    "Number",
    "Period",
    "Phrases",
    "Pose",
    "PoseRule",
    "Symbol",
    "Uniform",
    "Watchlist",
    "account_key",
]

# Letters and digits of a phrase: less is on every second sign.
_SHORTEST_PHRASE = 4

Pose = Literal[
    "fist",
    "one",
    "two",
    "three",
    "four",
    "five",
    "thumb_up",
    "thumb_down",
    "pistol",
    "call",
    "rock",
    "ily",
    "ok",
    "finger_heart",
    "hand_heart",
]

#: Of the largest part of Indonesia, UTC+7; nearer to any office there than UTC is.
DEFAULT_TIMEZONE = "Asia/Jakarta"


class Emblem(IllustratedEntry):
    """A protected government mark worn as a profile picture.

    Attributes
    ----------
    id : str
    label : str
    images : tuple of Path
        Pictures of the mark, at least one.
    official_accounts : tuple of str
        Accounts that may wear it.
    """

    table = "emblem"

    official_accounts: tuple[Text, ...] = ()


class Symbol(IllustratedEntry):
    """A party's or candidate's symbol."""

    table = "symbol"


class Material(IllustratedEntry):
    """Campaign material: a poster or portrait whose reuse, whole or in part, is looked for."""

    table = "material"


class Number(Entry):
    """A ballot number: raised fingers and printed number badges.

    Attributes
    ----------
    value : int
        0 to 99.
    label : str
    """

    table = "number"

    value: Annotated[int, Field(ge=0, le=99, strict=True)]
    label: Text

    @property
    def rule(self) -> Rule:
        """What it asks for."""
        return Rule(self.table, str(self.value))


class PoseRule(Entry):
    """A hand pose to look for, by its name in the table of poses.

    Attributes
    ----------
    name : str
    """

    table = "pose"

    name: Pose

    @property
    def rule(self) -> Rule:
        """What it asks for."""
        return Rule(self.table, self.name)


class _Colored(Table):
    """One color or two, as sRGB."""

    srgb: str | tuple[str, str]
    tolerance: Annotated[float, Field(gt=0, le=50)] = 8.0

    @field_validator("srgb", mode="before")
    @classmethod
    def _hexadecimal(cls, srgb: object) -> object:
        given: list[Any] = list(srgb) if isinstance(srgb, list | tuple) else [srgb]
        for color in given:
            if not isinstance(color, str) or not re.fullmatch("#[0-9a-fA-F]{6}", color):
                expected = _('expected a color like "#8fd3f4", got {given}')
                raise ValueError(expected.format(given=repr(color)))
        if isinstance(srgb, list | tuple):
            if len(given) != 2:
                expected = _("expected one color, or a list of two, got {n}")
                raise ValueError(expected.format(n=len(given)))
            if given[0].lower() == given[1].lower():
                same = _("the two colors are the same, {color}")
                raise ValueError(same.format(color=repr(given[0])))
        return srgb

    @property
    def colors(self) -> tuple[str, ...]:
        """The one color, or both."""
        return (self.srgb,) if isinstance(self.srgb, str) else self.srgb


class Uniform(_Colored):
    """What an office wears itself, though it looks like a campaign's color.

    Attributes
    ----------
    label : str
    srgb : str or tuple of two str
        ``"#rrggbb"``; two are both on the same clothes.
    tolerance : float
        CIEDE2000 distance, above 0 to 50.
    """

    label: Text


class Color(IdentifiedEntry, _Colored):
    """A campaign color, or two that belong together.

    Attributes
    ----------
    srgb : str or tuple of two str
        ``"#rrggbb"``.
    tolerance : float
        CIEDE2000 distance, above 0 to 50.
    pattern : {"pair", "checks"} or None
        What two colors form: stripes or halves side by side, or checks.
    min_area : float
        Share of the image, above 0 to 1.
    allowed : tuple of Uniform
        Who wears one of them does not wear the color.
    """

    table = "color"

    pattern: Literal["pair", "checks"] | None = None
    min_area: Annotated[float, Field(gt=0, le=1)] = 0.08
    allowed: tuple[Uniform, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if isinstance(self.srgb, str) and self.pattern is not None:
            one = _('pattern "{pattern}" needs two colors, srgb has one')
            raise ValueError(one.format(pattern=self.pattern))
        if not isinstance(self.srgb, str) and self.pattern is None:
            raise ValueError(_('two colors need pattern = "pair" or pattern = "checks"'))
        return self


class Phrases(IdentifiedEntry):
    """Words of a campaign, to be read in pictures.

    Attributes
    ----------
    id : str
    label : str
    phrases : tuple of str
        Ways of saying it, at least one. Case, signs and spaces do not matter.
    """

    table = "text"

    phrases: tuple[Text, ...] = Field(min_length=1, max_length=100)

    @field_validator("phrases")
    @classmethod
    def _legible(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        for phrase in phrases:
            letters = sum(sign.isalnum() for sign in phrase)
            if letters < _SHORTEST_PHRASE:
                short = _("{phrase} has {n} letters and digits; at least {least} are needed")
                raise ValueError(
                    short.format(phrase=repr(phrase), n=letters, least=_SHORTEST_PHRASE)
                )
        return phrases


class Period(Table):
    """First and last day of the campaign.

    Attributes
    ----------
    start, end : date
        The last day is not before the first.
    """

    start: date
    end: date

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start > self.end:
            late = _("start {start} is after end {end}")
            raise ValueError(late.format(start=self.start, end=self.end))
        return self


_Entry = TypeVar("_Entry", bound=Entry)


class Watchlist(Table):
    """What to look for; everything else passes unnoticed.

    The table of a third party's detector is among :attr:`tables`; :meth:`entries` reads it.

    Attributes
    ----------
    version : int
        Of the file's schema, 1.
    name : str
    source : str or None
        Where the rules come from.
    period : Period or None
    timezone : str
        Where the office is, as the IANA names it: ``"Asia/Makassar"``.
    emblems, numbers, poses, symbols, colors, materials, texts : tuple
    third_parties : tuple of str
        Names of the detectors of other packages whose tables it has.

    Examples
    --------
    >>> watchlist = Watchlist.default()
    >>> watchlist.emblems
    ()
    >>> "thumb_up" in [pose.name for pose in watchlist.poses]
    True
    """

    third_parties: ClassVar[tuple[str, ...]] = ()

    version: Literal[1] = Field(alias="schema")
    name: Text
    source: Text | None = None
    period: Period | None = None
    timezone: Text = DEFAULT_TIMEZONE
    emblems: tuple[Emblem, ...] = Field(default=(), alias="emblem")
    numbers: tuple[Number, ...] = Field(default=(), alias="number")
    poses: tuple[PoseRule, ...] = Field(default=(), alias="pose")
    symbols: tuple[Symbol, ...] = Field(default=(), alias="symbol")
    colors: tuple[Color, ...] = Field(default=(), alias="color")
    materials: tuple[Material, ...] = Field(default=(), alias="material")
    texts: tuple[Phrases, ...] = Field(default=(), alias="text")

    def __reduce__(self) -> tuple[Any, ...]:
        # Its class may be one that no module has.
        return _restored, (self.third_parties, self.__getstate__())

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (ValueError, OSError, KeyError) as error:  # KeyError: well formed, and unknown
            raise ValueError(
                _(
                    "expected a time zone like Asia/Jakarta, Asia/Makassar or Asia/Jayapura, "
                    "got {given}"
                ).format(given=repr(timezone))
            ) from error
        return timezone

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        for rule, times in Counter(self.rules).items():
            if times > 1:
                twice = _("[[{table}]] names {name} more than once")
                raise ValueError(twice.format(table=rule.kind, name=repr(rule.key)))
        return self

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Watchlist:
        """Read and check a watchlist file.

        Parameters
        ----------
        path : str or path

        Returns
        -------
        Watchlist

        Raises
        ------
        WatchlistError
            Naming every key that is wrong, and what was expected there.
        ArgumentTypeError
            If it is no path.
        """
        check_type("path", path, str, os.PathLike)
        path = Path(path)
        return cls._parse(toml_input.read(path), where=str(path), folder=path.parent)

    @classmethod
    def default(cls) -> Watchlist:
        """Numbers 1 to 5 and the poses of the published lists; no emblem, no symbol."""
        text = files("netravision").joinpath("default.toml").read_text(encoding="utf-8")
        return cls._parse(text, where="default.toml", folder=None)

    @classmethod
    def _parse(cls, text: str, *, where: str, folder: Path | None) -> Watchlist:
        tables = toml_input.parse(text, where)
        read = _with_tables(tuple(sorted(_of_third_parties(tables))))
        try:
            return read.model_validate(tables, context={"folder": folder})
        except ValidationError as error:
            lines = explained(error.errors(include_url=False))
            raise WatchlistError(
                "\n".join([_("{file} is not a valid watchlist:").format(file=where), *lines])
            ) from None

    @classmethod
    def loads(cls, text: str, folder: str | os.PathLike[str] | None = None) -> Watchlist:
        """Check a watchlist that is not in a file.

        Parameters
        ----------
        text : str
            TOML.
        folder : path, optional
            That its pictures are in; without it nobody looks whether they are there.

        Returns
        -------
        Watchlist

        Raises
        ------
        WatchlistError
            Naming every key that is wrong, and what was expected there.
        ArgumentTypeError
            If it is no text.
        """
        check_type("text", text, str)
        check_type("folder", folder, str, os.PathLike, None)
        return cls._parse(text, where="text", folder=None if folder is None else Path(folder))

    @property
    def tables(self) -> dict[str, tuple[Entry, ...]]:
        """The entries of every table, in the order in which tables are listed everywhere."""
        own: dict[str, tuple[Entry, ...]] = {
            "emblem": self.emblems,
            "number": self.numbers,
            "pose": self.poses,
            "symbol": self.symbols,
            "color": self.colors,
            "material": self.materials,
            "text": self.texts,
        }
        return own | {name: getattr(self, _field(name)) for name in self.third_parties}

    def entries(self, entry: type[_Entry]) -> tuple[_Entry, ...]:
        """The entries of one table.

        Parameters
        ----------
        entry : type
            Their model, such as :class:`Number` or a third party's own.

        Returns
        -------
        tuple of that type
        """
        return tuple(each for each in self.tables.get(entry.table, ()) if isinstance(each, entry))

    @property
    def detectors(self) -> tuple[str, ...]:
        """Names of all that may be asked for something, in the order in which they look.

        >>> Watchlist.default().detectors
        ('emblem', 'hands', 'insignia')
        """
        return (*installed_detectors.SHIPPED, *self.third_parties)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Everything that is looked for, table by table.

        >>> [rule.name for rule in Watchlist.default().rules][:2]
        ['number-1', 'number-2']
        """
        return tuple(entry.rule for table in self.tables.values() for entry in table)

    @property
    def labels(self) -> dict[str, str]:
        """What the watchlist calls each of its rules, by name; poses have no label."""
        entries = (entry for table in self.tables.values() for entry in table)
        return {
            entry.rule.name: entry.label
            for entry in entries
            if isinstance(entry, IdentifiedEntry | Number)
        }

    @cached_property
    def _asked(self) -> frozenset[Rule]:
        return frozenset(self.rules)

    def rule_for(self, seen: Finding, kind: Kind = "post") -> Rule | None:
        """The rule that asks for what was seen, however low its score; None if there is none.

        Parameters
        ----------
        seen : Finding
            A finding or an observation.
        kind : {"avatar", "post", "frame"}
            Of the photo: an emblem in a post is asked for only if it is worn.

        Returns
        -------
        Rule or None
        """
        return next((rule for rule in _rules_for(seen, kind) if rule in self._asked), None)

    @cached_property
    def _official(self) -> frozenset[tuple[str, str]]:
        return frozenset(
            (emblem.rule.name, account_key(account))
            for emblem in self.emblems
            for account in emblem.official_accounts
        )

    def is_official(self, account: str | None, rule: str | None) -> bool:
        """Whether the account may wear the emblem that the rule looks for.

        Parameters
        ----------
        account : str or None
        rule : str or None
            Name of a rule, as ``"emblem-<id>"``.

        Returns
        -------
        bool
        """
        return account is not None and (rule, account_key(account)) in self._official

    def office_time(self, posted_at: str | None) -> date | datetime | None:
        """The time on the clock of the office; None where there is none.

        Parameters
        ----------
        posted_at : str or None
            ISO 8601 date or time. Without a time zone it is the office's already.

        Returns
        -------
        date, datetime without a time zone, or None
            A date where no time is given.

        Examples
        --------
        >>> Watchlist.default().office_time("2024-09-24T17:30:00Z")
        datetime.datetime(2024, 9, 25, 0, 30)
        """
        if posted_at is None:
            return None
        try:
            if len(posted_at) <= len("2024-09-25"):
                return date.fromisoformat(posted_at)
            time = datetime.fromisoformat(posted_at)
            if time.tzinfo is not None:
                time = time.astimezone(ZoneInfo(self.timezone)).replace(tzinfo=None)
        except (ValueError, OverflowError):  # no date, or the last hours that a calendar has
            return None
        return time

    def office_day(self, posted_at: str | None) -> date | None:
        """The day on the calendar of the office; None where there is none.

        Parameters
        ----------
        posted_at : str or None
            ISO 8601 date or time.

        Returns
        -------
        date or None
        """
        time = self.office_time(posted_at)
        return time.date() if isinstance(time, datetime) else time

    def is_outside_period(self, posted_at: str | None) -> bool | None:
        """Whether a photo was posted before or after the campaign; None where nobody can tell.

        Parameters
        ----------
        posted_at : str or None
            ISO 8601 date or time; its day where the office is counts.

        Returns
        -------
        bool or None
        """
        day = self.office_day(posted_at)
        if self.period is None or day is None:
            return None
        return not self.period.start <= day <= self.period.end


@cache
def _with_tables(names: tuple[str, ...]) -> type[Watchlist]:
    """A watchlist that has the tables of some third parties' detectors, too."""
    if not names:
        return Watchlist
    fields: dict[str, Any] = {}
    for name in names:
        plugin = plugins.find(name)
        assert plugin is not None
        (entry,) = plugin.entries
        fields[_field(name)] = (tuple[entry, ...], Field(default=(), alias=name))  # type: ignore[valid-type]
    read = create_model("Watchlist", __base__=Watchlist, __module__=__name__, **fields)
    read.third_parties = names
    return read


def _field(table: str) -> str:
    # Watchlist has names of its own that a table may have, too.
    return f"{table}_entries"


def _of_third_parties(tables: Mapping[str, Any]) -> Iterator[str]:
    """The tables that the detectors of others read."""
    own = {field.alias or name for name, field in Watchlist.model_fields.items()}
    return (name for name in tables if name not in own and name in installed_detectors.installed())


def _restored(names: tuple[str, ...], state: dict[Any, Any]) -> Watchlist:
    watchlist = _with_tables(names)
    made = watchlist.__new__(watchlist)
    made.__setstate__(state)
    return made


def account_key(account: str) -> str:
    """What all spellings of an account have in common.

    Parameters
    ----------
    account : str

    Returns
    -------
    str

    Examples
    --------
    >>> account_key("@PemprovKaltim") == account_key("pemprovkaltim")
    True
    """
    return account.strip().removeprefix("@").casefold()


def _rules_for(seen: Finding, kind: Kind) -> Iterable[Rule]:
    """The rules that could ask for what was seen, the one that it is named by first."""
    plugin = plugins.find(seen.detector)
    if plugin is None:
        return ()
    if plugin.rules_for is not None:
        return plugin.rules_for(seen.label, seen.evidence, kind)
    # Only an id is the label of a rule; what no entry describes is called otherwise.
    is_id = re.fullmatch(IDENTIFIER, seen.label)
    return (Rule(plugin.name, seen.label),) if is_id else ()
