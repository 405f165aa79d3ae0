"""What is shipped is found and checked; what is missing or damaged is named."""

from pathlib import Path

import pytest

from netravision import assets
from netravision.errors import AssetError


@pytest.mark.parametrize("name", ["nothing.tflite", "../pyproject.toml", "SHA256SUMS"])
def test_unlisted_file_is_refused(name: str) -> None:
    with pytest.raises(AssetError, match="not listed"):
        assets.load(name)


@pytest.mark.parametrize(
    ("content", "message"), [(b"damaged", "expected SHA-256"), (None, "cannot be read")]
)
def test_damaged_or_missing_file_is_refused(
    content: bytes | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  a.npz\n", encoding="ascii")
    if content is not None:
        (tmp_path / "a.npz").write_bytes(content)
    monkeypatch.setattr(assets, "_FOLDERS", (tmp_path,))
    assets.checksums.cache_clear()
    try:
        with pytest.raises(AssetError, match=message):
            assets.load("a.npz")
    finally:
        assets.checksums.cache_clear()


def test_the_rendered_photos_are_found_or_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (assets.fixtures() / "photos" / "akun_jari").is_dir()
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path / "netravision")
    with pytest.raises(AssetError, match="rendered photos are missing"):
        assets.fixtures()
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "watchlist.toml").touch()
    assert assets.fixtures() == tmp_path / "fixtures"
