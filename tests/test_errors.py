"""Every error is one of ours and the built-in that a caller expects, in every process."""

import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from netravision import errors
from netravision.errors import (
    ArgumentError,
    ArgumentTypeError,
    NetravisionError,
    PhotoError,
)

BUILT_INS = {
    "ArgumentError": ValueError,
    "ArgumentTypeError": TypeError,
    "AssetError": RuntimeError,
    "DetectorError": RuntimeError,
    "FolderError": IsADirectoryError,
    "HashTextError": ValueError,
    "HashVersionError": ValueError,
    "HashWidthError": ValueError,
    "MissingRequirementError": RuntimeError,
    "PhotoError": ValueError,
    "RecordError": ValueError,
    "RunError": RuntimeError,
    "ScreenerClosedError": ValueError,
    "SecondOpinionUnavailableError": ImportError,
    "WatchlistError": ValueError,
}

MADE = {
    "ArgumentError": ArgumentError("kind", "story", "one of avatar, post, frame"),
    "ArgumentTypeError": ArgumentTypeError("path", 3, "str"),
    "PhotoError": PhotoError("too_large", "the photo has 9,999 megapixels"),
}


def test_all_are_listed_here() -> None:
    kinds = {name for name in errors.__all__ if isinstance(getattr(errors, name), type)}
    assert kinds == {"NetravisionError", *BUILT_INS}


@pytest.mark.parametrize("name", BUILT_INS)
def test_each_is_one_of_ours_and_a_built_in(name: str) -> None:
    kind = getattr(errors, name)
    assert issubclass(kind, NetravisionError)
    assert issubclass(kind, BUILT_INS[name])


@pytest.mark.parametrize("name", BUILT_INS)
def test_each_crosses_processes_with_all_it_says(name: str) -> None:
    error = MADE.get(name) or getattr(errors, name)("a sentence")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error) != ""
    assert vars(again) == vars(error)


def test_the_error_of_a_worker_arrives_as_it_was() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        error = pool.submit(PhotoError, "empty", "the file has no content").result()
    assert (error.code, str(error)) == ("empty", "the file has no content")


def test_an_argument_is_named_with_what_came_and_what_was_expected() -> None:
    assert str(MADE["ArgumentError"]) == ("kind: expected one of avatar, post, frame, got 'story'")
    assert str(MADE["ArgumentTypeError"]) == "path: expected str, got 3"
