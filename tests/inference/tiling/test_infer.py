"""Blended windows against the plain way: every window at full resolution on one big canvas."""

import tracemalloc

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inference.tiling.infer import ClassRows, HeatRows, WindowsDone, canvas_size, infer, stretched
from inference.tiling.settings import FullImage, Overlap, SlidingWindow, Window
from inference.tiling.strips import ArrayRows
from inference.tiling.windows import windows


def sliding(width: int, height: int, x: int, y: int, blend: str = "tapered") -> SlidingWindow:
    return SlidingWindow(window=Window(width=width, height=height), min_overlap=Overlap(x=x, y=y), blend=blend)


def by_colour(batch: np.ndarray) -> np.ndarray:
    """A network that sees classes in colours: background, then one class per further channel. N×3×h×w."""
    scores = np.exp(batch.astype(np.float32).transpose(0, 3, 1, 2) / 40)
    return scores / scores.sum(axis=1, keepdims=True)


def red_or_not(batch: np.ndarray) -> np.ndarray:
    """A network of two classes: how red a pixel is."""
    red = batch[..., 0].astype(np.float32) / 255
    return np.stack([1 - red, red], axis=1)


def at_the_window_border(batch: np.ndarray) -> np.ndarray:
    """A network that is wrong near the border of what it sees, as real ones are."""
    found = red_or_not(batch)
    found[:, 1, :4] = found[:, 1, -4:] = found[:, 1, :, :4] = found[:, 1, :, -4:] = 0
    found[:, 0] = 1 - found[:, 1]
    return found


def blobs(width: int, height: int, seed: int = 0) -> np.ndarray:
    """A smooth colourful photo, height×width×3."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (height // 12 + 2, width // 12 + 2, 3)).astype(np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def predicted(photo, mode, network, input_size, classes, **options):
    """(class plane H×W, heat (C-1)×h×w, events) of a photo."""
    events = list(infer(ArrayRows(photo), mode, network, input_size=input_size, classes=classes, **options))
    plane = np.concatenate([event.classes for event in events if isinstance(event, ClassRows)])
    heat = np.concatenate([event.values for event in events if isinstance(event, HeatRows)], axis=1)
    return plane, heat, events


def plain(photo, mode, network, input_size, classes) -> np.ndarray:
    """The reference: mean probabilities C×H×W of all windows, float64, at full resolution."""
    height, width, _ = photo.shape
    total, count = np.zeros((height, width, classes)), np.zeros((height, width, 1), np.int32)
    for box in windows((width, height), mode):
        seen = stretched(photo[box.top : box.bottom, box.left : box.right], input_size)
        found = network(seen[None])[0].transpose(1, 2, 0)
        total[box.top : box.bottom, box.left : box.right] += cv2.resize(found, (box.width, box.height))
        count[box.top : box.bottom, box.left : box.right] += 1
    return (total / count).transpose(2, 0, 1)


CASES = [
    ((500, 380), (128, 128, 32, 32), (64, 64)),  # the tutorial's shape: half size
    ((333, 257), (100, 90, 17, 23), (64, 48)),  # no whole ratio anywhere
    ((70, 300), (128, 128, 32, 32), (64, 64)),  # narrower than the window
    ((90, 60), (128, 128, 32, 32), (64, 64)),  # smaller than the window
    ((150, 130), (32, 32, 8, 8), (64, 64)),  # the network sees finer than the photo is
]


@pytest.mark.parametrize(("size", "window", "input_size"), CASES)
@pytest.mark.parametrize(("network", "classes"), [(red_or_not, 2), (by_colour, 3)])
def test_uniform_weights_give_the_reference_result(size, window, input_size, network, classes):
    photo = blobs(*size)
    mode = sliding(*window, blend="uniform")

    plane, heat, _ = predicted(photo, mode, network, input_size, classes)

    mean = plain(photo, mode, network, input_size, classes)
    first, second = np.sort(mean, axis=0)[:-3:-1]
    is_clear = first - second > 1e-5
    assert is_clear.mean() > 0.99
    assert (plane == mean.argmax(axis=0))[is_clear].all()
    assert np.abs(heat / 255 - mean[1:]).max() <= 0.5 / 255 + 1e-5


@pytest.mark.parametrize(("size", "window", "input_size"), CASES)
def test_tapered_weights_blend_at_network_resolution_without_moving_anything(size, window, input_size):
    photo = blobs(*size)
    mode = sliding(*window)

    plane, heat, _ = predicted(photo, mode, red_or_not, input_size, 2)

    mean = plain(photo, mode, red_or_not, input_size, 2)[1]
    assert heat.shape == (1, *canvas_size(size, mode, input_size)[::-1])
    shown = cv2.resize(heat[0], size) / 255
    assert np.abs(shown - mean).mean() < 0.01
    assert (plane == (mean > 0.5)).mean() > 0.99


def test_the_tutorial_windows_are_not_resampled_at_all():
    photo = blobs(500, 380)

    _, heat, _ = predicted(photo, sliding(128, 128, 32, 32), red_or_not, (64, 64), 2)

    half = cv2.resize(photo, (250, 190))[..., 0]
    assert np.abs(heat[0].astype(int) - half).max() <= 1


def test_the_border_of_a_window_counts_less_than_the_middle_of_its_neighbour():
    photo = np.full((400, 400, 3), 255, np.uint8)

    tapered, _, _ = predicted(photo, sliding(128, 128, 32, 32), at_the_window_border, (64, 64), 2)
    uniform, _, _ = predicted(photo, sliding(128, 128, 32, 32, "uniform"), at_the_window_border, (64, 64), 2)

    inside = np.s_[16:-16, 16:-16]
    assert tapered[inside].all()
    assert not uniform[inside].all()


def test_a_full_image_is_looked_at_once():
    photo = blobs(200, 120)

    plane, heat, events = predicted(photo, FullImage(), red_or_not, (64, 64), 2)

    assert plane.shape == (120, 200)
    assert heat.shape == (1, 64, 64)
    assert [event.total for event in events if isinstance(event, WindowsDone)] == [1]


def test_windows_are_told_in_order_and_in_batches():
    photo = blobs(300, 200)
    sizes = []

    def network(batch):
        sizes.append(len(batch))
        return red_or_not(batch)

    mode = sliding(100, 100, 0, 0)
    _, _, events = predicted(photo, mode, network, (64, 64), 2, batch=2)

    done = [event for event in events if isinstance(event, WindowsDone)]
    assert [box for event in done for box in event.boxes] == windows((300, 200), mode)
    assert [event.done for event in done] == [2, 3, 5, 6]
    assert sizes == [2, 1, 2, 1]


def test_class_rows_begin_on_mask_tiles_and_follow_each_other():
    photo = blobs(300, 1000)

    _, _, events = predicted(photo, sliding(128, 128, 32, 32), red_or_not, (64, 64), 2)

    assert [event.top for event in events if isinstance(event, ClassRows)] == [0, 256, 512, 768]


def test_the_batch_size_changes_nothing():
    photo = blobs(333, 257)
    mode = sliding(100, 90, 17, 23)

    one, _, _ = predicted(photo, mode, by_colour, (64, 48), 3, batch=1)
    many, _, _ = predicted(photo, mode, by_colour, (64, 48), 3, batch=16)

    assert (one == many).all()


class DrawnRows:
    """A photo of any height that is drawn only where it is read."""

    def __init__(self, width: int, height: int):
        self.size = (width, height)

    def read(self, top: int, bottom: int) -> np.ndarray:
        stripes = (np.arange(top, bottom) // 40 % 2 * 255).astype(np.uint8)
        return np.broadcast_to(stripes[:, None, None], (bottom - top, self.size[0], 3)).copy()


def peak_bytes(height: int) -> int:
    tracemalloc.start()
    for _ in infer(DrawnRows(600, height), sliding(128, 128, 32, 32), red_or_not, input_size=(64, 64), classes=2):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_height_of_the_photo():
    peak_bytes(600)

    assert peak_bytes(8000) < 1.15 * peak_bytes(1000)


def test_rows_are_read_once():
    reads = []

    class Counted(DrawnRows):
        def read(self, top, bottom):
            reads.append((top, bottom))
            return super().read(top, bottom)

    events = infer(Counted(200, 500), sliding(128, 128, 32, 32), red_or_not, input_size=(64, 64), classes=2)
    plane = np.concatenate([event.classes for event in events if isinstance(event, ClassRows)])

    assert reads == [(0, 128), (128, 224), (224, 320), (320, 416), (416, 500)]
    assert (plane[:, 0] == np.arange(500) // 40 % 2).mean() > 0.98


@settings(max_examples=30, deadline=None)
@given(
    width=st.integers(1, 400),
    height=st.integers(1, 400),
    window=st.tuples(st.integers(1, 200), st.integers(1, 200)),
    share=st.floats(0, 0.9),
    input_size=st.tuples(st.sampled_from([16, 48, 64]), st.sampled_from([16, 32, 64])),
    blend=st.sampled_from(["tapered", "uniform"]),
)
# Two windows so near to each other that they begin in the same row of the canvas.
@example(width=1, height=100, window=(1, 33), share=0.0, input_size=(16, 16), blend="tapered")
def test_what_the_network_says_everywhere_is_the_result_everywhere(width, height, window, share, input_size, blend):
    mode = sliding(*window, int(window[0] * share), int(window[1] * share), blend)
    photo = np.full((height, width, 3), 200, np.uint8)

    plane, heat, _ = predicted(photo, mode, red_or_not, input_size, 2)

    assert plane.shape == (height, width) and plane.all()
    assert heat.shape == (1, *canvas_size((width, height), mode, input_size)[::-1])
    assert (heat == 200).all()


@pytest.mark.parametrize("size", [(401, 333), (257, 190), (150, 400)])
def test_a_ramp_stays_a_ramp_whatever_the_scale(size):
    ramp = np.linspace(0, 255, size[0]).astype(np.uint8)
    photo = np.broadcast_to(ramp[None, :, None], (size[1], size[0], 3)).copy()

    _, heat, _ = predicted(photo, sliding(97, 61, 20, 13), red_or_not, (48, 32), 2)

    shown = cv2.resize(heat[0], size).astype(int)
    assert np.abs(shown - ramp)[:, 8:-8].max() <= 4
