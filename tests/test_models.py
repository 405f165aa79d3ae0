"""The shipped model files: listed, checked, and rebuilt to the same bytes."""

import hashlib
import importlib.util
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from netravision import assets
from netravision.errors import AssetError

MODELS = Path(__file__).parent.parent / "models"


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build", MODELS / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_shipped_file_is_listed_and_loads(build: ModuleType) -> None:
    shipped = {path.name for path in MODELS.iterdir() if path.suffix in build.SHIPPED_SUFFIXES}
    assert shipped == set(assets.checksums())
    for name in shipped:
        assert hashlib.sha256(assets.load(name)).hexdigest() == assets.checksums()[name]


def test_bundle_is_what_the_script_would_write_again(build: ModuleType) -> None:
    path = MODELS / "hand_landmarker.task"
    with zipfile.ZipFile(path) as bundle:
        members = {
            name: build.checked(bundle.read(name), sha256, name)
            for name, (_member, sha256) in build.HAND_MEMBERS.items()
        }
        assert {entry.compress_type for entry in bundle.infolist()} == {zipfile.ZIP_STORED}
    assert build.stored_zip(members) == path.read_bytes()
    _member, face = build.FACE_MEMBER
    assert assets.checksums()["face_detector.tflite"] == face


def test_checksum_mismatch_says_expected_and_got(build: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"wheel: expected SHA-256 0+, got 9f86d0"):
        build.checked(b"test", "0" * 64, "wheel")


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
