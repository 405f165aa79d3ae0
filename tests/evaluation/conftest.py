import pytest

from tests.evaluation.labelled_run import add_toy_photos
from tests.made_run import Folder


@pytest.fixture
def toy(folder: Folder) -> Folder:
    """The toy run of labelled_run."""
    add_toy_photos(folder)
    return folder
