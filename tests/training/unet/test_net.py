"""The network: its size, its names, and that reordering one layer changed nothing."""

import pytest
import torch
from torch import nn

from tests.training.unet.drawn import one_thread, tiny
from training.unet.net import UNetV2, build, normalise, parameters
from training.unet.vision import vgg

one_thread()


def test_unet_v2_has_the_originals_parameters_without_its_unused_block():
    with torch.device("meta"):
        assert parameters(UNetV2(2)) == 32_684_610


def test_the_quarter_has_about_a_sixteenth():
    with torch.device("meta"):
        assert parameters(UNetV2(2, 0.25)) == 2_047_890


def test_the_encoder_has_torchvisions_names_and_shapes():
    with torch.device("meta"):
        own = UNetV2(2).features.state_dict()
        public = vgg.make_layers(vgg.cfgs["D"], batch_norm=True).state_dict()

    assert {name: value.shape for name, value in own.items()} == {name: value.shape for name, value in public.items()}


@pytest.mark.parametrize(("height", "width"), [(16, 32), (48, 32), (64, 64)])
def test_logits_have_the_size_of_the_input(height, width):
    net = tiny(outputs=3).eval()

    assert net(torch.zeros(2, 3, height, width)).shape == (2, 3, height, width)


def test_squeezing_before_growing_is_the_same_function():
    net = tiny().double().eval()
    x, skip = torch.rand(2, 64, 3, 4, dtype=torch.double), torch.rand(2, 32, 6, 8, dtype=torch.double)

    original = net.up4.block(torch.cat([skip, net.up4.squeeze(net.up4.grow(x))], 1))

    assert torch.equal(net.up4(x, skip), original)


def test_the_encoder_computes_what_torchvisions_does():
    net = tiny().eval()
    seen = []
    net.center.register_forward_hook(lambda module, inputs, output: seen.append(inputs[0]))
    x = torch.rand(1, 3, 32, 32)

    net(x)

    assert torch.equal(seen[0], nn.Sequential(*net.features[:43])(x))


def test_weights_follow_from_the_seed_and_leave_the_global_state_alone():
    torch.manual_seed(5)
    before = torch.get_rng_state()

    first, second, other = tiny(seed=1), tiny(seed=1), tiny(seed=2)

    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    assert not torch.equal(first.head.weight, other.head.weight)


def test_an_unknown_network_is_refused_by_name():
    with pytest.raises(ValueError, match="unet_v2_quarter"):
        build("unet_v3", 2)


def test_normalising_is_imagenets_and_channels_last():
    pixels = torch.tensor([[[[0, 128, 255]]]], dtype=torch.uint8).expand(2, 4, 4, 3)

    found = normalise(pixels)

    expected = (torch.tensor([0, 128 / 255, 1]) - torch.tensor([0.485, 0.456, 0.406])) / torch.tensor(
        [0.229, 0.224, 0.225]
    )
    assert torch.allclose(found[0, :, 0, 0], expected, atol=1e-6)
    assert found.is_contiguous(memory_format=torch.channels_last)
