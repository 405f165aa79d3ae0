"""How far a call is, counted in photos."""

from netravision.imaging.other_files import is_named_as_media
from netravision.progress import Progress


def test_what_is_left_is_counted_in_photos_whatever_their_names_promised() -> None:
    state = Progress(0, 2)
    for path, how, expected in (
        ("1.jpg", "skipped", (0, 1)),  # text under a photo's name
        ("1.txt", "skipped", (0, 1)),
        ("2.bin", "screened", (1, 2)),  # a photo under another's
        ("2.jpg", "kept", (2, 2)),
    ):
        state = state.after(how, counted=is_named_as_media(path))  # type: ignore[arg-type]
        assert (state.done, state.total) == expected
    assert (state.kept, state.failed, state.skipped) == (1, 0, 2)


def test_where_nobody_could_count_the_total_is_what_is_done() -> None:
    state = Progress(0, 0).after("screened", counted=False).after("failed", counted=False)
    assert (state.done, state.total, state.failed) == (2, 2, 1)
    assert state.after("skipped", counted=False).total == 2
