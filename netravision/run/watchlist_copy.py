"""The copy of a watchlist that a run keeps, with its pictures, complete in itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from netravision import installed_detectors
from netravision.atomic_write import atomic_write
from netravision.errors import PhotoError, WatchlistError, cause
from netravision.imaging.image import read_image
from netravision.languages import gettext as _
from netravision.rules import DETECTORS_OF
from netravision.watchlist import Watchlist

__all__ = ["check_pictures", "fingerprint", "fingerprints", "write"]

#: What says nothing about pixels, of the watchlist and of a rule: it may change between two calls
#: of the same run. A pose is known by its ``name``, so that of a rule counts.
_NOT_SEARCHED_FOR = ("name", "source", "period", "timezone")
_NOT_SEARCHED_FOR_IN_RULES = ("official_accounts",)


def fingerprint(watchlist: Watchlist, *, rules_only: bool) -> str:
    """SHA-256 of what a watchlist says, its pictures by their content and not their place.

    Parameters
    ----------
    watchlist : Watchlist
    rules_only : bool
        Leave out what does not change what is found in a photo.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    WatchlistError
        If a picture cannot be read.
    """
    return _digest(_searched_for(watchlist) if rules_only else _with_contents(watchlist))


def fingerprints(watchlist: Watchlist, *, observations: bool) -> dict[str, str | None]:
    """SHA-256 of what each detector is asked for; None where it is asked for nothing.

    Parameters
    ----------
    watchlist : Watchlist
    observations : bool
        Whether every detector is asked for everything that it sees.

    Returns
    -------
    dict of str to str or None
        By detector, 64 hexadecimal digits. Labels, which are only shown, are not among it.

    Raises
    ------
    WatchlistError
        If a picture cannot be read.
    """
    tables = _searched_for(watchlist, "label")
    found: dict[str, str | None] = {}
    for name in installed_detectors.SHIPPED:
        asked = {
            kind: tables[kind]
            for kind, detectors in DETECTORS_OF.items()
            if name in detectors and kind in tables
        }
        found[name] = _digest(asked) if asked or observations else None
    for name in watchlist.third_parties:
        # Another version may see something else. Those of netravision are told by their models.
        asked_of = {"entries": tables.get(name), "package": installed_detectors.origin(name)}
        found[name] = _digest(asked_of) if name in tables else None
    return found


def write(watchlist: Watchlist, file: Path) -> None:
    """Write a watchlist as TOML with its pictures beside it, named by their rule.

    Parameters
    ----------
    watchlist : Watchlist
    file : Path
        Replaced last; the pictures go into ``images`` beside it.

    Raises
    ------
    WatchlistError
        If a picture cannot be read or decoded.
    """
    check_pictures(watchlist)
    tables = _tables(watchlist)
    images = file.parent / "images"
    for folder in (file.parent, images):
        folder.mkdir(mode=0o700, exist_ok=True)
    for name, rules in tables.items():
        for rule in rules if isinstance(rules, list) else ():
            for index, image in enumerate(rule.get("images", ())):
                copy = f"{name}-{rule['id']}-{index + 1}{_suffix(image)}"
                _replace(images / copy, _read(image))
                rule["images"][index] = f"images/{copy}"
    _replace(file, tomli_w.dumps(tables).encode())  # last, as it names the others


def _searched_for(watchlist: Watchlist, *left_out: str) -> dict[str, Any]:
    """The tables of a watchlist without what says nothing about pixels, or those keys of a rule."""
    tables = _with_contents(watchlist)
    for key in _NOT_SEARCHED_FOR:
        tables.pop(key, None)
    for rule in _rules(tables):
        for key in (*_NOT_SEARCHED_FOR_IN_RULES, *left_out):
            rule.pop(key, None)
    return tables


def _with_contents(watchlist: Watchlist) -> dict[str, Any]:
    """The tables of a watchlist, its pictures by their content."""
    tables = _tables(watchlist)
    for rule in _rules(tables):
        if "images" in rule:
            rule["images"] = [hashlib.sha256(_read(image)).hexdigest() for image in rule["images"]]
    return tables


def _digest(tables: Mapping[Any, Any]) -> str:
    text = json.dumps(tables, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _replace(file: Path, data: bytes) -> None:
    with atomic_write(file, private=True) as stream:
        stream.write(data)


def check_pictures(watchlist: Watchlist) -> None:
    """Decode every reference picture, and name a broken one as its owner knows it.

    Workers see the copy only, whose pictures are called otherwise.

    Parameters
    ----------
    watchlist : Watchlist

    Raises
    ------
    WatchlistError
        If a picture cannot be read or decoded, or ends early.
    """
    for rule in _rules(_tables(watchlist)):
        for image in rule.get("images", ()):
            try:
                truncated = read_image(image).truncated
            except PhotoError as error:
                raise WatchlistError(f"{image}: {error}") from error
            if truncated:
                raise WatchlistError(
                    _("{file}: the file ends early or is damaged; use a whole one").format(
                        file=image
                    )
                )


def _tables(watchlist: Watchlist) -> dict[str, Any]:
    """As TOML has it: tables of plain values, those left empty left out."""
    tables = watchlist.model_dump(by_alias=True, exclude_none=True)
    for name in [name for name, value in tables.items() if value == ()]:
        del tables[name]
    for name, rules in tables.items():
        if isinstance(rules, tuple):
            tables[name] = [dict(rule) for rule in rules]
    for rule in _rules(tables):
        if "images" in rule:
            rule["images"] = list(rule["images"])
    return tables


def _rules(tables: dict[str, Any]) -> list[dict[str, Any]]:
    return [rule for rules in tables.values() if isinstance(rules, list) for rule in rules]


def _suffix(image: Path) -> str:
    # Only a hint to people and file managers: formats are told by content.
    return image.suffix.lower() if image.suffix[1:].isalnum() and image.suffix.isascii() else ""


def _read(image: Path) -> bytes:
    try:
        return image.read_bytes()
    except OSError as error:
        raise WatchlistError(
            _("{file}: cannot be read: {why}").format(file=image, why=cause(error))
        ) from error
