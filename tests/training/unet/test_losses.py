"""The loss: neutral pixels and empty samples, compared with torch where torch has the same thing."""

import torch
from torch.nn import functional

from tests.training.unet.drawn import one_thread
from training.unet.losses import Known, loss_sums, mean_loss
from training.unet.settings import LossWeights

one_thread()
BOTH = LossWeights()


def loss_of(logits: torch.Tensor, target: torch.Tensor, weights: LossWeights = BOTH) -> torch.Tensor:
    return mean_loss(loss_sums(logits, target), Known.of(target), logits.shape[1], weights)


def some(outputs: int = 2, samples: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    target = torch.randint(0, outputs, (samples, 6, 5), generator=generator, dtype=torch.uint8)
    target[:, 0] = 255
    return torch.randn(samples, outputs, 6, 5, generator=generator), target


def test_neutral_pixels_have_exactly_no_gradient():
    for outputs in (2, 4):
        logits, target = some(outputs)
        logits.requires_grad_()

        loss_of(logits, target).backward()

        assert torch.count_nonzero(logits.grad[:, :, 0]) == 0
        assert torch.count_nonzero(logits.grad[:, :, 1:]) > 0


def test_zeroing_behind_autograds_back_would_leak_into_neutral_pixels():
    logits, target = some()
    logits.requires_grad_()
    foreground = torch.softmax(logits, 1)[:, 1]
    shown = foreground + 0  # the original's way: change the numbers, keep the graph
    shown.data[target == 255] = 0

    (1 - (2 * (shown * (target == 1)).sum() + 1) / (shown.sum() + (target == 1).sum() + 1)).backward()

    assert torch.count_nonzero(logits.grad[:, :, 0]) > 0


def test_what_the_network_says_about_neutral_pixels_does_not_change_the_loss():
    logits, target = some()
    other = logits.clone()
    other[:, :, 0] = 50

    assert torch.equal(loss_of(logits, target), loss_of(other, target))


def test_cross_entropy_is_torchs():
    for outputs, weights in ((2, LossWeights(dice=0.0)), (4, BOTH)):
        logits, target = some(outputs)

        expected = functional.cross_entropy(logits, target.long(), ignore_index=255)

        assert torch.allclose(loss_of(logits, target, weights), expected, atol=1e-6)


def test_dice_is_the_mean_over_samples_of_its_formula():
    logits, target = some()
    p = torch.softmax(logits, 1)[:, 1] * (target != 255)
    t = (target == 1).float()

    score = (2 * (p * t).sum((1, 2)) + 1) / (p.sum((1, 2)) + t.sum((1, 2)) + 1)

    assert torch.allclose(loss_of(logits, target, LossWeights(bce=0.0)), 1 - score.mean(), atol=1e-6)


def test_weights_are_shares():
    logits, target = some()
    bce, dice = (loss_of(logits, target, LossWeights(bce=b, dice=d)) for b, d in ((1.0, 0.0), (0.0, 1.0)))

    assert torch.allclose(loss_of(logits, target, LossWeights(bce=3.0, dice=1.0)), (3 * bce + dice) / 4)


def test_an_empty_sample_is_perfect_when_nothing_is_predicted_and_still_teaches_otherwise():
    target = torch.zeros(1, 4, 4, dtype=torch.uint8)
    dice = LossWeights(bce=0.0)
    nothing, something = torch.zeros(1, 2, 4, 4), torch.zeros(1, 2, 4, 4, requires_grad=True)
    nothing[:, 0] = 30

    loss_of(something, target, dice).backward()

    assert loss_of(nothing, target, dice) < 1e-6
    assert (something.grad[:, 1] > 0).all()  # the foreground is to go down


def test_an_empty_sample_does_not_switch_dice_off_for_the_others():
    logits, target = some(samples=2)
    target[0] = 0
    logits[0, 0] = 30
    logits.requires_grad_()

    loss_of(logits, target, LossWeights(bce=0.0)).backward()

    assert torch.count_nonzero(logits.grad[1]) > 0


def test_a_batch_of_nothing_but_neutral_costs_nothing():
    target = torch.full((2, 4, 4), 255, dtype=torch.uint8)

    assert loss_of(torch.randn(2, 2, 4, 4), target) == 0


def test_a_better_prediction_has_a_lower_loss():
    _, target = some()
    right = torch.stack([(target != 1).float(), (target == 1).float()], 1)

    assert loss_of(5 * right, target) < loss_of(right, target) < loss_of(-right, target)


def test_sums_of_parts_are_the_sums_of_the_whole():
    logits, target = some(samples=5)

    parts = sum(loss_sums(part, truth) for part, truth in zip(logits.split(2), target.split(2), strict=True))

    assert torch.allclose(parts, loss_sums(logits, target))
