"""Results find their converters by name."""

import pytest

from netravision.conversions import Tabular, converted
from netravision.result import Photo, Result
from netravision.run import Run


def test_results_and_runs_are_tables() -> None:
    assert issubclass(Result, Tabular)
    assert issubclass(Run, Tabular)
    assert Result.to_dataframe is Run.to_dataframe is Tabular.to_dataframe


def test_a_converter_is_found_by_its_module_and_name() -> None:
    result = Result(Photo("a.jpg", None, 200, 120))
    assert converted("coco:to_coco", result)["images"][0]["file_name"] == "a.jpg"
    with pytest.raises(ImportError):
        converted("nothing:to_nothing", result)
