"""One photo or video through all detectors: what the record says of cut files and of time."""

import io
import json
import multiprocessing
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

import cv2
import numpy as np
import pytest
from jsonschema import Draft202012Validator
from PIL import Image

from netravision import Result, Screener, Watchlist, schemas
from netravision.errors import ArgumentError, FolderError, NetravisionError, ScreenerClosedError
from netravision.imaging.image import read_image
from netravision.imaging.media import Source
from netravision.progress import Progress
from netravision.screener import Item
from tests.reels import write_reel

SCHEMA = schemas.load("result/2")


@pytest.fixture(scope="module")
def screener(fixtures_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screener]:
    watchlist = Watchlist.load(fixtures_dir / "watchlist.toml")
    kept = tmp_path_factory.mktemp("kept") / "material"
    with Screener(watchlist, "fast", observations=True, material_folder=kept) as built:
        yield built


def checked(result: Result) -> Result:
    """The result, if its record is valid and says the same."""
    record = json.loads(json.dumps(result.to_dict()))
    Draft202012Validator(SCHEMA).validate(record)
    assert Result.from_dict(record).to_dict() == record
    return result


@pytest.fixture(scope="module")
def hand(fixtures_dir: Path) -> bytes:
    return (fixtures_dir / "photos" / "akun_jari" / "two_130px_brown_right.jpg").read_bytes()


def scene(fixtures_dir: Path, name: str) -> np.ndarray:
    rgb = read_image(fixtures_dir / "photos" / name).rgb
    scale = max(640 / rgb.shape[1], 480 / rgb.shape[0])
    size = (round(rgb.shape[1] * scale), round(rgb.shape[0] * scale))
    return np.ascontiguousarray(cv2.resize(rgb, size)[:480, :640])


def test_a_cut_photo_is_screened_and_marked(screener: Screener, hand: bytes) -> None:
    whole = checked(screener.screen(hand))
    cut = checked(screener.screen(hand[: len(hand) * 9 // 10]))
    assert not whole.photo.truncated
    assert "truncated" not in whole.to_dict()["photo"]
    assert cut.photo.truncated
    assert cut.to_dict()["photo"]["truncated"] is True
    assert "number-2" in {finding.rule for finding in cut.findings}
    for finding in (*cut.findings, *cut.observations):
        assert finding.evidence.truncated
        assert finding.reason.endswith(
            "The file ends early or is damaged; only what is there was looked at."
        )
        assert "terpotong" in finding.explain("id")
    assert not any(finding.evidence.truncated for finding in whole.findings)


def test_what_is_cut_before_its_picture_fails(screener: Screener, hand: bytes) -> None:
    result = checked(screener.screen(hand[:200]))
    assert result.error is not None
    assert result.error.code == "truncated"
    assert not result.photo.truncated


@pytest.fixture(scope="module")
def reel(fixtures_dir: Path, hand: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A landscape, from 2 to 6 s somebody showing two, the landscape, from 8 to 9 s a poster."""
    landscape = scene(fixtures_dir, "alam_raya/pemandangan_1.jpg")
    showing = landscape.copy()
    showing[100:380, 180:460] = read_image(hand).rgb
    poster = cv2.resize(
        read_image(fixtures_dir / "photos" / "relawan_fajar" / "poster.jpg").rgb, (342, 450)
    )
    shown = landscape.copy()
    shown[10:460, 200:542] = poster
    rng = np.random.default_rng(2)
    frames = [
        np.clip(frame.astype(int) + rng.integers(-3, 4, frame.shape), 0, 255).astype(np.uint8)
        for frame, seconds in ((landscape, 2), (showing, 4), (landscape, 2), (shown, 1))
        for _ in range(10 * seconds)
    ]
    return write_reel(tmp_path_factory.mktemp("reel") / "reel.mp4", frames)


def test_a_pose_over_many_frames_is_one_candidate(screener: Screener, reel: Path) -> None:
    result = checked(screener.screen(reel, path="akun/reel.mp4", account="akun"))
    assert result.photo.kind == "frame"
    assert result.photo.path == "akun/reel.mp4"
    assert (result.photo.width, result.photo.height) == (640, 480)
    (two,) = [f for f in result.findings if (f.detector, f.rule) == ("hands", "number-2")]
    video = two.evidence.video
    assert video is not None
    assert 2.0 <= video.first_s <= 2.5
    assert 5.5 <= video.last_s < 6.0
    assert video.first_s <= video.frame_s <= video.last_s
    assert two.box is not None
    assert 180 <= two.box[0] < two.box[2] <= 460
    assert video.frames <= video.frames_looked_at
    assert result.photo.frame_s == result.findings[0].frame_s
    # Everything else seen is joined in the same way.
    assert all(seen.evidence.video for seen in result.observations)


def test_material_reused_in_one_scene_of_a_video_is_found(screener: Screener, reel: Path) -> None:
    result = screener.screen(reel)
    (poster,) = [f for f in result.findings if f.rule == "material-poster-paslon-2"]
    assert poster.evidence.video is not None
    assert 8.0 <= poster.evidence.video.first_s <= poster.evidence.video.last_s <= 9.0
    assert poster.box is not None
    assert abs(poster.box[0] - 200) < 30
    assert abs(poster.box[2] - 542) < 30


def test_a_video_in_bytes_says_the_same(screener: Screener, reel: Path) -> None:
    from_path, from_bytes = screener.screen(reel, path="x"), screener.screen(reel.read_bytes())
    assert from_bytes.photo.sha256 == from_path.photo.sha256
    assert from_bytes.findings == from_path.findings


def test_a_broken_video_is_a_failed_record(screener: Screener, reel: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(reel.read_bytes()[:500])
    result = checked(screener.screen(broken))
    assert result.error is not None
    assert result.error.code == "truncated"
    assert result.photo.kind == "frame"
    assert result.photo.frame_s is None


def test_a_cut_video_is_screened_and_marked(screener: Screener, tmp_path: Path) -> None:
    frames = [np.full((96, 128, 3), shade, np.uint8) for shade in (60, 200) for _ in range(20)]
    data = write_reel(tmp_path / "reel.webm", frames).read_bytes()
    result = checked(screener.screen(data[: len(data) * 2 // 3]))
    assert result.error is None
    assert result.photo.truncated


def test_a_picture_taken_out_of_a_video_may_be_a_frame(screener: Screener, hand: bytes) -> None:
    result = checked(screener.screen(read_image(hand).rgb, kind="frame"))
    assert (result.photo.kind, result.photo.frame_s) == ("frame", None)
    assert result.findings
    assert all(finding.evidence.video is None for finding in result.findings)


def test_gif_bytes_are_a_photo(screener: Screener) -> None:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), color) for color in ("gray", "white")]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    result = checked(screener.screen(buffer.getvalue()))
    assert (result.photo.kind, result.photo.frame_s) == ("post", None)


def test_hands_and_badges_without_a_rule_are_seen_only_if_observed(fixtures_dir: Path) -> None:
    photos = fixtures_dir / "photos"
    hand = next((photos / "akun_jari").glob("two_*.jpg"))
    color = Watchlist.load(fixtures_dir / "watchlist.toml").model_copy(
        update={"numbers": (), "poses": ()}
    )
    with Screener(color, "fast") as screener:
        assert screener.screen(hand).findings == ()
    with Screener(color, "fast", observations=True) as screener:
        seen = screener.screen(hand)
    assert seen.findings == ()
    assert "two" in {observation.label for observation in seen.observations}


def test_a_closed_screener_says_so_and_may_be_closed_again(hand: bytes) -> None:
    with Screener(Watchlist.default(), "fast") as screener:
        screener.close()
    with pytest.raises(ScreenerClosedError, match="closed"):
        screener.screen(hand)


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_that_share_a_screener_get_what_one_thread_gets(
    fixtures_dir: Path, threads: int
) -> None:
    photos = fixtures_dir / "photos"
    names = [
        "akun_jari/two_130px_brown_right.jpg",
        "warga_arunika/avatar_polos.jpg",
    ]
    watchlist = Watchlist.load(fixtures_dir / "watchlist.toml")
    with Screener(watchlist, "fast", observations=True, threads=threads) as shared:
        alone = [shared.screen(photos / name) for name in names]
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(shared.screen, [photos / name for name in names * 2]))
    assert all(result.findings for result in alone)
    assert together == alone * 2


def test_a_screener_closed_by_another_thread_finishes_its_photo(
    fixtures_dir: Path, hand: bytes
) -> None:
    screener = Screener(Watchlist.load(fixtures_dir / "watchlist.toml"), "fast")
    with ThreadPoolExecutor(2) as pool:
        looks = [pool.submit(screener.screen, hand) for _ in range(2)]
        wait(looks, return_when=FIRST_COMPLETED)
        screener.close()
    assert len({look.result() for look in looks}) == 1
    assert looks[0].result().findings


@pytest.mark.parametrize(
    ("name", "given", "built_in"),
    [
        ("threads", 0, ValueError),
        ("threads", 1.5, TypeError),
        ("threads", True, TypeError),
        ("watchlist", "pilkada.toml", TypeError),
        ("watchlist", None, TypeError),
        ("profile", "quick", ValueError),
        ("profile", None, ValueError),
        ("observations", "yes", TypeError),
    ],
)
def test_what_no_screener_can_be_made_of_is_refused(
    name: str, given: object, built_in: type[Exception]
) -> None:
    with pytest.raises(ArgumentError, match=rf"^{name}: expected .*, got ") as caught:
        Screener(**{"watchlist": Watchlist.default(), name: given})  # type: ignore[arg-type]
    assert isinstance(caught.value, built_in)


@pytest.mark.parametrize(
    ("name", "given", "built_in"),
    [
        ("source", "https://example.org/a.jpg", ValueError),
        ("source", np.zeros((0, 0, 3), np.uint8), ValueError),
        ("source", Path("https://example.org/a.jpg"), ValueError),
        ("source", np.zeros((9, 9, 2), np.uint8), ValueError),
        ("source", np.zeros(9, np.uint8), ValueError),
        ("source", np.zeros((9, 9, 3), np.float32), TypeError),
        ("source", Image.new("RGB", (0, 9)), ValueError),
        ("source", io.StringIO("a text"), TypeError),
        ("source", [b"two", b"files"], TypeError),
        ("bgr", True, ValueError),  # the file says itself which channel is which
        ("bgr", 1, TypeError),
        ("source", None, TypeError),
        ("source", 3, TypeError),
        ("path", 3, TypeError),
        ("account", 3, TypeError),
        ("kind", "story", ValueError),
        ("posted_at", "25/09/2024", ValueError),
    ],
)
def test_what_cannot_be_screened_by_the_callers_mistake_is_refused(
    screener: Screener, hand: bytes, name: str, given: object, built_in: type[Exception]
) -> None:
    arguments = {"source": hand, name: given}
    with pytest.raises(ArgumentError, match=rf"^{name}: expected .*, got ") as caught:
        screener.screen(arguments.pop("source"), **arguments)  # type: ignore[arg-type]
    assert isinstance(caught.value, built_in)
    assert isinstance(caught.value, NetravisionError)


def test_a_closed_file_is_refused(screener: Screener, tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb+") as file:
        pass
    with pytest.raises(ArgumentError, match=r"^source: expected a file that is open, got "):
        screener.screen(file)


def test_pixels_say_the_same_in_every_form(screener: Screener, hand: bytes) -> None:
    rgb = read_image(hand).rgb
    given: list[tuple[Source, bool]] = [
        (rgb, False),
        (rgb[..., ::-1], True),
        (np.dstack([rgb, np.full_like(rgb[..., 0], 255)]), False),
        (Image.fromarray(rgb), False),
    ]
    first, *others = [checked(screener.screen(source, bgr=bgr)) for source, bgr in given]
    assert "number-2" in {finding.rule for finding in first.findings}
    assert others == [first] * 3


@pytest.mark.parametrize("as_path", [str, Path])
def test_a_folder_is_refused(
    screener: Screener, tmp_path: Path, as_path: Callable[[Path], str | Path]
) -> None:
    with pytest.raises(FolderError, match="expected a file") as caught:
        screener.screen(as_path(tmp_path))
    assert isinstance(caught.value, NetravisionError)
    assert isinstance(caught.value, IsADirectoryError)


@pytest.fixture(scope="module")
def emblem_and_hand(fixtures_dir: Path, hand: bytes) -> list[Source | Item]:
    """Photos in many forms, also of an official account, some that cannot be read, a mistake."""
    avatar = fixtures_dir / "photos" / "warga_arunika" / "avatar_polos.jpg"
    return [
        Item(avatar, "warga/1.jpg", "warga", "avatar", "2024-09-25"),
        Item(avatar, account="pemprov_arunika", kind="avatar"),
        hand,
        io.BytesIO(hand),
        Item(read_image(hand).rgb[..., ::-1], bgr=True),
        Image.fromarray(read_image(hand).rgb),
        "tidak_ada.jpg",
        np.broadcast_to(np.uint8(0), (20_000, 20_000)),
        b"a text",
        "https://example.org/a.jpg",
    ]


def test_what_is_computed_from_material_is_kept_where_it_is_told_to(screener: Screener) -> None:
    assert screener.material_folder is not None
    [file] = screener.material_folder.glob("*.arrays")
    written = file.stat().st_mtime_ns
    copied = pickle.loads(pickle.dumps(screener))
    assert copied.material_folder == screener.material_folder
    assert file.stat().st_mtime_ns == written


@pytest.mark.parametrize("workers", [None, 2])
def test_many_give_what_each_gives_alone_in_order(
    screener: Screener, emblem_and_hand: list[Source | Item], hand: bytes, workers: int | None
) -> None:
    told: list[Progress] = []
    many = screener.screen_many(emblem_and_hand, workers=workers, progress=told.append)
    assert told == []
    results = [checked(next(many)) for _ in range(9)]
    with pytest.raises(ArgumentError, match="nothing is downloaded"):  # when its turn comes
        next(many)
    worn, official, *hands, vanished, large, text = results
    assert [finding.rule for finding in worn.findings] == ["emblem-arunika"]
    assert worn.photo.to_dict().items() >= {
        ("path", "warga/1.jpg"),
        ("account", "warga"),
        ("kind", "avatar"),
        ("posted_at", "2024-09-25"),
    }
    assert official.findings == ()
    assert [seen.label for seen in official.observations] == ["arunika"]
    assert official.photo.path == emblem_and_hand[1].source.as_posix()  # type: ignore[union-attr]
    from_bytes, from_array = screener.screen(hand), screener.screen(read_image(hand).rgb)
    assert from_bytes.findings
    assert hands == [from_bytes] * 2 + [from_array] * 2
    assert [each.error and each.error.code for each in (vanished, large, text)] == [
        "vanished",
        "too_large",
        "not_a_picture",
    ]
    assert vanished.photo.path == "tidak_ada.jpg"
    assert (told[0], len(told)) == (Progress(0, 10), 10)
    assert told[-1] == Progress(8, 9, failed=2, skipped=1)


def test_sources_are_read_ahead_only_so_far(screener: Screener, hand: bytes) -> None:
    taken = 0

    def photos() -> Iterator[bytes]:
        nonlocal taken
        while taken < 50:
            taken += 1
            yield hand

    many = screener.screen_many(photos(), workers=1)
    assert next(many).findings
    assert taken <= 4
    many.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("sources", "foto/rapat.jpg"),
        ("sources", Path("foto")),
        ("sources", b"GIF89a"),
        ("sources", Item(b"GIF89a")),
        ("sources", None),
        ("workers", 0),
        ("workers", "two"),
    ],
)
def test_what_is_not_many_is_refused_at_once(
    screener: Screener, hand: bytes, name: str, given: object
) -> None:
    with pytest.raises(ArgumentError, match=rf"^{name}: expected .*, got "):
        screener.screen_many(**{"sources": [hand], name: given})  # type: ignore[arg-type]


def test_a_file_that_is_not_there_is_a_failed_record(screener: Screener, tmp_path: Path) -> None:
    result = checked(screener.screen(tmp_path / "tidak_ada.jpg"))
    assert result.error is not None
    assert result.error.code == "vanished"
