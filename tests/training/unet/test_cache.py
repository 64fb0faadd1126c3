"""Samples: prepared once, in any memory, the same order for the same seed."""

import cv2
import numpy as np
import pytest
import torch

from annotator.raster.plane import SparsePlane
from tests.training.unet.drawn import drawn, filled, one_thread
from training.unet.cache import Cache, Source, TooManyCorrupted, order, shrink_mask, stretch

one_thread()


def test_samples_are_kept_as_they_are_when_the_size_fits():
    cache = filled(3)
    photo, mask = drawn(2)

    assert np.array_equal(cache.images[2].numpy(), photo)
    assert np.array_equal(cache.masks[2].numpy(), mask)


def test_threads_do_not_change_the_order():
    one, four = Cache(9, (16, 16), memory_bytes=1 << 20), Cache(9, (16, 16), memory_bytes=1 << 20)
    sources = [Source(str(n), lambda n=n: drawn(n)[0], np.full((16, 16), n, np.uint8)) for n in range(9)]

    assert [news.done for news in four.fill(sources, threads=4)] == list(range(1, 10))
    list(one.fill(sources, threads=1))

    assert torch.equal(one.images, four.images)
    assert torch.equal(one.masks, four.masks)
    assert one.digest() == four.digest()


def test_samples_beyond_the_memory_limit_live_in_a_file_with_the_same_pixels(tmp_path):
    small = Cache(3, (32, 32), memory_bytes=100, folder=tmp_path)
    list(small.fill([Source(str(n), lambda n=n: drawn(n)[0], drawn(n)[1]) for n in range(3)], threads=1))

    images, masks = small.batch(torch.tensor([2, 0]), torch.device("cpu"))

    whole = filled(3)
    assert torch.equal(images, whole.images[[2, 0]])
    assert torch.equal(masks, whole.masks[[2, 0]])
    assert list(tmp_path.iterdir()) == []  # nameless: gone with the process, however it ends


def broken() -> np.ndarray:
    raise ValueError("the file ends too early")


def test_an_unreadable_photo_is_refused_by_name():
    cache = Cache(2, (32, 32), memory_bytes=1 << 20)
    sources = [Source("a.png", lambda: drawn(0)[0], drawn(0)[1]), Source("b.png", broken, drawn(1)[1])]

    with pytest.raises(TooManyCorrupted, match=r"b\.png cannot be read \(the file ends too early\)"):
        list(cache.fill(sources, threads=2))


def test_unreadable_photos_within_the_allowance_are_left_out():
    cache = Cache(3, (32, 32), memory_bytes=1 << 20)
    sources = [Source(str(n), broken if n == 1 else lambda n=n: drawn(n)[0], drawn(n)[1]) for n in range(3)]

    problems = [news.problem for news in cache.fill(sources, threads=1, allow_corrupted=1)]

    assert [bool(problem) for problem in problems] == [False, True, False]
    assert len(cache) == 2
    assert np.array_equal(cache.images[1].numpy(), drawn(2)[0])
    assert np.array_equal(cache.masks[1].numpy(), drawn(2)[1])


def test_the_order_is_a_permutation_that_follows_from_seed_and_epoch():
    torch.manual_seed(1)
    first = order(50, seed=3, epoch=2)
    torch.manual_seed(2)

    assert torch.equal(first, order(50, 3, 2))
    assert sorted(first.tolist()) == list(range(50))
    assert not torch.equal(first, order(50, 3, 1))
    assert not torch.equal(first, order(50, 4, 2))


@pytest.mark.parametrize("size", [(64, 48), (300, 20), (700, 900)])
def test_a_mask_is_shrunk_tile_by_tile_as_opencv_does_it_whole(size):
    rng = np.random.default_rng(0)
    mask = np.zeros((513, 700), np.uint8)
    mask[100:400, 200:690] = rng.integers(0, 4, (300, 490))

    found = shrink_mask(SparsePlane.from_array(mask), 700, 513, size)

    assert np.array_equal(found, cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST_EXACT))


def test_a_mask_of_a_huge_photo_costs_only_its_painted_tiles():
    plane = SparsePlane(np.uint8, {(3000, 3000): np.full((256, 256), 7, np.uint8)})

    found = shrink_mask(plane, 1_000_000, 1_000_000, (4096, 4096))

    assert set(np.unique(found)) == {0, 7}


def test_a_photo_that_shrinks_is_averaged():
    photo = np.zeros((4, 4, 3), np.uint8)
    photo[::2] = 200

    assert (stretch(photo, (2, 2)) == 100).all()
