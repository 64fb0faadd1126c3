"""The loss: cross-entropy and Dice over the pixels that are not neutral.

Two defects of the original are repaired. There, neutral pixels were zeroed behind autograd's back and still received
the gradient of background; here every term is multiplied by `known`, so their gradient is exactly zero. There, an
empty sample scored up to 2 and the clamp at 1 switched Dice off for the whole batch; here the score is
(2I + 1) / (P + T + 1), which never exceeds 1 and needs no clamp.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from training.unet.classes import NEUTRAL
from training.unet.settings import LossWeights

SMOOTH = 1.0


@dataclass(frozen=True)
class Known:
    """How much of a target counts: pixels that are not neutral, samples that have any. Scalars on the device."""

    pixels: Tensor
    samples: Tensor

    @classmethod
    def of(cls, target: Tensor) -> Known:
        """target: N×H×W, class numbers and 255 for neutral."""
        per_sample = (target != NEUTRAL).sum((1, 2))
        return cls(per_sample.sum(), (per_sample > 0).sum())


def loss_sums(logits: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy summed over known pixels, and 1 - Dice summed over samples, as one tensor [2], float32.

    logits: N×C×H×W. target: N×H×W, class numbers below C, 255 for neutral.

    Sums, so that they add up over batches of any size; `mean_loss` makes the loss of them. With more than two
    outputs there is no Dice and the second sum is 0.
    """
    logits = logits.float()
    is_known = target != NEUTRAL
    if logits.shape[1] == 2:
        return _binary_sums(logits[:, 1] - logits[:, 0], target == 1, is_known)
    # Not cross_entropy: on CUDA its backward pass has no repeatable form.
    is_class = torch.arange(logits.shape[1], device=target.device)[None, :, None, None] == target[:, None]
    nll = -torch.where(is_class, functional.log_softmax(logits, 1), 0.0).sum()  # neutral is no class of these
    return torch.stack([nll, nll.new_zeros(())])


def _binary_sums(logit: Tensor, truth: Tensor, is_known: Tensor) -> Tensor:
    known, truth = is_known.float(), truth.float()
    bce = (functional.binary_cross_entropy_with_logits(logit, truth, reduction="none") * known).sum()
    foreground = torch.sigmoid(logit) * known  # softmax over two outputs is a sigmoid of their difference
    overlap = (foreground * truth).sum((1, 2))
    score = (2 * overlap + SMOOTH) / (foreground.sum((1, 2)) + truth.sum((1, 2)) + SMOOTH)
    # A sample without a known pixel says nothing, so it is not counted as a perfect one.
    return torch.stack([bce, ((1 - score) * is_known.any(2).any(1)).sum()])


def mean_loss(sums: Tensor, known: Known, outputs: int, weights: LossWeights) -> Tensor:
    """The loss of everything that was summed: cross-entropy per known pixel, 1 - Dice per sample, weighted."""
    entropy = sums[0] / known.pixels.clamp(min=1)
    if outputs != 2:
        return entropy
    dice = sums[1] / known.samples.clamp(min=1)
    return (weights.bce * entropy + weights.dice * dice) / (weights.bce + weights.dice)
