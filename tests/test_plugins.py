"""Detectors that other packages bring: the example is installed, others are broken on purpose."""

import copy
import json
import os
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from netravision import Screener, Watchlist, evidence, installed_detectors, plugins, watchlist
from netravision.errors import DetectorError, RecordError, WatchlistError
from netravision.evidence import read_evidence
from netravision.run.watchlist_copy import fingerprints
from netravision.testing import check_detector
from tests.program import run_program
from tests.review.test_server import Review

EXAMPLE = Path(__file__).parent.parent / "examples" / "netravision-qr"

WATCHLIST = """
schema = 1
name = "Uji"
[[qr]]
id = "paslon-2"
label = "Laman Paslon 2"
contains = "paslon-dua.example"
"""

Environment = dict[str, str]


@pytest.fixture(scope="module")
def with_qr(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment in which the example is installed."""
    site = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(site)]
    done = subprocess.run([*pip, *offline, str(EXAMPLE)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    path = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path}


def python(statement: str, env: Environment) -> str:
    done = subprocess.run(
        [sys.executable, "-c", statement], env=env, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_its_findings_reach_whatever_is_handed_on(with_qr: Environment, tmp_path: Path) -> None:
    photos = tmp_path / "foto" / "relawan_1"
    photos.mkdir(parents=True)
    python(
        "import cv2; from netravision_qr.examples import drawn_code as drawn\n"
        f"cv2.imwrite({str(photos / 'a.png')!r}, drawn('https://paslon-dua.example/x'))\n"
        f"cv2.imwrite({str(photos / 'b.png')!r}, drawn('https://menu.example'))",
        with_qr,
    )
    (tmp_path / "w.toml").write_text(WATCHLIST)
    words = ("foto", "--run", "run", "--watchlist", "w.toml", "--profile", "fast", "--workers", "1")
    done = run_program("screen", *words, cwd=tmp_path, env=with_qr)
    assert done.returncode == 0, done.stderr
    exported = run_program("export", "run", "--format", "jsonl", cwd=tmp_path, env=with_qr)
    records = {
        each["photo"]["path"]: each for each in map(json.loads, exported.stdout.splitlines())
    }
    (finding,) = records["relawan_1/a.png"]["findings"]
    assert (finding["detector"], finding["rule"]) == ("qr", "qr-paslon-2")
    assert finding["evidence"] == {"text": "https://paslon-dua.example/x", "side_px": 181}
    assert records["relawan_1/b.png"]["findings"] == []
    page = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert "Laman Paslon 2" in page
    assert "Kode QR sebesar 181 px berisi" in page
    # A person decides about it, and it is handed on as any other.
    review = Review(tmp_path / "run", env=with_qr)
    try:
        (asked,) = review.photos()
        assert asked["candidates"][0]["found"] == [["qr", "qr-paslon-2"]]
        card = review.ask("GET", f"/photo/{asked['id']}").body.decode()
        for said in ("Laman Paslon 2", "Kode QR", "Kode QR sebesar 181 px", "isi kode"):
            assert said in card
        review.say(follow_up="yes")
    finally:
        assert review.end() == 0
    handed = run_program("evidence", "run", "--output", "kasus", cwd=tmp_path, env=with_qr)
    assert handed.returncode == 0, handed.stderr
    case = tmp_path / "kasus" / "data" / "kasus-0001"
    assert "Kode QR sebesar 181 px" in (case / "keterangan.html").read_text("utf-8")
    told = json.loads((case / "keterangan.json").read_text("utf-8"))
    assert "https://paslon-dua.example/x" in json.dumps(told)
    with zipfile.ZipFile(case / "formulir-a.docx") as form:
        assert "Laman Paslon 2" in form.read("word/document.xml").decode()
    # Without the package nobody can say what was asked for, and it is named.
    refused = run_program("report", "run", cwd=tmp_path)
    assert refused.returncode == 2
    assert "no detector called 'qr' is installed here" in refused.stderr


def test_one_that_nobody_asks_for_is_not_loaded(with_qr: Environment) -> None:
    shown = python(
        "import sys\n"
        "from netravision import Screener, Watchlist\n"
        "Screener(Watchlist.default(), 'fast').close()\n"
        "print([name for name in sys.modules if 'qr' in name])",
        with_qr,
    )
    assert shown.strip() == "[]"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Put packages with one module on the path, as an installer does."""

    def put(package: str, name: str, code: str) -> None:
        site = tmp_path / package
        metadata = site / f"{package}-0.1.dist-info"
        metadata.mkdir(parents=True)
        (metadata / "METADATA").write_text(f"Name: {package}\nVersion: 0.1\n")
        (metadata / "entry_points.txt").write_text(
            f"[{installed_detectors.GROUP}]\n{name} = {package}:PLUGIN\n"
        )
        (site / f"{package}.py").write_text(code)
        monkeypatch.syspath_prepend(site)
        monkeypatch.delitem(sys.modules, package, raising=False)
        forget()

    def forget() -> None:
        installed_detectors.installed.cache_clear()
        installed_detectors.load.cache_clear()
        plugins._find.cache_clear()
        watchlist._with_tables.cache_clear()

    monkeypatch.setattr(evidence, "_TYPES", {**evidence._TYPES})
    yield put
    monkeypatch.undo()
    forget()


DETECTOR = """
from dataclasses import dataclass
from netravision.detectors.base import Detections
from netravision.evidence import Evidence, register
from netravision.finding import Finding
from netravision.plugins import DetectorPlugin
from netravision.entries import IdentifiedEntry

class Stamp(IdentifiedEntry):
    table = "stamp"

@register
@dataclass(frozen=True, slots=True, kw_only=True)
class StampEvidence(Evidence):
    detector = "stamp"
    kind = "stamp"

class Detector:
    name = "stamp"
    def __init__(self, watchlist, profile, *, observations): {build}
    def detect(self, image, kind): {detect}

PLUGIN = DetectorPlugin(
    name="stamp", title="Stamp", entries=(Stamp,), sentence=lambda label, seen: {sentence},
    detector=f"{{__name__}}:{name}", examples="nowhere:examples",
)
"""
FOUND = 'Detections([Finding("stamp", {rule!r}, "a", 0.9, None, StampEvidence())], [])'
STAMPS = 'schema = 1\nname = "Uji"\n[[stamp]]\nid = "a"\nlabel = "A"\n'


def detector(
    build: str = "pass",
    detect: str = "return Detections([], [])",
    sentence: str = "'A stamp.'",
    name: str = "Detector",
) -> str:
    return DETECTOR.format(build=build, detect=detect, sentence=sentence, name=name)


def screened(folder: Path) -> list[str]:
    """The rules found in a gray picture, or the failure."""
    file = folder / "gray.png"
    cv2.imwrite(str(file), np.full((60, 60, 3), 90, np.uint8))
    with Screener(Watchlist.loads(STAMPS), "fast", threads=2) as screener:
        result = screener.screen(file)
    return [result.error.message] if result.error else [f.rule or "" for f in result.findings]


def test_what_it_finds_is_a_finding(install: Callable[..., None], tmp_path: Path) -> None:
    install("stamps", "stamp", detector(detect=f"return {FOUND.format(rule='stamp-a')}"))
    assert installed_detectors.origin("stamp") == "stamps 0.1"
    assert screened(tmp_path) == ["stamp-a"]


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"detect": "raise ValueError('no ink')"}, "ValueError: no ink (stamps.py, line"),
        ({"detect": "return None"}, "AttributeError"),
        ({"detect": f"return {FOUND.format(rule='stamp-b')}"}, "'stamp-b', which nobody asked"),
        ({"detect": f"return {FOUND.format(rule='stamp-a')}", "sentence": "1 / 0"}, "ZeroDivision"),
    ],
)
def test_its_faults_fail_the_photo_under_its_name(
    install: Callable[..., None], tmp_path: Path, broken: dict[str, str], why: str
) -> None:
    install("stamps", "stamp", detector(**broken))
    (said,) = screened(tmp_path)
    assert said.startswith("the detector 'stamp' of stamps 0.1: ")
    assert why in said


EXAMPLES = """
import numpy as np
from netravision import Watchlist
from netravision.detectors.base import Example
GRAY = np.full((60, 60, 3), 90, np.uint8)
def examples():
    yes = Watchlist.loads('schema = 1\\nname = "Uji"\\n[[stamp]]\\nid = "a"\\nlabel = "A"\\n')
    yield Example(yes, GRAY, "post", frozenset())
    yield Example(yes, GRAY.copy(), "post", frozenset({"stamp-a"}))
"""


@pytest.mark.parametrize(
    ("detect", "promise"),
    [
        (
            "image.pixels[0, 0] = 0; return Detections([], [])",
            "stamp, example 0: sees the same again: pixels of the image have changed",
        ),
        (
            "return Detections([], [])",
            "stamp, example 1: finds its rules and no others: found set(), expected {'stamp-a'}",
        ),
        ("return 3", "stamp, example 0: finds its rules and no others: 'int' object has no"),
    ],
)
def test_a_promise_that_is_broken_is_named(
    install: Callable[..., None], detect: str, promise: str
) -> None:
    code = detector(detect=detect).replace("nowhere:examples", "stamps:examples")
    install("stamps", "stamp", code + EXAMPLES)
    with pytest.raises(AssertionError) as caught:
        check_detector("stamp")
    assert str(caught.value).startswith(promise)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import nowhere", "cannot be loaded from stamps:PLUGIN: ModuleNotFoundError"),
        ("PLUGIN = 3", "at stamps:PLUGIN, got 3"),
        (detector().replace('name="stamp"', 'name="seal"'), "got that of 'seal'"),
        (detector().replace('table = "stamp"', 'table = "seal"'), "got the tables ['seal']"),
        (detector(name="Nothing"), "cannot be loaded from stamps:Nothing: AttributeError"),
        (detector(build="raise KeyError('x')"), "cannot be built: KeyError: 'x'"),
    ],
)
def test_one_that_cannot_be_used_is_named(
    install: Callable[..., None], code: str, why: str
) -> None:
    install("stamps", "stamp", code)
    with pytest.raises(DetectorError) as caught, Screener(Watchlist.loads(STAMPS), "fast"):
        pass
    assert str(caught.value).startswith("the detector 'stamp' of stamps 0.1")
    assert why in str(caught.value)


def test_two_of_a_name_are_refused(install: Callable[..., None]) -> None:
    install("stamps", "stamp", detector())
    install("others", "stamp", detector())
    with pytest.raises(DetectorError, match=r"called stamp: others 0\.1 \+ stamps 0\.1"):
        Watchlist.loads(STAMPS)


def test_one_that_is_not_installed_is_named() -> None:
    with pytest.raises(WatchlistError, match="stamp: is no table of netravision, and no detector"):
        Watchlist.loads(STAMPS)
    with pytest.raises(RecordError, match="no detector called 'stamp' is installed"):
        read_evidence("stamp", {})


def test_its_version_is_part_of_what_it_was_asked(install: Callable[..., None]) -> None:
    install("stamps", "stamp", detector())
    asking = Watchlist.loads(STAMPS)
    asked = fingerprints(asking, observations=False)
    assert [name for name, asks in asked.items() if asks] == ["stamp"]
    (origin,) = Path(sys.modules["stamps"].__file__ or "").parent.glob("*.dist-info/METADATA")
    origin.write_text("Name: stamps\nVersion: 0.2\n")
    installed_detectors.installed.cache_clear()
    assert fingerprints(asking, observations=False)["stamp"] not in (None, asked["stamp"])


def test_a_watchlist_with_its_table_is_like_any_other(install: Callable[..., None]) -> None:
    install("stamps", "stamp", detector())
    asking = Watchlist.loads(STAMPS)
    assert [rule.name for rule in asking.rules] == ["stamp-a"]
    assert asking.rules[0].detectors == ("stamp",)
    assert asking.labels == {"stamp-a": "A"}
    assert asking.entries(sys.modules["stamps"].Stamp) == asking.tables["stamp"]
    assert pickle.loads(pickle.dumps(asking)) == copy.deepcopy(asking) == asking
