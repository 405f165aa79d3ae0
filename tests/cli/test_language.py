"""Every command in the language of who types it; what programs read stays as it is."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from netravision.cli import COMMANDS, main
from netravision.cli.commands import CLICK_SAYS
from netravision.languages import LANGUAGES, gettext, in_language
from netravision.watchlist import Watchlist

Program = Callable[..., "subprocess.CompletedProcess[str]"]

USAGE = {"en": "Usage:", "id": "Cara pakai:"}


def environment(**variables: str) -> dict[str, str]:
    """This one, with no language but those given."""
    of_language = ("NETRAVISION_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    kept = {name: value for name, value in os.environ.items() if name not in of_language}
    return {**kept, **variables}


@pytest.mark.parametrize(
    ("words", "variables", "code"),
    [
        (["--help"], {}, "en"),
        (["--help"], {"LANG": "id_ID.UTF-8"}, "id"),
        (["--help"], {"LANG": "id_ID.UTF-8", "NETRAVISION_LANG": "en"}, "en"),
        (["--help"], {"NETRAVISION_LANG": "id"}, "id"),
        (["--help", "--lang", "en"], {"NETRAVISION_LANG": "id"}, "en"),
        (["--lang", "id", "--help"], {}, "id"),
        (["--lang=id", "screen", "--help"], {}, "id"),
        (["screen", "--help", "--lang", "id"], {}, "id"),
        (["watchlist", "check", "--lang=id", "--help"], {}, "id"),
        (["--lang", "en", "screen", "--lang", "id", "--help"], {}, "id"),
        (["screen", "--help", "--", "--lang", "id"], {}, "en"),
    ],
)
def test_the_language_is_chosen(
    netravision: Program, words: list[str], variables: dict[str, str], code: str
) -> None:
    done = netravision(*words, env=environment(**variables))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(USAGE[code])


def described(command: click.Command) -> Iterator[str]:
    """Every text in the help of a command and of those below it."""
    yield command.help or ""
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield parameter.help or ""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from described(below)


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_all_help_is_translated(code: str) -> None:
    english = list(described(main))
    with in_language(code):
        translated = list(described(main))
        assert [gettext(what) for what in COMMANDS.values()] != list(COMMANDS.values())
    assert len(english) > len(COMMANDS)
    for before, after in zip(english, translated, strict=True):
        assert before
        for one, other in zip(before.split("\n\n"), after.split("\n\n"), strict=True):
            assert one != other


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["sreen"], "Tidak ada perintah 'sreen'."),
        (["screen"], "Argumen belum diisi 'SOURCE...'."),
        (["screen", "foto", "--profil"], "Tidak ada opsi '--profil'."),
        (["screen", "foto", "--run"], "Opsi '--run' memerlukan 1 nilai."),
        (["screen", "foto", "--quiet=1"], "Opsi '--quiet' tidak memakai nilai."),
        (
            ["screen", "foto", "--profile", "kilat"],
            "Nilai untuk '--profile' tidak sah: 'kilat' bukan salah satu dari 'fast', ",
        ),
        (["screen", "foto", "--workers", "0"], "0 di luar rentang 1<=x<=256."),
        (["screen", "foto", "--workers", "banyak"], "'banyak' bukan bilangan bulat."),
        (["screen", "foto", "--shard", "4/3"], "misalnya 1/3; yang diisikan '4/3'"),
        (["screen", "foto", "--workers", "1", "--scheduler", "x"], "klasterlah yang menentukan"),
        (["screen", "foto", "--watchlist", "x.toml"], "Tidak ada berkas atau folder itu"),
        (["merge", "a"], "Opsi belum diisi '--run'."),
        (["report", "a", "b"], "Argumen ini tidak dikenal (b)"),
        (["report", "foto"], "foto bukan folder penyaringan: tidak memuat run.sqlite"),
        (["evaluate", "label.csv"], "bukan folder penyaringan"),
        (["watchlist", "new", "foto/akun_b/catatan.txt"], "sudah ada; sebutkan berkas baru"),
    ],
)
def test_a_mistake_is_named_in_indonesian(
    photos: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], message: str
) -> None:
    monkeypatch.chdir(photos.parent)
    done = copy_context().run(CliRunner().invoke, main, ["--lang", "id", *words])
    assert done.exit_code == 2
    assert message in done.stderr
    assert "Galat: " in done.stderr
    assert not any(word in done.stderr for word in ("Error", "expected", "Try"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["fotoo"], "Lokasi Berkas 'fotoo' tidak ada."),
        (["foto", "--run", "foto/akun_b/catatan.txt"], "Folder 'foto/akun_b/catatan.txt' adalah"),
    ],
)
def test_a_wrong_path_is_named_in_indonesian(
    netravision: Program, photos: Path, words: list[str], message: str
) -> None:
    # click says what kind of path it wants in the language in which its module was loaded.
    done = netravision("screen", *words, "--lang", "id")
    assert done.returncode == 2
    assert message in done.stderr


def test_the_words_of_click_are_those_it_says() -> None:
    own = {*CLICK_SAYS} - {"[OPTIONS]", "COMMAND [ARGS]..."}
    folder = Path(click.__file__).parent
    source = "".join(file.read_text("utf-8") for file in folder.glob("*.py"))
    missing = [word for word in own if f'"{word}"' not in source]
    # Versions differ in a word or two; most of them agree.
    assert len(missing) <= len(own) // 4, missing


def test_a_run_is_told_in_indonesian_and_stored_in_none(
    netravision: Program, here: Program, photos: Path, tmp_path: Path
) -> None:
    (photos / "akun_b" / "kosong.png").write_bytes(b"")
    (photos / "akun_b" / "rusak.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    (tmp_path / "manifes.csv").write_text(
        "Lokasi berkas;Diunggah pada\nakun_a/1.png;2024-09-25\nakun_a/9.png;2024-09-25\n"
        "akun_a/2.png;25/09/2024\n"
    )
    told, exported = {}, {}
    for code in LANGUAGES:
        words = ("--run", code, "--manifest", "manifes.csv", "--profile", "fast", "--lang", code)
        told[code] = netravision("screen", "foto", *words)
        assert told[code].returncode == 0, told[code].stderr
        exported[code] = here("export", code, "--lang", code).stdout
    done = told["id"]
    assert done.stdout.splitlines()[:2] == [
        "Foto          6, 4 di antaranya disaring",
        "Gagal dibaca  2; laporan dan export menyebutkannya",
    ]
    assert "Berkas kosong (empty)" in done.stdout
    assert "Dilewati      1 berkas bukan foto" in done.stdout
    assert "Manifes: 'akun_a/9.png' ada dalam manifes" in done.stderr
    assert "Manifes: baris 4: posted_at harus berupa tanggal" in done.stderr
    assert "6 foto dalam " in done.stderr
    assert len(set(exported.values())) == 1
    records = [json.loads(line) for line in exported["id"].splitlines()]
    assert {"the file has no content"} < {r["error"]["message"] for r in records if r["error"]}
    assert [r["photo"]["posted_at"] for r in records][:2] == ["2024-09-25", None]


@pytest.mark.skipif(sys.platform == "win32", reason="has no such terminals")
def test_the_bar_of_a_terminal_is_in_indonesian(photos: Path) -> None:
    import pty

    (photos / "akun_b" / "kosong.jpg").touch()
    shown, terminal = pty.openpty()
    words = ("screen", "foto", "--profile", "fast", "--lang", "id")
    with subprocess.Popen(
        [sys.executable, "-m", "netravision", *words],
        cwd=photos.parent,
        stdout=subprocess.DEVNULL,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
    ) as program:
        os.close(terminal)
        drawn = b""
        with suppress(OSError):  # Linux says so when the program has ended
            while piece := os.read(shown, 4096):
                drawn += piece
    os.close(shown)
    assert program.returncode == 0
    assert "foto/detik" in drawn.decode()
    assert "1 gagal" in drawn.decode()
    assert b"failed" not in drawn


def test_a_heading_is_translated_only_where_it_is_asked_for(
    here: Program, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = here("screen", "foto", "--profile", "fast", "--quiet")
    assert done.returncode == 0, done.stderr

    monkeypatch.setenv("NETRAVISION_LANG", "id")

    def header(*words: str) -> list[str]:
        done = here(*words)
        assert done.returncode == 0, done.stderr
        return next(csv.reader(io.StringIO(done.stdout.removeprefix("\ufeff"))))

    names = header("export", "netravision-run", "--format", "csv")
    assert names[:4] == ["path", "account", "kind", "posted_at"]
    headings = header("export", "netravision-run", "--format", "csv", "--lang", "id")
    assert headings[:4] == ["lokasi berkas", "akun", "jenis", "diunggah pada"]
    assert len(headings) == len(names)
    assert header("--lang", "en", "export", "netravision-run", "--format", "csv") == names

    export = ("export", "netravision-run", "--format", "csv", "--output", "label.csv")
    here(*export, "--lang", "id")
    labels = tmp_path / "label.csv"
    text = labels.read_text("utf-8-sig").replace("undecided", "")
    labels.write_text(text, "utf-8")
    done = here("evaluate", "label.csv", "--lang", "id")
    assert done.returncode == 2
    assert "label.csv: belum ada keputusan dalam kolom decision" in done.stderr


def test_a_broken_picture_of_a_watchlist_is_named_in_indonesian(
    here: Program, photos: Path, tmp_path: Path
) -> None:
    (tmp_path / "rusak.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    (tmp_path / "w.toml").write_text(
        'schema = 1\nname = "x"\n[[symbol]]\nid = "a"\nlabel = "A"\nimages = ["rusak.png"]\n'
    )
    done = here("watchlist", "check", "w.toml", "--lang", "id")
    assert done.returncode == 2
    assert "rusak.png: PNG ini t" in done.stderr
    (tmp_path / "w.toml").write_text(
        'schema = 1\nname = ""\nnomor = 1\n[[pose]]\nname = "jempol"\n'
    )
    done = here("watchlist", "check", "w.toml", "--lang", "id")
    assert done.stderr.splitlines()[:3] == [
        "Galat: w.toml belum menjadi daftar pantau yang sah:",
        "name: tidak boleh kosong (yang diisikan '')",
        "pose[1].name: harus salah satu dari 'fist', 'one', 'two', 'three', 'four', 'five', "
        "'thumb_up', 'thumb_down', 'pistol', 'call', 'rock', 'ily', 'ok', 'finger_heart', "
        "'hand_heart' (yang diisikan 'jempol')",
    ]
    (tmp_path / "w.toml").write_text('schema = 1\nname = "logo\\kaltim"\n')
    done = here("watchlist", "check", "w.toml", "--lang", "id")
    assert "(baris 2, kolom " in done.stderr


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_new_watchlist_is_the_same_in_every_language(
    netravision: Program, tmp_path: Path, code: str
) -> None:
    written, english = tmp_path / "baru.toml", tmp_path / "en.toml"
    for file, spoken in ((english, "en"), (written, code)):
        assert netravision("watchlist", "new", file.name, "--lang", spoken).returncode == 0
    assert (written.read_bytes() == english.read_bytes()) == (code == "en")
    assert Watchlist.load(written).rules == Watchlist.load(english).rules
