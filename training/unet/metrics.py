"""How well masks agree: pixels counted on the device, divided once at the end.

Counts add up over batches of any size, so no figure depends on how samples were batched, and neutral pixels are in
none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import torch
from torch import Tensor

from training.unet.classes import NEUTRAL


def count(logits: Tensor, target: Tensor) -> Tensor:
    """Per class the pixels that are right, predicted and true: int64 [3, C], neutral left out.

    logits: N×C×H×W. target: N×H×W, class numbers below C, 255 for neutral.
    """
    is_known = target != NEUTRAL
    answer = logits.detach().argmax(1)
    rows = []
    for number in range(logits.shape[1]):
        is_predicted, is_true = (answer == number) & is_known, target == number
        rows.append(torch.stack([(is_predicted & is_true).sum(), is_predicted.sum(), is_true.sum()]))
    return torch.stack(rows, 1)


@dataclass(frozen=True)
class Scores:
    """accuracy: share of known pixels that are right. dice, iou: of the foreground classes, averaged over classes.

    A class that is neither there nor predicted is left out of the average; when none is left, nothing was missed and
    nothing invented, which scores 1.
    """

    accuracy: float
    dice: float
    iou: float
    iou_by_class: tuple[float | None, ...]

    def as_dict(self, foreground: Sequence[str]) -> dict:
        """For events and cards; scores per class only where there are several."""
        scores = {name: value for name, value in asdict(self).items() if name != "iou_by_class"}
        if len(foreground) > 1:
            scores["iou_by_class"] = dict(zip(foreground, self.iou_by_class, strict=True))
        return scores


def scores(counts: Tensor) -> Scores:
    """What counts [3, C] amount to."""
    right, predicted, true = counts.tolist()
    known = sum(true)
    dices, ious = [], []
    for hit, said, there in zip(right[1:], predicted[1:], true[1:], strict=True):
        is_anywhere = said + there > 0
        dices.append(2 * hit / (said + there) if is_anywhere else None)
        ious.append(hit / (said + there - hit) if is_anywhere else None)
    return Scores(sum(right) / known if known else 1.0, _mean(dices), _mean(ious), tuple(ious))


def _mean(values: list[float | None]) -> float:
    found = [value for value in values if value is not None]
    return sum(found) / len(found) if found else 1.0
