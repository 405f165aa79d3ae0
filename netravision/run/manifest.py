"""A table that says of each file whose it is, what kind, and when and where it was posted."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from netravision.arguments import is_date, is_web_address
from netravision.csv_input import as_path, is_shortened_number, path_key, read_table
from netravision.errors import RunError
from netravision.languages import gettext as _

__all__ = ["COLUMNS", "Manifest", "Row", "read_manifest"]

COLUMNS = ("path", "account", "kind", "posted_at", "url")

# A time as Indonesian spreadsheets write it: 14.30.
_DOTTED_TIME = re.compile(r"([0-9-]{10}[T ][0-9]{2})\.([0-9]{2})(?:\.([0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class Row:
    """What the manifest says of one file; None where it says nothing.

    Attributes
    ----------
    account : str or None
    kind : {"avatar", "post"} or None
    posted_at : str or None
        ISO 8601 date or time.
    url : str or None
    """

    account: str | None
    kind: Literal["avatar", "post"] | None
    posted_at: str | None
    url: str | None


@dataclass(slots=True)
class Manifest:
    """Rows by path, the rows that were wrong, and the paths that were never asked for.

    Attributes
    ----------
    rows : dict of str to Row
    problems : list of str
        One sentence for each row that was skipped, with its line.
    """

    rows: dict[str, Row]
    problems: list[str]
    _met: set[str] = field(default_factory=set)
    _met_as_spelled: set[str] = field(default_factory=set)
    _spellings: dict[bool, dict[str, list[str]]] = field(default_factory=dict)

    def row(self, path: str) -> Row | None:
        """What is said of a path, as the record has it.

        A row counts for a path that is spelled with other characters for the same letters, and, if
        no file had the row's own spelling so far, in upper or lower case.

        Parameters
        ----------
        path : str

        Returns
        -------
        Row or None
            None where nothing is said of it.
        """
        for fold in (False, True):
            rows = self._spelled(path, fold=fold)
            if len(rows) == 1 and not (fold and rows[0] in self._met_as_spelled):
                self._met.add(rows[0])
                if not fold:
                    self._met_as_spelled.add(rows[0])
                return self.rows[rows[0]]
        return None

    def _spelled(self, path: str, *, fold: bool) -> list[str]:
        """The rows whose path is the same but for its spelling."""
        if fold not in self._spellings:
            spellings: dict[str, list[str]] = {}
            for own in self.rows:
                spellings.setdefault(path_key(own, fold=fold), []).append(own)
            self._spellings[fold] = spellings
        return self._spellings[fold].get(path_key(path, fold=fold), [])

    def unmet(self) -> list[str]:
        """Paths of the manifest that no file had so far."""
        return [path for path in self.rows if path not in self._met]


def read_manifest(file: Path) -> Manifest:
    """Read a CSV with a header; of the columns only ``path`` is needed.

    A wrong row is skipped and named, never guessed at: a date in another order of day and
    month would become another date.

    Parameters
    ----------
    file : Path

    Returns
    -------
    Manifest

    Raises
    ------
    RunError
        If the file cannot be read, is not text, or its header is wrong.
    """
    table = read_table(file, COLUMNS)
    unknown = [name for name in table.names if name not in COLUMNS]
    if "path" not in table.names or unknown or len(set(table.names)) < len(table.names):
        raise RunError(
            _(
                "{file}: the first line must name the column path, and may name {others}, "
                "each once; got {found}"
            ).format(
                file=file,
                others=", ".join(COLUMNS[1:]),
                found=", ".join(table.names) or _("nothing"),
            )
        )
    manifest = Manifest({}, table.problems)
    keys: set[str] = set()
    for number, values in table.rows:
        path = as_path(values["path"])
        if dotted := _DOTTED_TIME.fullmatch(values.get("posted_at") or ""):
            values["posted_at"] = ":".join(filter(None, dotted.groups()))
        problem = _problem(path, values, keys)
        if problem is not None:
            told = _("row {row}: {problem}; skipped").format(row=number, problem=problem)
            manifest.problems.append(told)
            continue
        account = values.get("account")
        if is_shortened_number(account):
            values["account"] = None
            told = _(
                "row {row}: account {given} was rounded by a spreadsheet; the photo keeps the "
                "account of its folder"
            )
            manifest.problems.append(told.format(row=number, given=account))
        manifest.rows[path] = _row(values)
        keys.add(path_key(path))
    return manifest


def _problem(path: str, values: dict[str, str | None], earlier: Collection[str]) -> str | None:
    if not path:
        return _("path is missing")
    if path.startswith("/") or ".." in path.split("/") or path[1:2] == ":":
        return _("path must be relative to the source, got {given}").format(given=repr(path))
    if path_key(path) in earlier:
        return _("{path} stands in an earlier row already").format(path=repr(path))
    if values.get("kind") not in (None, "avatar", "post"):
        return _("kind must be avatar or post, got {given}").format(given=repr(values["kind"]))
    posted_at = values.get("posted_at")
    if posted_at is not None and not is_date(posted_at):
        return _(
            "posted_at must be a date like 2024-09-25 or 2024-09-25T14:30, got {given}"
        ).format(given=repr(posted_at))
    url = values.get("url")
    if url is not None and not is_web_address(url):
        return _("url must be a web address like https://example.org/p/1, got {given}").format(
            given=repr(url)
        )
    return None


def _row(values: dict[str, str | None]) -> Row:
    kind = values.get("kind")
    return Row(
        account=values.get("account"),
        kind="avatar" if kind == "avatar" else "post" if kind == "post" else None,
        posted_at=values.get("posted_at"),
        url=values.get("url"),
    )
