"""A trained network as a function from windows to probabilities."""

import numpy as np
import pytest
import torch

from inference.segmenter import Segmenter, differing, folded, load
from training.unet import checkpoint
from training.unet.net import build, normalise

CARD = {
    "network": "unet_v2_quarter",
    "width": 0.05,
    "classes": [{"title": "bg", "color": "#222222"}, {"title": "Isolator", "color": "#FF0000"}],
    "input_size": {"width": 48, "height": 32},
}


@pytest.fixture
def net():
    torch.set_num_threads(1)
    net = build("unet_v2_quarter", 2, seed=4, width=0.05)
    with torch.no_grad():  # statistics as after training: nothing is the neutral 0 and 1 of a fresh network
        net.train()(torch.randn(4, 3, 32, 48))
    return net.eval()


@pytest.fixture
def windows() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (3, 32, 48, 3), np.uint8)


def test_a_checkpoint_answers_with_probabilities(net, windows, tmp_path):
    checkpoint.save(tmp_path / "model", net.state_dict(), CARD)

    segmenter = load(tmp_path / "model")
    found = segmenter(windows)

    assert segmenter.input_size == (48, 32)
    assert found.shape == (3, 2, 32, 48) and found.dtype == np.float32
    assert np.allclose(found.sum(axis=1), 1, atol=1e-5)


def test_folding_batch_normalisation_changes_nothing(net, windows):
    images = normalise(torch.from_numpy(windows))
    with torch.inference_mode():
        before = net(images).clone()
        after = folded(net)(images)

    assert not any(isinstance(layer, torch.nn.BatchNorm2d) for layer in net.modules())
    assert torch.allclose(before, after, atol=1e-4)


def test_a_batch_that_does_not_fit_memory_is_halved_and_goes_on(net, windows, monkeypatch):
    segmenter = Segmenter(net, CARD, torch.device("cpu"))
    expected, look, sizes = segmenter(windows), segmenter._look, []

    def short_of_memory(part):
        sizes.append(len(part))
        if len(part) > 1:
            raise torch.OutOfMemoryError
        return look(part)

    monkeypatch.setattr(segmenter, "_look", short_of_memory)

    assert np.allclose(segmenter(windows), expected, atol=1e-5)
    assert sizes == [3, 1, 1, 1]


def test_the_probe_settles_on_a_precision_and_keeps_the_answer(net, windows):
    segmenter = Segmenter(net, CARD, torch.device("cpu"))
    exact = segmenter(windows)

    said = segmenter.probe()

    assert said.startswith(f"{segmenter.manner.precision} is used")
    assert differing(segmenter(windows), exact) < 0.01
