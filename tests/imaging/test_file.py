"""Files opened with their type, and failures with a code."""

from pathlib import Path

import pytest

from netravision.errors import PhotoError
from netravision.imaging import file
from netravision.imaging.file import open_file, read_bytes

PNG = b"\x89PNG\r\n\x1a\n" + bytes(500)
MP4 = b"\0\0\0\x18ftypisom" + bytes(500)


def code(path: Path) -> str:
    with pytest.raises(PhotoError) as raised:
        read_bytes(path)
    assert path.name in str(raised.value)
    return raised.value.code


@pytest.mark.parametrize(
    ("data", "form"), [(PNG, "PNG"), (MP4, "MP4"), (b"a text", None), (b"", None)]
)
def test_a_file_is_read_from_its_beginning_and_its_type_known(
    tmp_path: Path, data: bytes, form: str | None
) -> None:
    (tmp_path / "x").write_bytes(data)
    with open_file(tmp_path / "x") as (opened, found):
        assert (opened.read(), found) == (data, form)
    assert read_bytes(str(tmp_path / "x")) == data


def test_failures_have_a_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert code(tmp_path / "gone.jpg") == "vanished"
    assert code(tmp_path) in ("unreadable", "permission_denied")  # Windows denies folders

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert code(tmp_path / "secret.jpg") == "permission_denied"


def test_a_disk_that_fails_while_a_file_is_open_is_a_failure_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(PNG)
    with pytest.raises(PhotoError, match="Input/output") as raised, open_file(tmp_path / "x"):
        raise OSError(5, "Input/output error")
    assert raised.value.code == "unreadable"


def test_videos_may_be_larger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MAX_BYTES", 400)
    (tmp_path / "video").write_bytes(MP4)
    assert read_bytes(tmp_path / "video") == MP4
    (tmp_path / "image").write_bytes(PNG)
    assert code(tmp_path / "image") == "too_large"
    monkeypatch.setattr(file, "MAX_VIDEO_BYTES", 400)
    assert code(tmp_path / "video") == "too_large"
