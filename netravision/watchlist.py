"""What to look for: a watchlist in TOML, checked key by key."""

from __future__ import annotations

import os
import re
import tomllib
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

from netravision import installed_detectors, plugins
from netravision.arguments import Kind, check_type
from netravision.entries import Entry, IdentifiedEntry, IllustratedEntry, Table, Text
from netravision.errors import WatchlistError, cause
from netravision.finding import Finding
from netravision.languages import N_, count
from netravision.languages import gettext as _
from netravision.rules import IDENTIFIER, Rule
from netravision.visible_text import shortened

__all__ = [
    "DEFAULT_TIMEZONE",
    "MAX_BYTES",
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

#: Of a watchlist file. Three hundred emblems with their accounts have a tenth of it.
MAX_BYTES = 2**20

# Tables in tables, keys with dots; a watchlist has two.
_DEEPEST = 16

# Brackets, dots and what ends a key. A text or comment is one match, also one without an end, so
# that no sign is looked at twice.
_SIGNS = re.compile(
    r'''"""(?:[^\\]|\\.)*?(?:"""|\Z)|"(?:[^"\\\n]|\\.)*"?'''
    r"""|'''[\s\S]*?(?:'''|\Z)|'[^'\n]*'?|#[^\n]*|[\[\]{}.,=\n]""",
    re.DOTALL,
)

# Letters and digits of a phrase: less is on every second sign.
_SHORTEST_PHRASE = 4

# Mistakes that are named one by one; the rest is counted.
_NAMED = 20

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
        return cls._parse(_read(path), where=str(path), folder=path.parent)

    @classmethod
    def default(cls) -> Watchlist:
        """Numbers 1 to 5 and the poses of the published lists; no emblem, no symbol."""
        text = files("netravision").joinpath("default.toml").read_text(encoding="utf-8")
        return cls._parse(text, where="default.toml", folder=None)

    @classmethod
    def _parse(cls, text: str, *, where: str, folder: Path | None) -> Watchlist:
        try:
            _check_depth(text)
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            why = shortened(_toml_mistake(str(error)))
            raise WatchlistError(
                _("{file}: not valid TOML: {why}").format(file=where, why=why)
            ) from error
        except ValueError as error:
            # Python converts no number of more than 4,300 digits, as that takes too long.
            raise WatchlistError(
                _("{file}: not valid TOML: {why}").format(file=where, why=_("a giant number"))
            ) from error
        read = _with_tables(tuple(sorted(_of_third_parties(tables))))
        try:
            return read.model_validate(tables, context={"folder": folder})
        except ValidationError as error:
            items = error.errors(include_url=False)
            lines = [
                shortened(f"{_key(item['loc'])}: {_expectation(item)}") for item in items[:_NAMED]
            ]
            if len(items) > _NAMED:
                lines.append(_("and {n} more like these").format(n=count(len(items) - _NAMED)))
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


def _read(path: Path) -> str:
    """The text of a watchlist file, whatever the file really is."""
    try:
        if not path.is_file() and path.exists():
            raise WatchlistError(_("{file}: is no file").format(file=path))
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise WatchlistError(
            _("{file}: cannot be read: {why}").format(file=path, why=cause(error))
        ) from error
    if len(data) > MAX_BYTES:
        raise WatchlistError(
            _("{file}: a watchlist has at most {limit} bytes").format(
                file=path, limit=count(MAX_BYTES)
            )
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WatchlistError(
            _("{file}: is not UTF-8 text; save it as UTF-8").format(file=path)
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_depth(text: str) -> None:
    """Refuse tables in tables in tables: Python's reader of TOML needs minutes or its whole stack.

    Raises
    ------
    tomllib.TOMLDecodeError
    """
    depth = dots = 0
    for sign in _SIGNS.finditer(text):
        match sign[0]:
            case "[" | "{":
                depth += 1
            case "]" | "}":
                depth -= 1
        dots = dots + 1 if sign[0] == "." else 0
        if max(depth, dots) > _DEEPEST:
            raise tomllib.TOMLDecodeError(
                _("more than {n} tables or lists in one another").format(n=count(_DEEPEST))
            )


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


def _key(location: tuple[int | str, ...]) -> str:
    """``("emblem", 0, "images")`` as ``emblem[1].images``, counted as people count."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{_name(part)}" for part in location]
    return "".join(parts).removeprefix(".") or "watchlist"


def _name(key: str) -> str:
    return key if re.fullmatch("[A-Za-z0-9_-]{1,60}", key) else _given(key)


def _given(value: object) -> str:
    """A value as an error shows it, whatever it is."""
    try:
        return shortened(repr(value), 100)
    except ValueError:  # of a number with thousands of digits
        return _("a giant number")


# What pydantic complains of, by its names for it; https://docs.pydantic.dev/latest/errors/
# validation_errors. Placeholders are those of its context.
_EXPECTED = {
    "missing": N_("is missing"),
    "extra_forbidden": N_("is not a known key"),
    "literal_error": N_("expected one of {expected}"),
    "string_type": N_("expected text in quotation marks"),
    "string_too_short": N_("must not be empty"),
    "string_too_long": N_("expected at most {max_length} characters"),
    "string_pattern_mismatch": N_("expected small letters, digits, and . _ - after the first"),
    "int_type": N_("expected a whole number"),
    "float_type": N_("expected a number"),
    "float_parsing": N_("expected a number"),
    "greater_than": N_("expected a number greater than {gt}"),
    "greater_than_equal": N_("expected a number of at least {ge}"),
    "less_than_equal": N_("expected a number of at most {le}"),
    "tuple_type": N_("expected a list in square brackets"),
    "too_short": N_("expected at least {min_length} in the list"),
    "too_long": N_("expected at most {max_length} in the list"),
    "model_type": N_("expected a table of keys and values"),
    "path_type": N_("expected the path of a file"),
    "date_type": N_("expected a date like 2024-09-25"),
    "date_parsing": N_("expected a date like 2024-09-25"),
    "date_from_datetime_parsing": N_("expected a date like 2024-09-25"),
    "date_from_datetime_inexact": N_("expected a date like 2024-09-25"),
}


def _expectation(item: Any) -> str:
    context = item.get("ctx", {})
    if item["type"] == "value_error":
        return str(context["error"])
    if item["type"] == "extra_forbidden" and len(item["loc"]) == 1 and _is_table(item["input"]):
        return _(
            "is no table of netravision, and no detector of this name is installed "
            "(installed: {names})"
        ).format(names=", ".join(installed_detectors.installed()) or _("none"))
    text: str = item["msg"]
    if item["type"] in _EXPECTED:
        named = {name: _plain(value) for name, value in context.items()}
        expected = _EXPECTED[item["type"]]  # its key in the marked call, Babel 2.14 would collect
        text = _(expected).format(**named)
    if item["type"] == "missing":
        return text
    return _("{expected} (got {given})").format(expected=text, given=_given(item["input"]))


def _is_table(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def _plain(value: Any) -> str:
    """A limit or a list of choices without words: ``8.0`` is 8, ``'a', 'b' or 'c'`` has commas."""
    return f"{value:g}" if isinstance(value, int | float) else str(value).replace(" or ", ", ")


#: What Python's reader of TOML says of the mistakes that people make.
_TOML_MISTAKES = (
    N_("Invalid statement"),
    N_("Invalid value"),
    N_("Invalid initial character for a key part"),
    N_("Expected '=' after a key in a key/value pair"),
    N_("Expected newline or end of document after a statement"),
    N_("Expected ']' at the end of a table declaration"),
    N_("Expected ']]' at the end of an array declaration"),
    N_("Unclosed array"),
    N_("Unclosed inline table"),
    N_("Unterminated string"),
    N_("Unescaped '\\' in a string"),
    N_("Cannot overwrite a value"),
)


def _toml_mistake(told: str) -> str:
    """``"Invalid value (at line 3, column 8)"``, in the language in force."""
    found = re.fullmatch(
        r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", told, re.DOTALL
    )
    if found is None:
        return told
    mistake, line, column = found.groups()
    if line is None:
        return _("{mistake} (at the end of the file)").format(mistake=_(mistake))
    return _("{mistake} (at line {line}, column {column})").format(
        mistake=_(mistake), line=line, column=column
    )
