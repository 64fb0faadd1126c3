"""UNetV2: a U-Net on the encoder of VGG16 with batch normalisation."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from training.unet.settings import NETWORKS
from training.unet.vision import vgg

CHANNELS = (64, 128, 256, 512, 512)  # of the encoder at 1, 1/2, 1/4, 1/8, 1/16 of the input
CUTS = (6, 13, 23, 33, 43)  # where torchvision's `features` end at each of these scales; the last pool is dropped
MEAN = (0.485, 0.456, 0.406)  # of ImageNet, in 0..1
STD = (0.229, 0.224, 0.225)


def build(network: str, outputs: int, *, seed: int = 0, width: float | None = None) -> UNetV2:
    """A network with weights drawn from a seed; nothing is downloaded and no global state is touched.

    network: "unet_v2", or "unet_v2_quarter" with a quarter of the channels.
    width:   instead of the network's own, for tests.

    Raises ValueError when no network has this name.
    """
    if network not in NETWORKS:
        raise ValueError(f"no network is called {network!r}; known: {', '.join(NETWORKS)}")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return UNetV2(outputs, NETWORKS[network].width if width is None else width)


def normalise(pixels: Tensor) -> Tensor:
    """Bytes N×H×W×3 as the network wants them: N×3×H×W float32, each channel centred, memory channels-last."""
    scale, shift = _scale_and_shift(pixels.device)
    return (pixels.to(torch.float32) * scale + shift).permute(0, 3, 1, 2)


def _scale_and_shift(device: torch.device) -> tuple[Tensor, Tensor]:
    std, mean = torch.tensor(STD), torch.tensor(MEAN)
    return (1 / (255 * std)).to(device), (-mean / std).to(device)


class UNetV2(nn.Module):
    """N×3×H×W to logits N×outputs×H×W; H and W are multiples of 16.

    The weights under `features` have torchvision's names, so that its ImageNet file loads as it is. The original has
    another decoder block of 28.3 million weights that is saved and never called; it is left out.
    """

    def __init__(self, outputs: int, width: float = 1.0):
        super().__init__()
        c1, c2, c3, c4, c5 = (max(1, round(channels * width)) for channels in CHANNELS)
        layout = [c1, c1, "M", c2, c2, "M", c3, c3, c3, "M", c4, c4, c4, "M", c5, c5, c5]
        self.features = vgg.make_layers(layout, batch_norm=True)
        self.center = nn.Sequential(conv_bn(c5, c5, dilation=2), conv_bn(c5, c5, dilation=2))
        self.up4 = Up(c5 + c5, c4)
        self.up3 = Up(c4, c3)
        self.up2 = Up(c3, c2)
        self.up1 = Up(c2, c1)
        self.head = nn.Conv2d(c1, outputs, 1)
        # As torchvision starts a VGG; the rest keeps torch's own start.
        for layer in self.features:
            if isinstance(layer, nn.Conv2d) and layer.bias is not None:
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
                nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor:
        skips = []
        for first, last in zip((0, *CUTS), CUTS, strict=False):
            for layer in self.features[first:last]:
                x = layer(x)
            skips.append(x)
        *skips, x = skips  # N×64×H×W, N×128×H/2×W/2, N×256×H/4×W/4, N×512×H/8×W/8; N×512×H/16×W/16
        x = torch.cat([self.center(x), x], 1)  # N×1024×H/16×W/16
        for up, skip in zip((self.up4, self.up3, self.up2, self.up1), reversed(skips), strict=True):
            x = up(x, skip)
        return self.head(x)


class Up(nn.Module):
    """Twice the size, beside the encoder's features of that size, then three convolutions."""

    def __init__(self, channels: int, skip: int):
        super().__init__()
        self.squeeze = nn.Conv2d(channels, skip, 1)
        self.grow = nn.Upsample(scale_factor=2, mode="nearest")
        self.block = nn.Sequential(conv_bn(2 * skip, skip), conv_bn(skip, skip), conv_bn(skip, skip))

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        # The original squeezes after growing. A 1×1 convolution sees one pixel, so the order is free,
        # and this way round it costs a quarter.
        x = self.grow(self.squeeze(x))
        return self.block(torch.cat([skip, x], 1))


def conv_bn(channels: int, out: int, *, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, out, 3, padding=dilation, dilation=dilation), nn.BatchNorm2d(out), nn.ReLU(inplace=True)
    )


def parameters(net: nn.Module) -> int:
    """How many numbers a network has learned."""
    return sum(weight.numel() for weight in net.parameters())


def take_over(net: UNetV2, tensors: Mapping[str, Tensor], *, head: bool) -> None:
    """Start with the weights of a trained network of the same kind.

    head: the last layer too, for the same classes; else it keeps its fresh start.

    Raises ValueError when the networks do not fit each other.
    """
    wanted = {name: tensor for name, tensor in tensors.items() if head or not name.startswith("head.")}
    try:
        missing, unknown = net.load_state_dict(wanted, strict=False)
    except RuntimeError as error:
        raise ValueError(f"the weights are of another network: {error}") from error
    if unknown or [name for name in missing if head or not name.startswith("head.")]:
        raise ValueError(f"the weights are of another network: {[*missing, *unknown][0]} does not fit")


def memory_format(name: str) -> torch.memory_format:
    return torch.channels_last if name == "channels_last" else torch.contiguous_format
