import cv2
import numpy as np
import pytest

from tests.training.dtl.drawn import colours
from training.dtl.encoding import encode, extension_for, format_of


@pytest.mark.parametrize("written", ["PNG", "TIFF", "BMP"])
def test_formats_without_loss_give_back_every_pixel(written):
    pixels = colours(50, 40)
    decoded = cv2.imdecode(np.frombuffer(encode(pixels, written), np.uint8), cv2.IMREAD_COLOR_RGB)
    assert np.array_equal(decoded, pixels)


@pytest.mark.parametrize("written", ["JPEG", "WebP"])
def test_lossy_formats_come_close(written):
    pixels = cv2.GaussianBlur(colours(64, 64), (9, 9), 3)
    decoded = cv2.imdecode(np.frombuffer(encode(pixels, written), np.uint8), cv2.IMREAD_COLOR_RGB)
    assert np.abs(decoded.astype(int) - pixels).mean() < 4


def test_a_crop_is_written_as_its_source_was_or_without_loss():
    assert format_of("JPEG", lossless=False) == "JPEG"
    assert format_of("JPEG", lossless=True) == format_of("WebP", lossless=True) == "PNG"
    assert format_of("TIFF", lossless=True) == "TIFF"


def test_the_extension_keeps_its_spelling_where_the_format_stays():
    assert extension_for(".JPG", "JPEG", lossless=False) == ".JPG"
    assert extension_for(".JPG", "JPEG", lossless=True) == ".png"
    assert extension_for("", "JPEG", lossless=False) == ".jpg"
