"""Brings the catalogs of ``netravision/locale/`` in step with the sentences in the code.

    python -m tests.catalogs            # every catalog
    python -m tests.catalogs jv         # and a new one

A new sentence gets an empty translation, which the tests complain of; one that is gone from the
code is dropped. Sorted, and without line numbers and dates, so that two branches merge.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parents[1] / "netravision"
CATALOGS = PACKAGE / "locale"

KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**/templates/*.j2", "jinja2.ext:babel_extract")]

# The functions themselves call each other with variables.
OPTIONS = {"**/templates/*.j2": {"trim_blocks": "true", "silent": "false"}}


def sentences() -> Catalog:
    """Every sentence of the package that is to be translated."""
    found = Catalog()
    for _, _, message, comments, _ in extract_from_dir(
        PACKAGE, METHODS, OPTIONS, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        found.add(message, None, auto_comments=comments)
    return found


def read(path: Path) -> Catalog:
    with path.open("rb") as stream:
        return read_po(stream, locale=path.stem)


def write(path: Path, catalog: Catalog) -> None:
    body = io.BytesIO()
    write_po(
        body,
        catalog,
        width=100,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    header = (
        'msgid ""\n'
        'msgstr ""\n'
        f'"Language: {path.stem}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    path.write_bytes(header.encode() + body.getvalue().strip() + b"\n")


def update(codes: Iterable[str]) -> None:
    """Write the catalogs of some languages, with all sentences of the package."""
    found = sentences()
    for code in codes:
        path = CATALOGS / f"{code}.po"
        catalog = read(path) if path.exists() else Catalog(locale=code)
        catalog.update(found, no_fuzzy_matching=True)
        write(path, catalog)


if __name__ == "__main__":
    update({*(path.stem for path in CATALOGS.glob("*.po")), *sys.argv[1:]})
