"""A trained network as a plain function: photos in, probabilities out."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from studio.sayings import Saying
from training.unet import checkpoint
from training.unet.net import memory_format, normalise
from training.unet.probe import timed

BATCH_GPU, BATCH_CPU = 32, 4
WORTH = 0.8  # bf16 must take at most this share of the time of fp32, else the exact one is used
DISAGREE = 1e-3  # share of pixels whose class bf16 may change


@dataclass(frozen=True)
class Manner:
    """How a network runs: precision fp32 or bf16, and how its arrays lie in memory."""

    precision: str = "fp32"
    layout: str = "channels_last"


class Segmenter:
    """Call it with N×h×w×3 uint8 RGB; it answers N×C×h×w float32, which sum to one over C.

    `batch` windows at a time are best; a call may bring any number. Where memory runs out, the batch is halved and
    the call goes on.
    """

    def __init__(self, net: nn.Module, card: dict, device: torch.device):
        self.card, self.device = card, device
        self.input_size = (card["input_size"]["width"], card["input_size"]["height"])
        self.classes = len(card["classes"])
        self.batch = BATCH_CPU if device.type == "cpu" else BATCH_GPU
        self.manner = Manner()
        self._net = folded(net).eval().to(device)
        self._net.to(memory_format=memory_format(self.manner.layout))  # type: ignore[call-overload]

    def probe(self) -> Saying:
        """Try bf16 on one noisy window and use it where it is clearly faster and decides the same.

        returns: what was found, for the log.
        """
        width, height = self.input_size
        noise = np.random.default_rng(0).integers(0, 256, (1, height, width, 3), np.uint8)
        answers, seconds = {}, {}
        for precision in ("fp32", "bf16"):
            self.manner = Manner(precision)
            try:
                self(noise)  # the first call pays for choosing algorithms
                seconds[precision] = timed(lambda: answers.update({self.manner.precision: self(noise)}), self.device)
            except RuntimeError:
                seconds[precision] = float("inf")  # not everywhere can everything run
        same = "bf16" in answers and differing(answers["fp32"], answers["bf16"]) <= DISAGREE
        is_worth_it = same and seconds["bf16"] <= WORTH * seconds["fp32"]
        self.manner = Manner("bf16" if is_worth_it else "fp32")
        tried = ", ".join(f"{name} {1000 * took:.0f} ms" for name, took in seconds.items())
        return Saying("{precision} is used (a window takes {tried}).", precision=self.manner.precision, tried=tried)

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        parts, first = [], 0
        while first < len(pixels):
            part = pixels[first : first + self.batch]
            try:
                parts.append(self._look(part))
            except torch.OutOfMemoryError:
                if self.batch == 1:
                    raise
                torch.cuda.empty_cache()
                self.batch = max(1, min(self.batch, len(part)) // 2)
                continue
            first += len(part)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    @torch.inference_mode()
    def _look(self, pixels: np.ndarray) -> np.ndarray:
        images = normalise(torch.from_numpy(pixels).to(self.device))
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.manner.precision == "bf16"):
            logits = self._net(images.contiguous(memory_format=memory_format(self.manner.layout)))
        return torch.softmax(logits.float(), 1).contiguous().cpu().numpy()


def load(folder: Path, *, gpu: int = 0, threads: int | None = None) -> Segmenter:
    """The network of a checkpoint or model folder, on this GPU where there is one, else on the CPU.

    Raises training.unet.checkpoint.BadCheckpoint.
    """
    if threads:
        torch.set_num_threads(threads)
    net, card = checkpoint.load(folder)
    has_gpu = torch.cuda.is_available() and gpu < torch.cuda.device_count()
    return Segmenter(net, card, torch.device("cuda", gpu) if has_gpu else torch.device("cpu"))


def folded(net: nn.Module) -> nn.Module:
    """The same function with each batch normalisation multiplied into the convolution before it; changes `net`."""
    for block in net.modules():
        if not isinstance(block, nn.Sequential):
            continue
        for number in range(len(block) - 1):
            layer, norm = block[number], block[number + 1]
            if isinstance(layer, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                block[number] = fuse_conv_bn_eval(layer.eval(), norm.eval())
                block[number + 1] = nn.Identity()
    return net


def differing(one: np.ndarray, other: np.ndarray) -> float:
    """Share of pixels whose most probable class differs."""
    return float((one.argmax(axis=1) != other.argmax(axis=1)).mean())
