"""A set of detectors for each thread, with what they share and what they do not."""

from netravision.detectors.building import Shared, build_detectors
from netravision.watchlist import Watchlist

NUMBER = 'schema = 1\nname = "x"\n[[number]]\nvalue = 2\nlabel = "Dua"\n'
POSE = 'schema = 1\nname = "x"\n[[pose]]\nname = "ok"\n'


def names(text: str, *, observations: bool) -> list[str]:
    (built,) = build_detectors(Watchlist.loads(text), "fast", observations=observations, threads=1)
    return [detector.name for detector in built]


def test_only_what_is_asked_for_is_built() -> None:
    assert names(POSE, observations=False) == ["hands"]
    assert names(NUMBER, observations=False) == ["hands", "insignia"]
    assert names('schema = 1\nname = "x"\n', observations=False) == []
    # Everything seen, asked for or not.
    assert names(POSE, observations=True) == ["emblem", "hands", "insignia"]


def test_threads_share_an_index_and_no_network(fixtures_dir) -> None:
    emblem = '[[emblem]]\nid = "a"\nlabel = "A"\nimages = ["arunika.png"]\n'
    watchlist = Watchlist.loads(NUMBER + emblem, fixtures_dir / "marks")
    first, second = build_detectors(watchlist, "fast", observations=False, threads=2)
    (of_first, of_second) = ({each.name: each for each in built} for built in (first, second))
    assert of_first["emblem"] is of_second["emblem"]
    assert of_first["hands"] is not of_second["hands"]


def test_what_all_threads_have_is_made_once() -> None:
    common: dict[type, object] = {}
    one, other = Shared(common), Shared(common)
    made = one.by_all_threads(list, lambda: ["index"])
    assert other.by_all_threads(list, lambda: ["another"]) is made
    assert one.people is one.people
    assert one.people is not other.people
