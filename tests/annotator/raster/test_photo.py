import io
import struct
import zlib

import numpy as np
import PIL.Image
import PIL.ImageOps
import pytest
import pyvips

from annotator.raster import photo
from annotator.raster.box import Box
from tests.scenes import small


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    return small(1, 120, 90).photo


def save(path, pixels, mode=None, **options):
    image = PIL.Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(path, **options)
    return path


LOSSLESS = [("a.png", {}), ("a.tif", {}), ("a.bmp", {}), ("a.webp", {"lossless": True})]


@pytest.mark.parametrize(("name", "options"), LOSSLESS)
def test_lossless_formats_give_the_same_pixels(tmp_path, pixels, name, options):
    path = save(tmp_path / name, pixels, **options)

    info = photo.probe(path, 1_000_000)

    assert (info.width, info.height, info.orientation) == (120, 90, 1)
    assert info.bytes == path.stat().st_size
    assert np.array_equal(photo.read(path), pixels)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"quality": 100, "subsampling": 0}])
def test_a_jpeg_reads_as_pillow_decodes_it(tmp_path, pixels, options):
    path = save(tmp_path / "a.jpg", pixels, **options)

    assert photo.probe(path).format == "JPEG"
    difference = photo.read(path).astype(int) - np.asarray(PIL.Image.open(path).convert("RGB"))
    assert np.abs(difference).mean() < 1.0


def test_the_extension_is_only_a_name(tmp_path, pixels):
    assert photo.probe(save(tmp_path / "photo.jpg", pixels, format="PNG")).format == "PNG"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.webp"])
def test_every_orientation_comes_upright(tmp_path, pixels, name, orientation):
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if name.endswith("webp") else {}
    path = save(tmp_path / name, pixels, exif=exif, **options)
    upright = np.asarray(PIL.ImageOps.exif_transpose(PIL.Image.open(path)).convert("RGB"))

    info = photo.probe(path)

    assert (info.width, info.height) == (upright.shape[1], upright.shape[0])
    assert info.stored_size == (120, 90)
    assert np.array_equal(photo.read(path), upright)
    assert np.array_equal(np.concatenate([strip for _, strip in photo.strips(path, 17)]), upright)


def test_a_turned_jpeg_is_turned_once(tmp_path, pixels):
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    path = save(tmp_path / "a.jpg", pixels, exif=exif, quality=95)

    assert photo.read(path).shape == (120, 90, 3)
    assert photo.read_reduced(path, 60).shape == (60, 45, 3)
    assert np.abs(photo.read(path).astype(int) - np.rot90(pixels, -1)).mean() < 6


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_turns_with_its_pixels(orientation):
    stored = np.zeros((30, 50), bool)
    box = Box(3, 4, 20, 11)
    stored[box.slices] = True

    turned = photo.upright_box(box, (50, 30), orientation)

    upright = photo.upright(stored, orientation)
    assert upright[turned.slices].all()
    assert upright.sum() == turned.area


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "RGBA"])
def test_other_kinds_of_png_become_rgb(tmp_path, pixels, mode):
    path = save(tmp_path / "a.png", pixels, mode)

    read = photo.read(path)

    wanted = np.asarray(PIL.Image.open(path).convert("RGB"))
    assert read.dtype == np.uint8
    assert np.array_equal(read, wanted)


def test_cmyk_becomes_rgb(tmp_path, pixels):
    for name in ("a.jpg", "a.tif"):
        read = photo.read(save(tmp_path / name, pixels, "CMYK"))
        assert read.shape == pixels.shape
        # Inks are no lights: the colours are near, the order of light and dark is kept.
        assert np.corrcoef(read.mean(axis=2).ravel(), pixels.mean(axis=2).ravel())[0, 1] > 0.9


def test_sixteen_bits_are_cut_to_eight(tmp_path):
    deep = (np.arange(90 * 120 * 3, dtype=np.uint32) * 2 % 65536).astype(np.uint16).reshape(90, 120, 3)
    for suffix in ("png", "tif"):
        path = tmp_path / f"deep.{suffix}"
        pyvips.Image.new_from_array(deep, interpretation="rgb16").write_to_file(str(path))
        assert np.array_equal(photo.read(path), (deep >> 8).astype(np.uint8))


def test_a_tiled_big_tiff_reads(tmp_path, pixels):
    path = tmp_path / "a.tif"
    image = pyvips.Image.new_from_array(pixels)
    image.tiffsave(str(path), tile=True, tile_width=64, tile_height=64, bigtiff=True, compression="deflate")

    assert photo.probe(path).format == "TIFF"
    assert np.array_equal(photo.read(path), pixels)


def test_what_is_transparent_lies_on_white(tmp_path, pixels):
    clear = np.dstack([pixels, np.zeros(pixels.shape[:2], np.uint8)])

    assert (photo.read(save(tmp_path / "a.png", clear)) == 255).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 40000), (40000, 1)])
def test_extreme_shapes_read(tmp_path, size):
    path = save(tmp_path / "a.png", np.full((*size, 3), 77, np.uint8))

    assert photo.probe(path).width == size[1]
    assert photo.read(path).shape == (*size, 3)
    assert max(photo.read_reduced(path, 100).shape) <= max(100, *np.minimum(size, 100))


def test_a_reduced_photo_is_never_enlarged(tmp_path, pixels):
    for name, options in LOSSLESS:
        assert photo.read_reduced(save(tmp_path / name, pixels, **options), 1000).shape == pixels.shape
        assert photo.read_reduced(tmp_path / name, 60).shape == (45, 60, 3)


# --- refused --------------------------------------------------------------------------------------------------------


def refusal(path, max_pixels=1_000_000) -> str:
    with pytest.raises(photo.PhotoRefused) as caught:
        photo.probe(path, max_pixels)
    return str(caught.value)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.webp", "a.bmp"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_photo_cut_short_is_refused(tmp_path, pixels, name, share):
    path = save(tmp_path / name, pixels)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])

    assert name in refusal(path)


def test_a_jpeg_without_its_end_is_refused(tmp_path, pixels):
    path = save(tmp_path / "a.jpg", pixels)
    path.write_bytes(path.read_bytes()[:-2])

    assert "damaged or cut short" in refusal(path)


def test_a_png_without_its_end_is_refused(tmp_path, pixels):
    path = save(tmp_path / "a.png", pixels)
    path.write_bytes(path.read_bytes()[:-12])

    assert "end mark" in refusal(path)


def test_a_png_with_a_flipped_bit_is_refused(tmp_path, pixels):
    path = save(tmp_path / "a.png", pixels)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)

    assert "damaged" in refusal(path)


def test_data_after_the_end_does_no_harm(tmp_path, pixels):
    path = save(tmp_path / "a.jpg", pixels)
    path.write_bytes(path.read_bytes() + b"appended by a camera")

    assert photo.probe(path).width == 120


def test_too_many_pixels_are_refused_with_both_numbers(tmp_path, pixels):
    sentence = refusal(save(tmp_path / "a.png", pixels), max_pixels=10_000)

    assert "120x90 = 10,800 pixels" in sentence
    assert "10,000 allowed" in sentence


def test_a_bomb_is_refused_by_its_header(tmp_path):
    """40 gigapixels in a hundred bytes: nothing may be inflated to find that out."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 200_000, 200_000, 8, 2, 0, 0, 0)
    path = tmp_path / "bomb.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )

    assert "40,000,000,000 pixels" in refusal(path, max_pixels=1_000_000_000)


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"GIF89a", "is a GIF"),
        (b"\0\0\0\x18ftypheic", "is a HEIC photo"),
        (b"%PDF-1.7", "is a PDF document"),
        (b"PK\x03\x04", "is a zip archive"),
        (b"<?xml version='1.0'?><svg/>", "is a text in XML or HTML"),
        (b"hello", "is not an image of a known format"),
        (b"BMx and more text that is not a bitmap at all", "is not an image of a known format"),
        (b"", "is empty"),
    ],
)
def test_other_files_are_refused_by_name_and_the_formats_are_told(tmp_path, start, what):
    path = tmp_path / "a.jpg"
    path.write_bytes(start)

    sentence = refusal(path)

    assert what in sentence
    assert "photos are JPEG, PNG, TIFF, WebP or BMP" in sentence


def test_a_missing_file_is_refused(tmp_path):
    assert "cannot be opened" in refusal(tmp_path / "nowhere.jpg")


def test_measurements_are_no_colours(tmp_path):
    path = tmp_path / "heights.tif"
    PIL.Image.fromarray(np.ones((4, 4), np.float32)).save(path)

    assert "float numbers" in refusal(path)


def test_pillow_has_no_limit_of_its_own():
    assert PIL.Image.MAX_IMAGE_PIXELS is None


def test_a_file_written_anew_shows_its_new_pixels(tmp_path):
    path = save(tmp_path / "a.png", np.zeros((8, 8, 3), np.uint8))
    photo.read(path)
    save(path, np.full((8, 8, 3), 200, np.uint8))

    assert (photo.read(path) == 200).all()


def test_strips_say_where_they_belong(tmp_path, pixels):
    path = save(tmp_path / "a.bmp", pixels)

    strips = list(photo.strips(path, 40))

    assert [box for box, _ in strips] == [Box(0, 0, 120, 40), Box(0, 40, 120, 80), Box(0, 80, 120, 90)]
    assert np.array_equal(np.concatenate([strip for _, strip in strips]), pixels)


def test_an_mpo_is_a_jpeg(tmp_path, pixels):
    buffer = io.BytesIO()
    image = PIL.Image.fromarray(pixels)
    image.save(buffer, "MPO", save_all=True, append_images=[image])
    (tmp_path / "a.mpo").write_bytes(buffer.getvalue())

    assert photo.probe(tmp_path / "a.mpo").format == "JPEG"
