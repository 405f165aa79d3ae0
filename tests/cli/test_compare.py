"""``netravision export --compare``: two real runs over rendered avatars, as one types it."""

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from netravision import schemas
from netravision.cli import main
from netravision.export.columns import COMPARISON_COLUMNS
from netravision.export.comparison import STATUSES
from netravision.run import Run
from tests.strict_schema import assert_refused

Program = Callable[..., "subprocess.CompletedProcess[str]"]
SCHEMA = schemas.load("comparison/1")
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

#: What each account has as avatar in the older and in the newer run; "-" is a broken file.
AVATARS = {
    "berganti": (["warga_arunika/avatar_polos.jpg"], ["warga_1/avatar.jpg"]),
    "bersih": (["warga_1/avatar.jpg"], ["warga_1/avatar.jpg"]),
    "=baru": (["warga_1/avatar.jpg"], ["warga_sagara/avatar_polos.jpg"]),
    "hilang": (["warga_arunika/avatar_polos.jpg"], []),
    "pemprov_arunika": (["pemprov_arunika/avatar_resmi.jpg"], ["warga_1/avatar.jpg"]),
    "rusak": (["warga_arunika/avatar_polos.jpg"], ["-"]),
    "tertutup": (["warga_1/avatar.jpg"], ["-"]),
    "tetap": (
        ["warga_arunika/avatar_polos.jpg"],
        ["warga_arunika/avatar_bulat.jpg", "warga_1/avatar.jpg"],
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, fixtures_dir: Path) -> Path:
    """The runs "lama" and "baru" of the same accounts, both screened by the real program."""
    folder = tmp_path_factory.mktemp("bandingkan")
    shutil.copytree(fixtures_dir / "marks", folder / "marks")
    asked = (fixtures_dir / "watchlist.toml").read_text(encoding="utf-8")
    emblems, _, _ = asked.partition("[[number]]")
    (folder / "lambang.toml").write_text(emblems, encoding="utf-8")
    for index, run in enumerate(("lama", "baru")):
        for account, avatars in AVATARS.items():
            for number, avatar in enumerate(avatars[index]):
                file = folder / f"foto-{run}" / account / f"avatar_{number}.jpg"
                file.parent.mkdir(parents=True, exist_ok=True)
                if avatar == "-":
                    file.write_bytes(b"\xff\xd8\xff broken")
                else:
                    shutil.copy(fixtures_dir / "photos" / avatar, file)
        (folder / f"{run}.csv").write_text(
            "path,posted_at\ntetap/avatar_0.jpg,2024-09-28\n", encoding="utf-8"
        )
        screen(
            *(folder / f"foto-{run}", "--run", folder / run, "--manifest", folder / f"{run}.csv"),
            *("--watchlist", folder / "lambang.toml"),
        )
    return folder


def screen(*args: str | Path) -> None:
    words = ["screen", *map(str, args), "--profile", "fast", "--workers", "1", "--quiet"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output


def export(*args: str | Path) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, args)])


def records(done: Result) -> list[dict[str, Any]]:
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout_bytes.decode("ascii").splitlines()]


def begun(run_folder: Path) -> str:
    """The office's day on which a run was begun; in the evening UTC has another."""
    with Run.open(run_folder) as run:
        return str(run.watchlist.office_day(run.created))


def test_every_account_that_wore_or_wears_an_emblem_is_named(
    netravision: Program, folder: Path
) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    done = netravision("export", str(folder / "baru"), "--compare", str(folder / "lama"))
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    for record in found:
        VALIDATOR.validate(record)
    lama, baru = begun(folder / "lama"), begun(folder / "baru")
    assert [
        (record["account"], record["status"], record["emblem"], record["first_seen"])
        for record in found
    ] == [
        ("tetap", "still_worn", "arunika", "2024-09-28"),
        ("=baru", "new", "sagara", baru),
        ("rusak", "unknown", "arunika", lama),
        ("tertutup", "unknown", None, None),
        ("hilang", "not_seen", "arunika", lama),
        ("berganti", "replaced", "arunika", lama),
    ]
    assert found[0]["newer"]["path"] == "tetap/avatar_0.jpg"
    assert found[0]["label"] == "Lambang Provinsi Arunika"


def test_a_run_beside_itself_has_only_what_is_still_worn(folder: Path) -> None:
    found = records(export(folder / "lama", "--compare", folder / "lama"))
    assert {record["status"] for record in found} == {"still_worn"}
    assert len(found) == 4


def test_csv_says_the_same_and_is_harmless(folder: Path, tmp_path: Path) -> None:
    words = (folder / "baru", "--compare", folder / "lama")
    output = tmp_path / "banding.csv"
    done = export(*words, "--format", "csv", "--output", output)
    assert (done.exit_code, done.output) == (0, "")
    data = output.read_bytes()
    assert data == export(*words, "--format", "csv").stdout_bytes
    assert data.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert header == [column.name for column in COMPARISON_COLUMNS]
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    for row, record in zip(cells, records(export(*words)), strict=True):
        defused = record["account"].replace("=baru", "'=baru")
        assert (row["account"], row["status"]) == (defused, record["status"])
        assert row["first_seen"] == (record["first_seen"] or "")
        for side in ("older", "newer"):
            assert row[side] == record[side]["sight"]
            for name in ("path", "date", "score"):
                cell = row[f"{side}_{name}"].removeprefix("'")
                assert cell == str("" if record[side][name] is None else record[side][name])
    table = pq.read_table(io.BytesIO(export(*words, "--format", "parquet").stdout_bytes))
    assert table.schema.names == header
    assert [row["account"] for row in table.to_pylist()] == [
        record["account"] for record in records(export(*words))
    ]


def test_other_watchlists_are_compared_where_they_agree(
    folder: Path, fixtures_dir: Path, tmp_path: Path
) -> None:
    shutil.copytree(fixtures_dir / "marks", tmp_path / "marks")
    text = (
        'schema = 1\nname = "Lain"\n[[emblem]]\nid = "arunika"\nlabel = "Arunika"\n'
        'images = ["marks/arunika.png"]\nofficial_accounts = ["@Berganti"]\n'
        '[[emblem]]\nid = "rupa"\nlabel = "Rupa"\nimages = ["marks/fajar.png"]\n'
    )
    (tmp_path / "lain.toml").write_text(text, encoding="utf-8")
    shutil.copytree(folder / "foto-baru" / "berganti", tmp_path / "foto" / "berganti")
    shutil.copytree(folder / "foto-baru" / "=baru", tmp_path / "foto" / "=baru")
    shutil.copy(fixtures_dir / "photos" / "warga_1" / "avatar.jpg", tmp_path / "foto")
    screen(tmp_path / "foto", "--run", tmp_path / "run", "--watchlist", tmp_path / "lain.toml")

    done = export(tmp_path / "run", "--compare", folder / "lama")
    assert done.stderr.splitlines() == [
        "Left out, as only the older run looked for it: sagara.",
        "Left out, as only the newer run looked for it: rupa.",
        "Avatars of no account, left out: 1 in the newer run.",
    ]
    # The sagara of "=baru" is not spoken of, and "berganti" has become official meanwhile.
    assert [(record["account"], record["status"]) for record in records(done)] == [
        (account, "not_seen") for account in ("hilang", "rusak", "tetap")
    ]

    swapped = export(folder / "lama", "--compare", tmp_path / "run")
    assert "was begun before" in swapped.stderr


@pytest.mark.parametrize(
    ("older", "message"),
    [("nowhere", "is not a run folder"), ("tanpa", "there is nothing to compare")],
)
def test_wrong_use(folder: Path, tmp_path: Path, older: str, message: str) -> None:
    (tmp_path / "foto").mkdir()
    (tmp_path / "foto" / "catatan.txt").write_text("rapat")
    screen(tmp_path / "foto", "--run", tmp_path / "tanpa")  # by default no emblem is looked for
    done = export(folder / "baru", "--compare", tmp_path / older)
    assert done.exit_code == 2
    assert message in done.stderr


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("schema",), "netravision.comparison/2"),
        (("extra",), 1),
        (("account",), None),
        (("emblem",), None),
        (("label",), None),
        (("status",), "gone"),
        (("status",), "new"),
        (("status",), "replaced"),
        (("status",), "not_seen"),
        (("status",), "unknown"),
        (("first_seen",), None),
        (("first_seen",), "2024-09-25T10:00"),
        (("older", "sight"), "not_worn"),
        (("newer", "sight"), "no_avatar"),
        (("newer", "path"), None),
        (("newer", "score"), None),
        (("newer", "score"), 1.1),
        (("newer", "url"), "https://x.id"),
    ],
)
def test_the_schema_is_strict(place: tuple[str, ...], value: object) -> None:
    side = {"sight": "worn", "path": "a/pp.jpg", "date": "2024-09-25", "score": 0.9}
    record: dict[str, Any] = {
        "schema": "netravision.comparison/1",
        "account": "a",
        "emblem": "arunika",
        "label": "Lambang",
        "status": "still_worn",
        "first_seen": "2024-09-25",
        "older": dict(side),
        "newer": dict(side),
    }
    assert_refused(VALIDATOR, record, place, value)


def test_the_schema_knows_every_status() -> None:
    assert SCHEMA["properties"]["status"]["enum"] == list(STATUSES)
