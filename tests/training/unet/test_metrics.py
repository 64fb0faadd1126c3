"""Scores: compared with counting pixel by pixel."""

import pytest
import torch

from tests.training.unet.drawn import one_thread
from training.unet.metrics import count, scores

one_thread()


def some(outputs: int, samples: int = 4) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(outputs)
    target = torch.randint(0, outputs, (samples, 7, 5), generator=generator, dtype=torch.uint8)
    target[:, :2, 1] = 255
    return torch.randn(samples, outputs, 7, 5, generator=generator), target


def by_hand(logits, target) -> tuple[float, list[float], list[float]]:
    answer = logits.argmax(1)
    pairs = [(a, t) for a, t in zip(answer.flatten().tolist(), target.flatten().tolist(), strict=True) if t != 255]
    dices, ious = [], []
    for number in range(1, logits.shape[1]):
        both = sum(a == number and t == number for a, t in pairs)
        either = sum(a == number or t == number for a, t in pairs)
        ious.append(both / either)
        dices.append(2 * both / (either + both))
    return sum(a == t for a, t in pairs) / len(pairs), dices, ious


@pytest.mark.parametrize("outputs", [2, 4])
def test_scores_are_those_counted_by_hand(outputs):
    logits, target = some(outputs)
    accuracy, dices, ious = by_hand(logits, target)

    found = scores(count(logits, target))

    assert found.accuracy == pytest.approx(accuracy)
    assert found.dice == pytest.approx(sum(dices) / len(dices))
    assert found.iou_by_class == pytest.approx(tuple(ious))
    assert found.iou == pytest.approx(sum(ious) / len(ious))


def test_scores_do_not_depend_on_the_batch_size():
    logits, target = some(3, samples=5)

    in_twos = sum(count(part, truth) for part, truth in zip(logits.split(2), target.split(2), strict=True))

    assert torch.equal(in_twos, count(logits, target))


def test_neutral_pixels_change_nothing():
    logits, target = some(2)
    other = logits.clone()
    other[:, :, :2, 1] = torch.randn(4, 2, 2)

    assert torch.equal(count(logits, target), count(other, target))


def test_nothing_there_and_nothing_found_scores_one():
    logits, target = torch.zeros(1, 2, 4, 4), torch.zeros(1, 4, 4, dtype=torch.uint8)

    assert scores(count(logits, target)).iou == scores(count(logits, target)).dice == 1


def test_something_found_where_nothing_is_scores_zero():
    logits, target = torch.zeros(1, 2, 4, 4), torch.zeros(1, 4, 4, dtype=torch.uint8)
    logits[:, 1, 0, 0] = 1

    assert scores(count(logits, target)).iou == 0


def test_a_class_that_is_nowhere_is_left_out_of_the_average():
    target = torch.ones(1, 4, 4, dtype=torch.uint8)
    logits = torch.zeros(1, 3, 4, 4)
    logits[:, 1] = 1

    found = scores(count(logits, target))

    assert found.iou == 1
    assert found.as_dict(["a", "b"])["iou_by_class"] == {"a": 1.0, "b": None}


def test_one_class_has_no_scores_per_class():
    assert set(scores(count(*some(2))).as_dict(["a"])) == {"accuracy", "dice", "iou"}
