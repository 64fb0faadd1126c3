"""Zips that somebody else made."""

import stat
import zipfile

import pytest

from annotator.services import archives
from studio.errors import Refused


@pytest.fixture
def pack(tmp_path):
    def make(*members: tuple[str, bytes], name: str = "a.zip") -> zipfile.Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, data in members:
                archive.writestr(member, data)
        return path

    return make


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "out"
    made.mkdir()
    return made


def test_members_are_unpacked_into_the_folder(pack, folder):
    archives.unpack(pack(("ds/img/a.jpg", b"A"), ("meta.json", b"{}"), ("empty/", b"")), folder, name="a.zip")

    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == [
        "ds/img/a.jpg",
        "meta.json",
    ]


@pytest.mark.parametrize("member", ["/etc/passwd", "../a", "a/../../b", "C:/windows/a", "a\\..\\b"])
def test_a_member_that_leads_out_of_the_folder_refuses_the_whole_zip(pack, folder, member):
    with pytest.raises(Refused, match="leads out of its folder"):
        archives.unpack(pack(("good.txt", b"good"), (member, b"bad")), folder, name="a.zip")

    assert not list(folder.iterdir())


def test_a_bomb_is_refused_before_it_is_unpacked(pack, folder):
    with pytest.raises(Refused, match="as a zip bomb does"):
        archives.unpack(pack(("bomb.bin", bytes(20 * 1024**2))), folder, name="a.zip")

    assert not list(folder.iterdir())


def test_many_small_bombs_are_one_bomb(pack, folder):
    members = [(f"{number}.bin", bytes(900_000)) for number in range(20)]

    with pytest.raises(Refused, match=r"a\.zip unpacks to more than 100 times"):
        archives.unpack(pack(*members), folder, name="a.zip")


def test_links_are_refused(tmp_path, folder):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("photo.jpg")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")

    with pytest.raises(Refused, match="is a link"):
        archives.unpack(path, folder, name="a.zip")


def test_a_size_that_is_a_lie_is_found_out(pack, folder):
    path = pack(("a.txt", b"0123456789" * 100))
    data = bytearray(path.read_bytes())
    # The uncompressed size in the central directory, which is what we check.
    place = data.rindex(b"PK\1\2") + 24
    data[place : place + 4] = (10).to_bytes(4, "little")
    path.write_bytes(data)

    with pytest.raises(Refused, match="cannot be unpacked"):
        archives.unpack(path, folder, name="a.zip")


def test_a_damaged_zip_is_refused(pack, folder):
    path = pack(("a.txt", b"0123456789" * 100))
    data = bytearray(path.read_bytes())
    data[40] ^= 0xFF
    path.write_bytes(data)

    with pytest.raises(Refused, match="cannot be unpacked"):
        archives.unpack(path, folder, name="a.zip")


def test_too_many_members_are_refused(pack, folder, monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)

    with pytest.raises(Refused, match="3 members, more than 2"):
        archives.unpack(pack(("a", b""), ("b", b""), ("c", b"")), folder, name="a.zip")


def test_two_members_of_one_name_are_refused(tmp_path, folder):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("a", b"1")
        archive.writestr("a", b"2")

    with pytest.raises(Refused, match="two members called 'a'"):
        archives.unpack(path, folder, name="a.zip")


def test_a_zip_that_does_not_fit_the_disk_is_refused(pack, folder, monkeypatch):
    monkeypatch.setattr("annotator.services.uploads.KEEP_FREE_BYTES", 10**18)

    with pytest.raises(Refused, match="are free on disk"):
        archives.unpack(pack(("a", b"1")), folder, name="a.zip")
