"""Copies of a picture in a run, grouped."""

from netravision.core.pyramid import ImagePyramid
from netravision.imaging.image import read_image
from netravision.picture_hashes import hash_picture
from netravision.run.duplicates import duplicates, same_pictures
from tests.made_run import Folder


def test_groups_largest_first_with_every_file_of_a_content(tmp_path) -> None:
    folder = Folder(tmp_path)
    contents = {}
    for name, seed in (("a.png", 1), ("b.png", 2), ("c.jpg", 2), ("d.jpg", 1), ("e.png", 3)):
        file = folder.picture(name, seed=seed)
        folder.add(
            file,
            hashes=hash_picture(ImagePyramid(read_image(file).rgb)),
            url=f"https://x.example/{name}",
        )
    folder.add(tmp_path / "b.png", path="akun_b/lagi.png", as_file=tmp_path / "x" / "lagi.png")
    groups = [[copy.photo.path for copy in group] for group in duplicates(folder.run.store)]
    assert groups == [
        ["akun_a/b.png", "akun_b/lagi.png", "akun_a/c.jpg"],
        ["akun_a/a.png", "akun_a/d.jpg"],
    ]
    copies = [copy for group in duplicates(folder.run.store) for copy in group]
    assert copies[0].url == "https://x.example/b.png"
    assert [copy.distance == 0 for copy in copies[:2]] == [True, True]
    for result in folder.run.results():
        contents[result.photo.path] = folder.run.content(result)
    same = same_pictures(folder.run.store, contents.values())
    assert sorted(map(sorted, same)) == sorted(
        sorted({contents[path] for path in paths}) for paths in groups
    )
    assert same_pictures(folder.run.store, [contents["akun_a/e.png"]]) == []
    folder.run.close()
