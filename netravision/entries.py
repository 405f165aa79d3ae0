"""What all entries of a watchlist have in common, the tables of other packages' detectors too."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from netravision.languages import count
from netravision.languages import gettext as _
from netravision.rules import IDENTIFIER, Rule
from netravision.visible_text import shortened

__all__ = [
    "MAX_PICTURES",
    "MAX_PICTURE_BYTES",
    "Entry",
    "IdentifiedEntry",
    "Identifier",
    "IllustratedEntry",
    "Table",
    "Text",
]

#: Of one reference picture, and how many a rule may have. Each is copied into every run.
MAX_PICTURE_BYTES = 64 * 2**20
MAX_PICTURES = 100

# Longer ones no system opens, and Python takes them apart part by part.
_LONGEST_PATH = 1024

Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER, max_length=64, strict=True)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200, strict=True)]


class Table(BaseModel):
    """A TOML table: unknown keys are errors, so that a typo cannot switch a rule off."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Entry(Table):
    """One entry of a table of rules: a pydantic model, in which unknown keys are errors.

    Its fields are plain values and lists of them, as a run keeps a copy of the watchlist as TOML.

    Attributes
    ----------
    table : str
        Of the class: the table it stands in.
    """

    table: ClassVar[str]

    @property
    @abstractmethod
    def rule(self) -> Rule:
        """What it asks for."""


class IdentifiedEntry(Entry):
    """An entry with an id and a label of its own.

    Attributes
    ----------
    id : str
        Small letters, digits, and ``._-`` after the first; its rule is ``<table>-<id>``.
    label : str
        What people call it.
    """

    id: Identifier
    label: Text

    @property
    def rule(self) -> Rule:
        """What it asks for."""
        return Rule(self.table, self.id)


class IllustratedEntry(IdentifiedEntry):
    """An entry with reference images; relative paths start at the watchlist file.

    Attributes
    ----------
    id, label : str
    images : tuple of Path
        At least one. Each is a file inside the folder of the watchlist, copied into every run.
    """

    images: tuple[Path, ...] = Field(min_length=1, max_length=MAX_PICTURES)

    @field_validator("images")
    @classmethod
    def _resolve(cls, images: tuple[Path, ...], info: ValidationInfo) -> tuple[Path, ...]:
        folder = (info.context or {}).get("folder")
        if folder is None:
            return images
        # A watchlist comes from somebody else at times, and its images are copied into every
        # run: it must not reach for others of this machine, be it by a link.
        for image in images:
            if len(str(image)) > _LONGEST_PATH:
                raise ValueError(
                    _("no such picture: {image}").format(image=shortened(repr(str(image)), 100))
                )
            try:
                inside = (folder / image).resolve().is_relative_to(folder.resolve())
                there = (folder / image).is_file()
                size = (folder / image).stat().st_size if there else 0
            except (OSError, RuntimeError) as error:  # a name too long, a link to itself
                raise ValueError(
                    _("no such picture: {image}: {why}").format(image=image, why=error)
                ) from error
            if not inside:
                raise ValueError(
                    _(
                        "{image} is outside the folder of the watchlist; put the picture beside or "
                        "below the watchlist, and name it from there"
                    ).format(image=image)
                )
            if not there:
                raise ValueError(_("no such picture: {image}").format(image=folder / image))
            # Before it is read: a file of a terabyte may take no place at all on its disk.
            if size > MAX_PICTURE_BYTES:
                raise ValueError(
                    _("{image} has {size} bytes; at most {limit} are read").format(
                        image=image, size=count(size), limit=count(MAX_PICTURE_BYTES)
                    )
                )
        return tuple(folder / image for image in images)
