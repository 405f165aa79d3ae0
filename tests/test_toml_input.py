"""A watchlist file is read whatever it is, or refused in one line, at once."""

import os
import time
from pathlib import Path

import pytest

from netravision.errors import WatchlistError
from netravision.toml_input import MAX_BYTES, parse, read
from tests.program import POSIX


def test_a_file_saved_by_notepad_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bom.toml"
    path.write_bytes(b'\xef\xbb\xbfschema = 1\r\nname = "Uji"\r\n')
    assert read(path) == 'schema = 1\nname = "Uji"\n'


def test_a_missing_file_is_a_watchlist_error(tmp_path: Path) -> None:
    with pytest.raises(WatchlistError, match="cannot be read"):
        read(tmp_path / "none.toml")


@POSIX
def test_what_only_looks_like_a_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipa.toml")
    for file in (tmp_path / "pipa.toml", tmp_path, Path("/dev/zero")):
        with pytest.raises(WatchlistError, match="is no file"):
            read(file)


def test_a_file_has_a_bounded_size(tmp_path: Path) -> None:
    path = tmp_path / "besar.toml"
    path.write_text("#" * MAX_BYTES)
    assert len(read(path)) == MAX_BYTES
    path.write_text("#" * (MAX_BYTES + 1))
    with pytest.raises(WatchlistError, match="a watchlist has at most 1,048,576 bytes"):
        read(path)


def test_a_file_in_another_encoding_is_told_how_to_save(tmp_path: Path) -> None:
    path = tmp_path / "lama.toml"
    path.write_bytes('name = "Café"'.encode("cp1252"))
    with pytest.raises(WatchlistError, match="save it as UTF-8"):
        read(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("schema = ", "Invalid value (at the end of the file)"),
        ("a = 1\nb 2", "Expected '=' after a key in a key/value pair (at line 2, column 3)"),
        (f"a = {'[' * 20_000}{']' * 20_000}", "more than 16 tables or lists in one another"),
        (f"a = {'{b=' * 20_000}1{'}' * 20_000}", "more than 16 tables"),
        (f"{'a.' * 100_000}a = 1", "more than 16 tables"),
        (f"[{'a.' * 100_000}a]", "more than 16 tables"),
        ('a = "' + '\\"' * 300_000, "Unterminated string"),
        (f"value = {'9' * 5000}", "a giant number"),
    ],
)
def test_what_is_no_toml_deep_giant_or_endless_is_one_short_error_at_once(
    text: str, told: str
) -> None:
    begin = time.process_time()
    with pytest.raises(WatchlistError) as caught:
        parse(text, "daftar.toml")
    assert time.process_time() - begin < 5
    assert told in str(caught.value)
    assert str(caught.value).startswith("daftar.toml: not valid TOML: ")
    assert len(str(caught.value)) < 3000


@pytest.mark.parametrize("text", [f'a = "{"[" * 99}"', f"# {'[' * 99}\na = '{'a.' * 99}'"])
def test_brackets_and_dots_of_texts_are_no_tables(text: str) -> None:
    assert list(parse(text, "daftar.toml")) == ["a"]
