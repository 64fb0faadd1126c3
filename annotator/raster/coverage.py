"""A mask made small: how much of each little pixel is painted, so that thin things do not vanish from thumbnails."""

from collections.abc import Mapping

import numpy as np

from annotator.raster.box import tile_box
from annotator.raster.photo import reduced_size
from annotator.raster.plane import SparsePlane
from annotator.raster.tile import TILE

# A hint of an isolator must be seen in a gallery: the alpha of the least and of full coverage.
FAINTEST, FULL = 90, 190


def thumbnail_overlay(
    classes: SparsePlane, size: tuple[int, int], colours: Mapping[int, str], longest: int = 384
) -> np.ndarray:
    """Coloured coverage to lay over a thumbnail.

    size:    (width, height) of the photo.   colours: class index -> "#RRGGBB"; classes without one are not shown.
    returns: RGBA uint8, as large as the photo's thumbnail. Each pixel has the colour of its commonest class.
    """
    width, height = reduced_size(*size, longest)
    coverage = {index: np.zeros((height, width), np.float32) for index in colours}
    for key, tile in classes.tiles():
        corner = tile_box(*key)
        rows = small_places(corner.top, size[1], height)
        columns = small_places(corner.left, size[0], width)
        inside = tile[: len(rows), : len(columns)]
        if not inside.any():
            continue
        place = (rows[:, None] - rows[0]) * (columns[-1] - columns[0] + 1) + (columns - columns[0])
        box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        shape = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
        for index in np.flatnonzero(np.bincount(inside.ravel(), minlength=256)).tolist():
            if index in coverage:
                counts = np.bincount(place.ravel(), (inside == index).ravel(), minlength=shape[0] * shape[1])
                coverage[index][box] += counts.reshape(shape)

    overlay = np.zeros((height, width, 4), np.uint8)
    most = np.zeros((height, width), np.float32)
    whole = np.outer(shares(size[1], height), shares(size[0], width))  # photo pixels in each small one
    for index, amount in coverage.items():
        wins = amount > most
        alpha = FAINTEST + (FULL - FAINTEST) * amount[wins] / whole[wins]
        overlay[wins, :3] = rgb(colours[index])
        overlay[wins, 3] = np.round(alpha)
        most = np.maximum(most, amount)
    return overlay


def shares(of: int, into: int) -> np.ndarray:
    """How many photo rows (or columns) fall into each small one."""
    return np.diff(-(-np.arange(into + 1) * of // into)).astype(np.float32)


def small_places(start: int, of: int, into: int) -> np.ndarray:
    """For the up to 256 photo rows (or columns) of a tile that lie on the photo: the small row each falls into."""
    inside = np.arange(start, min(start + TILE, of))
    return np.minimum(inside * into // of, into - 1)


def rgb(colour: str) -> tuple[int, int, int]:
    """ "#RRGGBB" as numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
