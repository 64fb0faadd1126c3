"""How the pixels of a result are written: as their source was, or without loss."""

import cv2
import numpy as np

QUALITY = 95  # of JPEG and WebP

EXTENSIONS = {"JPEG": ".jpg", "PNG": ".png", "TIFF": ".tif", "WebP": ".webp", "BMP": ".bmp"}
LOSSY = ("JPEG", "WebP")


def format_of(source_format: str, lossless: bool) -> str:
    """The format to write for a photo of this format."""
    if source_format not in EXTENSIONS or (lossless and source_format in LOSSY):
        return "PNG"
    return source_format


def extension_for(name_extension: str, source_format: str, lossless: bool) -> str:
    """The extension to write: the source's own spelling where its format stays."""
    written = format_of(source_format, lossless)
    return name_extension if written == source_format and name_extension else EXTENSIONS[written]


def encode(pixels: np.ndarray, written: str) -> bytes:
    """pixels: H×W×3 uint8 RGB.   written: from `format_of`."""
    options = {
        "JPEG": [cv2.IMWRITE_JPEG_QUALITY, QUALITY],
        "WebP": [cv2.IMWRITE_WEBP_QUALITY, QUALITY],
        # The fastest level: crops are many, and photographs hardly shrink further.
        "PNG": [cv2.IMWRITE_PNG_COMPRESSION, 1],
    }
    is_written, data = cv2.imencode(
        EXTENSIONS[written], cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), options.get(written, [])
    )
    assert is_written, f"OpenCV did not write a {written}"
    return data.tobytes()
