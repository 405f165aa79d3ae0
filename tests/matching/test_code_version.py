"""What is kept is named by the code that computed it."""

import re

from netravision.matching.code_version import code_version


def test_a_changed_source_is_another_version_and_a_note_is_not(tmp_path):
    source = tmp_path / "features.py"
    source.write_text("SIDE = 4\n")
    before = code_version(tmp_path)
    (tmp_path / "notes.md").write_text("not code")
    assert code_version(tmp_path) == before
    assert re.fullmatch("[0-9a-f]{16}", before)
    source.write_text("SIDE = 5\n")
    changed = code_version(tmp_path)
    source.write_text("SIDE = 4\n")
    assert code_version(tmp_path) == before != changed
