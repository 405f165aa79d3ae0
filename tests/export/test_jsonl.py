"""JSON Lines: one record a line, in ASCII, whatever a file is called."""

import json

from netravision.export.comparison import Comparison, Side
from netravision.export.jsonl import jsonl_lines
from netravision.result import Photo, Result


def test_each_record_is_a_line_of_ascii() -> None:
    results = [Result(Photo(name, "ab" * 32, 2, 1)) for name in ("a\nb.png", "é😀.png", "\udce9")]
    lines = list(jsonl_lines(results))
    assert all(line.isascii() and line.count(b"\n") == 1 and line[-1:] == b"\n" for line in lines)
    assert [Result.from_dict(json.loads(line)) for line in lines] == results


def test_comparisons_are_records_too() -> None:
    comparison = Comparison("a", "x", "X", "2024-09-25", Side("worn"), Side("no_avatar"))
    assert [json.loads(line) for line in jsonl_lines([comparison])] == [comparison.to_dict()]


def test_records_are_written_while_they_come() -> None:
    taken = []

    def results():
        for number in range(3):
            taken.append(number)
            yield Result(Photo(f"{number}", "ab" * 32, 1, 1))

    lines = jsonl_lines(results())
    next(lines)
    assert taken == [0]
