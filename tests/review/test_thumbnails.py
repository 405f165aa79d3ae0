"""Small pictures are kept beside the run, and may be deleted."""

from pathlib import Path

from netravision.review.thumbnails import FILE, Thumbnails


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    Thumbnails(tmp_path).add("a", {0: b"jpeg", 2: b"other"})
    again = Thumbnails(tmp_path)
    assert [again.get("a", number) for number in (0, 1, 2)] == [b"jpeg", None, b"other"]
    assert again.get("b", 0) is None
    again.add("a", {0: b"newer"})
    assert again.get("a", 0) == b"newer"


def test_the_file_may_be_deleted(tmp_path: Path) -> None:
    kept = Thumbnails(tmp_path)
    kept.add("a", {0: b"jpeg"})
    for file in tmp_path.glob(f"{FILE}*"):
        file.unlink()
    assert kept.get("a", 0) is None
