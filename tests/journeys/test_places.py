"""The pixel that is painted is the pixel that is pointed at: on every kind of photo, screen and zoom.

Each photo has one red square. It is looked for in a screenshot, the pen goes down in its middle, and the server must
have a painted pixel where the square is in the photo.
"""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Picture
from playwright.sync_api import Page

from tests.journeys.pages import class_plane, headers_of, images_of, open_annotator, wait_until_saved, zoom_of

WIDTH, HEIGHT = 900, 640
SQUARE = (500, 300, 560, 360)  # left, top, right, bottom; its middle is what is pointed at
ORIENTATION = 0x0112
# How a stored photo has to be turned to be upright, so how an upright one is stored: the inverse.
STORED = {
    2: Picture.Transpose.FLIP_LEFT_RIGHT,
    3: Picture.Transpose.ROTATE_180,
    4: Picture.Transpose.FLIP_TOP_BOTTOM,
    5: Picture.Transpose.TRANSPOSE,
    6: Picture.Transpose.ROTATE_90,
    7: Picture.Transpose.TRANSVERSE,
    8: Picture.Transpose.ROTATE_270,
}


def upright() -> Picture.Image:
    """Grey ground that is not the same everywhere, and the red square."""
    ground = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    ground[:] = (90 + np.arange(WIDTH) % 60)[None, :, None]
    left, top, right, bottom = SQUARE
    ground[top:bottom, left:right] = (230, 20, 20)
    return Picture.fromarray(ground)


def write_photos(folder: Path) -> None:
    folder.mkdir()
    picture = upright()
    picture.save(folder / "plain.png")
    picture.convert("CMYK").save(folder / "cmyk.jpg", quality=95)
    picture.quantize(64).save(folder / "palette.png")
    picture.save(folder / "progressive.jpg", quality=95, progressive=True)
    deep = np.asarray(picture).astype(np.uint16) * 257
    assert cv2.imwrite(str(folder / "deep.png"), deep[..., ::-1])
    assert cv2.imwrite(str(folder / "sixteen.tif"), deep[..., ::-1])
    for orientation in range(1, 9):
        turned = picture.transpose(STORED[orientation]) if orientation in STORED else picture
        exif = Picture.Exif()
        exif[ORIENTATION] = orientation
        turned.save(folder / f"orientation_{orientation}.jpg", quality=95, exif=exif)
    for name, size in {"dot": (1, 1), "tall": (1, 40_000), "wide": (40_000, 1)}.items():
        Picture.new("RGB", size, (200, 30, 30)).save(folder / f"{name}.png")


@pytest.fixture(scope="module")
def photos(studio, tmp_path_factory) -> tuple[int, list[str]]:
    folder = tmp_path_factory.mktemp("odd") / "photos"
    write_photos(folder)
    return studio.import_folder(folder, "Odd photos"), sorted(path.name for path in folder.iterdir())


def open_photo(page: Page, project: int, name: str):
    found = {image["name"]: image["id"] for image in images_of(page, project)}
    surface = open_annotator(page, found[name])
    choose_class(page, project)
    page.keyboard.press("b")
    page.get_by_role("slider", name="Brush size").focus()
    page.keyboard.press("Home")
    page.mouse.move(5, 5)
    page.wait_for_timeout(400)
    return found[name], surface


def choose_class(page: Page, project: int) -> None:
    """Photos come without classes: the first test adds one."""
    if page.request.get(f"/api/projects/{project}/classes/").json():
        return
    page.request.post(
        f"/api/projects/{project}/classes/",
        data={"name": "Thing", "colour": "#00AA00", "key": "1", "pattern": ""},
        headers=headers_of(page),
    )
    page.reload()
    open_annotator(page, int(page.url.rsplit("/", 1)[-1]))


def middle_of_red(surface) -> tuple[float, float]:
    """Where the red square's middle is seen, in CSS pixels of the page."""
    seen = cv2.imdecode(np.frombuffer(surface.screenshot(), np.uint8), cv2.IMREAD_COLOR).astype(int)
    is_red = (seen[..., 2] > 170) & (seen[..., 1] < 90) & (seen[..., 0] < 90)
    # The minimap shows it too, far smaller.
    count, labels, stats, _ = cv2.connectedComponentsWithStats(is_red.astype(np.uint8))
    assert count > 1, "the red square is not in sight"
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    ys, xs = np.nonzero(labels == largest)
    box = surface.bounding_box()
    ratio = seen.shape[1] / box["width"]  # of the screenshot
    return box["x"] + (xs.mean() + 0.5) / ratio, box["y"] + (ys.mean() + 0.5) / ratio


def paint_where_red_is(page: Page, image: int, surface) -> np.ndarray:
    before = class_plane(page, image)
    page.mouse.click(*middle_of_red(surface))
    wait_until_saved(page)
    changed = np.argwhere(class_plane(page, image) != before)
    assert len(changed), "nothing was painted"
    # The next test points at the same place.
    page.keyboard.press("Control+z")
    wait_until_saved(page)
    return changed.mean(axis=0)[::-1]


def assert_is_the_middle(found: np.ndarray, tolerance: float = 2.0) -> None:
    left, top, right, bottom = SQUARE
    np.testing.assert_allclose(found + 0.5, ((left + right) / 2, (top + bottom) / 2), atol=tolerance)


KINDS = ["plain.png", "cmyk.jpg", "palette.png", "progressive.jpg", "deep.png", "sixteen.tif"]
KINDS += [f"orientation_{orientation}.jpg" for orientation in range(1, 9)]


def test_every_kind_of_photo_is_painted_where_one_points(sign_in, photos):
    project, names = photos
    page = sign_in()
    assert set(KINDS) <= set(names)

    for name in KINDS:
        image, surface = open_photo(page, project, name)
        assert_is_the_middle(paint_where_red_is(page, image, surface))


@pytest.mark.parametrize("ratio", [1, 2, 3])
def test_every_density_of_screen_is_painted_where_one_points(sign_in, photos, ratio):
    project, _ = photos
    page = sign_in(device_scale_factor=ratio)

    image, surface = open_photo(page, project, "plain.png")
    assert_is_the_middle(paint_where_red_is(page, image, surface))
    for _ in range(3):
        page.keyboard.press("+")
    page.wait_for_timeout(800)

    # From close by a click hits within a pixel.
    assert_is_the_middle(paint_where_red_is(page, image, surface), tolerance=1.01)


@pytest.mark.parametrize("zoom", [0.67, 0.8, 1.25, 1.5, 2.0])
def test_every_zoom_of_the_browser_is_painted_where_one_points(sign_in, photos, zoom):
    """Browser zoom makes CSS pixels larger: fewer of them, each of more device pixels, whole or not."""
    project, _ = photos
    # Not by way of DevTools: a screenshot would put the metrics back and measure another page than is clicked on.
    page = sign_in(device_scale_factor=zoom, viewport={"width": round(1280 / zoom), "height": round(800 / zoom)})

    image, surface = open_photo(page, project, "plain.png")

    assert_is_the_middle(paint_where_red_is(page, image, surface))


@pytest.mark.parametrize("name", ["dot.png", "tall.png", "wide.png"])
def test_photos_a_pixel_wide_are_seen_and_can_be_painted(sign_in, photos, name):
    project, _ = photos
    page = sign_in()
    image, surface = open_photo(page, project, name)
    assert zoom_of(page) >= 99

    # The keyboard's pen begins in the middle; a brush of some pixels cannot miss a photo one pixel wide.
    page.get_by_role("spinbutton", name="Brush size in pixels").fill("70")
    surface.focus()
    page.keyboard.press("d")
    page.keyboard.press("d")
    wait_until_saved(page)

    painted = class_plane(page, image)
    info = page.request.get(f"/api/images/{image}/").json()
    assert painted.any()
    assert not painted[info["height"] :].any() and not painted[:, info["width"] :].any()
