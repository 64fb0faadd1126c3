"""Photos in, pixels out: H×W×3 uint8 RGB, upright. The only place that knows file formats and EXIF orientation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import pyvips

from annotator.raster.box import Box
from studio.sayings import Saying

# Pillow refuses above 179 megapixels on its own; our limit is the caller's, visible in its settings and sentences.
PIL.Image.MAX_IMAGE_PIXELS = None
# libvips remembers what it opened by file name, and would show the old pixels of a file written anew.
pyvips.cache_set_max(0)

FORMATS = ("JPEG", "PNG", "TIFF", "WebP", "BMP")
EXTENSIONS = (".jpg", ".jpeg", ".jpe", ".mpo", ".png", ".tif", ".tiff", ".webp", ".bmp")

SIGNATURES = [
    (re.compile(rb"\xff\xd8\xff"), "JPEG"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG"),
    (re.compile(rb"II[*+]\0|MM\0[*+]"), "TIFF"),  # + is BigTIFF
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "WebP"),
    (re.compile(rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL), "BMP"),
]
STRANGERS = [
    (re.compile(rb"GIF8"), Saying("a GIF")),
    (re.compile(rb"....ftyp(heic|heix|hevc|mif1|msf1)", re.DOTALL), Saying("a HEIC photo")),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), Saying("an AVIF photo")),
    (re.compile(rb"....ftyp", re.DOTALL), Saying("a video")),
    (re.compile(rb"\0\0\0\x0cjP  "), Saying("a JPEG 2000 photo")),
    (re.compile(rb"8BPS"), Saying("a Photoshop document")),
    (re.compile(rb"%PDF"), Saying("a PDF document")),
    (re.compile(rb"PK\x03\x04"), Saying("a zip archive")),
    (re.compile(rb"\s*<(\?xml|svg|!DOCTYPE|html)", re.IGNORECASE), Saying("a text in XML or HTML")),
]


class PhotoRefused(ValueError):
    """A sentence that says why a file cannot be one of the photos."""

    def __init__(self, saying: Saying):
        super().__init__(saying)
        self.saying = saying


@dataclass(frozen=True)
class PhotoInfo:
    """width, height: upright, in pixels. orientation: as in the file, 1..8. bytes: of the file."""

    width: int
    height: int
    format: str
    orientation: int
    bytes: int

    @property
    def stored_size(self) -> tuple[int, int]:
        """(width, height) of the pixels as they lie in the file, before EXIF orientation."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


def header(path: Path | str, max_pixels: int | None = None) -> PhotoInfo:
    """What the head of the file says; pixels are not looked at. Raises PhotoRefused."""
    path = Path(path)
    kind = sniff(path)
    try:
        if kind == "BMP":
            with PIL.Image.open(path, formats=["BMP"]) as image:
                width, height, orientation = *image.size, 1
        else:
            image = open_vips(path, kind)
            width, height, orientation = image.width, image.height, orientation_of(image)
    except (pyvips.Error, OSError, ValueError, SyntaxError) as error:
        sentence = Saying(
            "{photo} begins like a {kind} photo, but cannot be read: {why}.",
            photo=path.name,
            kind=kind,
            why=reason(error),
        )
        raise PhotoRefused(sentence) from error
    if max_pixels is not None and width * height > max_pixels:
        sentence = Saying(
            "{photo} has {size} = {pixels:,} pixels, more than the {most:,} allowed here.",
            photo=path.name,
            size=f"{width}x{height}",
            pixels=width * height,
            most=max_pixels,
        )
        raise PhotoRefused(sentence)
    if orientation >= 5:
        width, height = height, width
    return PhotoInfo(width, height, kind, orientation, path.stat().st_size)


def probe(path: Path | str, max_pixels: int | None = None) -> PhotoInfo:
    """The same after decoding every pixel once, in bounded memory, so that a damaged file is found out now.

    Raises PhotoRefused for a file that is no photo of FORMATS, is damaged or cut short, has a kind of pixels that
    cannot be shown, or has more than max_pixels of them.
    """
    path = Path(path)
    info = header(path, max_pixels)
    try:
        if info.format == "BMP":
            read_bmp(path)
        else:
            rgb8(open_vips(path, info.format)).avg()
    except (pyvips.Error, OSError, ValueError, SyntaxError) as error:
        if isinstance(error, PhotoRefused):
            raise
        sentence = Saying(
            "{photo} is a {kind} photo of {size} pixels, but damaged or cut short: {why}.",
            photo=path.name,
            kind=info.format,
            size=f"{info.width}x{info.height}",
            why=reason(error),
        )
        raise PhotoRefused(sentence) from error
    if info.format == "PNG" and not ends_with(path, b"IEND"):
        sentence = Saying("{photo} is a PNG photo that is cut short: its end mark (IEND) is missing.", photo=path.name)
        raise PhotoRefused(sentence)
    return info


def read(path: Path | str) -> np.ndarray:
    """H×W×3 uint8 RGB, upright: 16 bits are cut to 8, grey, palette and CMYK become RGB, alpha lies on white.

    Raises PhotoRefused.
    """
    path = Path(path)
    info = header(path)
    try:
        if info.format == "BMP":
            return read_bmp(path)
        return np.ascontiguousarray(upright(rgb8(open_vips(path, info.format)).numpy(), info.orientation))
    except (pyvips.Error, OSError) as error:
        raise cut_short(path, error) from error


def read_reduced(path: Path | str, at_most_px: int) -> np.ndarray:
    """The same, reduced so that its longer side has at most this many pixels. Quick for JPEG and WebP; never larger."""
    path = Path(path)
    info = header(path)
    try:
        if info.format == "BMP":
            return reduced(read_bmp(path), at_most_px)
        small = pyvips.Image.thumbnail(
            str(path), at_most_px, height=at_most_px, size="down", no_rotate=True, fail_on="error"
        )
        return np.ascontiguousarray(upright(rgb8(small).numpy(), info.orientation))
    except (pyvips.Error, OSError) as error:
        raise cut_short(path, error) from error


def strips(path: Path | str, rows: int) -> Iterator[tuple[Box, np.ndarray]]:
    """The photo from top to bottom in strips of so many rows, for photos that do not fit memory.

    yields: (Box of the strip, h×w×3 uint8 RGB upright); the last strip may be lower.
    """
    path = Path(path)
    info = header(path)
    if info.format == "BMP":
        whole = read_bmp(path)
        for top in range(0, info.height, rows):
            yield Box(0, top, info.width, min(top + rows, info.height)), whole[top : top + rows]
        return
    # One region for all strips: each new pipeline would want to begin at the top again.
    region = pyvips.Region.new(open_upright(path))
    for top in range(0, info.height, rows):
        height = min(rows, info.height - top)
        strip = np.frombuffer(region.fetch(0, top, info.width, height), np.uint8).reshape(height, info.width, 3)
        yield Box(0, top, info.width, top + height), strip


def upright(stored: np.ndarray, orientation: int) -> np.ndarray:
    """Turn H×W[×C] pixels as stored in a file to how they should be seen (EXIF 2.32, tag 0x0112); a view."""
    if orientation in (5, 7):
        stored = stored.swapaxes(0, 1)
    quarter_turns = {3: 2, 6: -1, 7: 2, 8: 1}.get(orientation, 0)
    turned = np.rot90(stored, quarter_turns) if quarter_turns else stored
    if orientation == 2:
        return turned[:, ::-1]
    if orientation == 4:
        return turned[::-1]
    return turned


def upright_box(box: Box, stored_size: tuple[int, int], orientation: int) -> Box:
    """Where a box of the stored pixels lies in the upright photo. stored_size: (width, height) in the file."""
    width, height = stored_size
    left, top, right, bottom = box.as_list()
    if orientation in (5, 6, 7, 8):  # rows become columns
        across = (top, bottom) if orientation in (5, 8) else (height - bottom, height - top)
        down = (left, right) if orientation in (5, 6) else (width - right, width - left)
    else:
        across = (left, right) if orientation in (1, 4) else (width - right, width - left)
        down = (top, bottom) if orientation in (1, 2) else (height - bottom, height - top)
    return Box(across[0], down[0], across[1], down[1])


def reduced(pixels: np.ndarray, at_most_px: int) -> np.ndarray:
    """H×W[×C] shrunk so that the longer side has at most this many pixels; itself when it has."""
    height, width = pixels.shape[:2]
    size = reduced_size(width, height, at_most_px)
    return pixels if size == (width, height) else cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def reduced_size(width: int, height: int, at_most_px: int) -> tuple[int, int]:
    """(width, height) shrunk to a longer side of at most this many pixels, no side below 1."""
    scale = min(1.0, at_most_px / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


# --- files ----------------------------------------------------------------------------------------------------------


def sniff(path: Path) -> str:
    """The format by the first bytes; names and extensions are only what somebody called it."""
    try:
        with path.open("rb") as file:
            start = file.read(64)
    except OSError as error:
        sentence = Saying("{photo} cannot be opened: {why}.", photo=path.name, why=error.strerror or reason(error))
        raise PhotoRefused(sentence) from error
    for signature, kind in SIGNATURES:
        if signature.match(start):
            return kind
    known = Saying("photos are {formats} or {last}", formats=", ".join(FORMATS[:-1]), last=FORMATS[-1])
    if not start:
        raise PhotoRefused(Saying("{photo} is empty; {known}.", photo=path.name, known=known))
    for signature, what in STRANGERS:
        if signature.match(start):
            raise PhotoRefused(Saying("{photo} is {what}; {known}.", photo=path.name, what=what, known=known))
    raise PhotoRefused(Saying("{photo} is not an image of a known format; {known}.", photo=path.name, known=known))


def open_vips(path: Path, kind: str, access: str = "sequential") -> pyvips.Image:
    """Lazy, as stored. The loader is named, so that nothing but the format we saw is ever parsed."""
    load = {
        "JPEG": pyvips.Image.jpegload,
        "PNG": pyvips.Image.pngload,
        "TIFF": pyvips.Image.tiffload,
        "WebP": pyvips.Image.webpload,
    }[kind]
    return load(str(path), access=access, fail_on="error")


def open_upright(path: Path | str) -> pyvips.Image:
    """A lazy RGB8 image to be read from top to bottom; a turned one goes through libvips' temporary memory or file."""
    path = Path(path)
    info = header(path)
    if info.format == "BMP":
        return pyvips.Image.new_from_array(read_bmp(path))
    if info.orientation == 1:
        return rgb8(open_vips(path, info.format))
    return rgb8(open_vips(path, info.format, access="random").autorot())


def orientation_of(image: pyvips.Image) -> int:
    found = image.get("orientation") if image.get_typeof("orientation") else 1
    return found if 1 <= found <= 8 else 1


def rgb8(image: pyvips.Image) -> pyvips.Image:
    """Any photo as three bands of 8 bits, lazily. Raises PhotoRefused for pixels that are no colours."""
    if image.format not in ("uchar", "ushort"):
        raise PhotoRefused(
            Saying("The photo's pixels are {kind} numbers; 8 or 16 bits per channel can be shown.", kind=image.format)
        )
    if image.bands > 4 + (image.interpretation == "cmyk"):
        raise PhotoRefused(
            Saying(
                "The photo has {count} channels; grey, RGB or CMYK, with or without alpha, can be shown.",
                count=image.bands,
            )
        )
    if image.interpretation == "multiband":
        deep = image.format == "ushort"
        grey, colour = ("grey16", "rgb16") if deep else ("b-w", "srgb")
        image = image.copy(interpretation=grey if image.bands < 3 else colour)
    image = image.colourspace("srgb")
    if image.hasalpha():
        image = image.flatten(background=255)
    return image.cast("uchar") if image.format != "uchar" else image


def read_bmp(path: Path) -> np.ndarray:
    """libvips' wheel has no BMP reader. The format knows neither EXIF nor a useful alpha channel."""
    with PIL.Image.open(path, formats=["BMP"]) as image:
        return np.array(image.convert("RGB"))


def ends_with(path: Path, mark: bytes, within: int = 1 << 20) -> bool:
    """Whether the mark is near the end; some programs append data of their own."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - within))
        return mark in file.read()


def cut_short(path: Path, error: Exception) -> PhotoRefused:
    return PhotoRefused(Saying("{photo} cannot be read to its end: {why}.", photo=path.name, why=reason(error)))


def reason(error: Exception) -> str:
    """A library's complaint on one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__).rstrip(".")
