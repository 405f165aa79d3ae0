"""What a case was found with."""

from netravision import assets
from netravision.case_files.provenance import Provenance
from netravision.languages import in_language
from netravision.version import VERSION
from tests.made_run import Folder


def test_it_names_program_models_and_watchlist(folder: Folder) -> None:
    provenance = Provenance.of(folder.run)
    assert provenance.version == VERSION
    assert provenance.models == assets.checksums()
    assert provenance.watchlist == folder.run.watchlist.name
    assert len(provenance.watchlist_sha256) == 64
    assert provenance.detectors == {}
    assert VERSION in provenance.sentence()
    with in_language("id"):
        assert "daftar" in provenance.sentence()
