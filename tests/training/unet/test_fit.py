"""Training: it learns, says so, stops, and goes on as if it had not."""

import itertools
from dataclasses import replace

import pytest
import torch

from tests.training.unet.drawn import WIDTH, filled, one_thread, tiny
from training.unet.checkpoint import load, load_state
from training.unet.fit import Ended, Noted, Saved, Trained, TrainingFailed, Validated, fit
from training.unet.net import UNetV2
from training.unet.probe import Choice, choose
from training.unet.settings import TrainSettings

one_thread()
CPU = torch.device("cpu")
SETTINGS = TrainSettings.model_validate(
    {
        "lr": 0.003,
        "epochs": 2,
        "val_every": 1,
        "batch_size": {"train": 3, "val": 2},
        "input_size": {"width": 32, "height": 32},
    }
)
CARD = {"network": "unet_v2", "width": WIDTH, "classes": [{"title": "bg"}, {"title": "disc"}]}


def events(folder, settings=SETTINGS, net=None, train=7, **more) -> list:
    """A run on 7 samples: three steps an epoch, the last of one sample."""
    more = {"card": CARD, "foreground": ["disc"], "device": CPU, "choice": Choice(), "seed": 5} | more
    return list(fit(net or tiny(), filled(train), filled(4, first=100), settings, folder=folder, **more))


def of(kind, found) -> list:
    return [event for event in found if isinstance(event, kind)]


def steps_of(found) -> list[dict]:
    return [step for event in of(Trained, found) for step in event.steps]


def test_every_step_is_told_once_and_every_epoch_is_validated_and_saved(tmp_path):
    found = events(tmp_path)

    assert [step["step"] for step in steps_of(found)] == [1, 2, 3, 4, 5, 6]
    assert [round(step["epoch"], 2) for step in steps_of(found)] == [0.33, 0.67, 1, 1.33, 1.67, 2]
    assert [(event.number, event.epoch) for event in of(Validated, found)] == [(1, 1), (2, 2)]
    assert [event.validated.number for event in of(Saved, found)] == [1, 2]
    assert found[-1] == Ended(6, stopped=False)
    assert of(Validated, found)[0].is_best


def test_a_checkpoint_gives_back_the_network_that_was_validated(tmp_path):
    net = tiny()
    found = events(tmp_path, net=net)

    again, card = load(tmp_path / "0002")

    assert all(torch.equal(a, b) for a, b in zip(net.state_dict().values(), again.state_dict().values(), strict=True))
    assert card["epoch"] == 2
    assert card["scores"]["iou"] == of(Validated, found)[1].scores["iou"]


def test_training_learns_to_find_discs(tmp_path):
    found = events(tmp_path, settings=SETTINGS.model_copy(update={"epochs": 25}), train=18)

    first, last = of(Validated, found)[0], of(Validated, found)[-1]
    assert last.loss < first.loss
    assert last.scores["iou"] > 0.6


def test_validation_does_not_depend_on_its_batch_size(tmp_path):
    sizes = [SETTINGS.batch_size.model_copy(update={"val": val}) for val in (1, 4)]

    one, four = (
        of(Validated, events(tmp_path / str(size.val), settings=SETTINGS.model_copy(update={"batch_size": size})))[-1]
        for size in sizes
    )

    assert one.loss == pytest.approx(four.loss, rel=1e-5)
    assert one.scores == pytest.approx(four.scores)


@pytest.mark.parametrize("layout", ["contiguous", "channels_last"])
@pytest.mark.parametrize("at", [1, 3, 4])
def test_a_resumed_run_ends_bit_for_bit_where_an_undisturbed_one_does(tmp_path, at, layout):
    whole = tiny()
    choice = Choice("fp32", layout)
    undisturbed = events(tmp_path / "whole", net=whole, choice=choice)
    caches = filled(7), filled(4, first=100)
    told = {"card": CARD, "foreground": ["disc"], "device": CPU, "choice": choice, "seed": 5}
    run = fit(tiny(), *caches, SETTINGS, folder=tmp_path / "broken", state_every_s=0, **told)
    for event in run:  # the process dies: nothing is said to the generator before it is gone
        if isinstance(event, Trained) and event.steps[-1]["step"] > at:
            break
    run.close()

    state = load_state(tmp_path / "broken" / "state")
    torch.manual_seed(99)
    resumed = tiny(seed=77)
    later = events(tmp_path / "broken", net=resumed, choice=choice, state=state)

    assert 0 < state.facts["step"] < 6
    assert [step["step"] for step in steps_of(later)] == list(range(state.facts["step"] + 1, 7))
    assert of(Validated, later)[-1] == of(Validated, undisturbed)[-1]
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name


def test_the_same_seed_trains_the_same_network_and_another_does_not(tmp_path):
    nets = [tiny() for _ in range(3)]
    for number, seed in enumerate((1, 1, 2)):
        events(tmp_path / str(number), net=nets[number], seed=seed)

    assert torch.equal(nets[0].head.weight, nets[1].head.weight)
    assert not torch.equal(nets[0].head.weight, nets[2].head.weight)


def test_stop_validates_once_more_and_keeps_a_checkpoint(tmp_path):
    asked = itertools.count(1)

    found = events(tmp_path, wants_stop=lambda: next(asked) == 2)

    assert [step["step"] for step in steps_of(found)] == [1, 2]
    assert [event.validated.step for event in of(Saved, found)] == [2]
    assert found[-1] == Ended(2, stopped=True)


def test_a_loss_that_is_no_number_ends_the_run_and_keeps_what_was_good(tmp_path):
    net = tiny()
    told = {"card": CARD, "foreground": ["disc"], "device": CPU, "choice": Choice()}
    run = fit(net, filled(7), filled(4), SETTINGS, folder=tmp_path, **told)

    with pytest.raises(TrainingFailed, match="lower lr"):
        for event in run:
            if isinstance(event, Validated):
                with torch.no_grad():
                    net.head.bias.fill_(float("nan"))

    assert load(tmp_path / "0001")
    assert load_state(tmp_path / "state").facts["step"] == 3
    assert not (tmp_path / "0002").exists()


class Greedy(UNetV2):
    """A network whose memory holds two samples."""

    def forward(self, x):
        if self.training and len(x) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return super().forward(x)


def test_when_memory_runs_out_the_batch_is_worked_on_in_halves(tmp_path):
    found = events(tmp_path, net=Greedy(2, WIDTH))

    assert ["1 samples at a time" in event.text for event in of(Noted, found)] == [True]
    assert len(steps_of(found)) == 6


class Hungry(UNetV2):
    def forward(self, x):
        raise torch.OutOfMemoryError("CUDA out of memory")


def test_a_sample_that_never_fits_is_said_so(tmp_path):
    with pytest.raises(TrainingFailed, match="choose a smaller input_size or network"):
        events(tmp_path, net=Hungry(2, WIDTH))


def test_parts_of_a_batch_have_the_gradients_of_the_whole(tmp_path):
    from training.unet.fit import _Loop

    grads = []
    for part in (4, 1):
        net = tiny()
        for module in net.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.eval()
                module.train = lambda mode=True: None  # its statistics are per part; everything else is to agree
        settings = SETTINGS.model_copy(update={"batch_size": replace_train(4)})
        loop = _Loop(net, filled(4), filled(2), settings, ["disc"], CPU, Choice(), 0, lambda: 0.0)
        loop.progress = replace(loop.progress, part=part)
        list(loop.train_batch())
        grads.append(net.head.weight.grad.clone())

    assert torch.allclose(grads[0], grads[1], atol=1e-6)


def replace_train(train: int):
    return SETTINGS.batch_size.model_copy(update={"train": train})


def test_the_learning_rate_falls_after_patience_validations_without_a_new_low(tmp_path):
    settings = SETTINGS.model_copy(
        update={"lr": 0.5, "epochs": 12, "lr_decreasing": SETTINGS.lr_decreasing.model_copy(update={"patience": 1})}
    )

    found = events(tmp_path, settings=settings)

    rates = [event.lr for event in of(Validated, found)]
    assert rates[0] == 0.5
    assert 0.1 in [pytest.approx(rate) for rate in rates]
    assert any("has not fallen for 1 validations" in event.text for event in of(Noted, found))


def test_validating_with_batch_statistics_leaves_no_trace_in_the_network(tmp_path):
    quiet, noisy = tiny(), tiny()

    events(tmp_path / "a", net=quiet)
    events(tmp_path / "b", net=noisy, settings=SETTINGS.model_copy(update={"validate_with_model_eval": False}))

    assert all(torch.equal(a, b) for a, b in zip(quiet.state_dict().values(), noisy.state_dict().values(), strict=True))


def test_several_classes_are_scored_each(tmp_path):
    found = events(tmp_path, net=tiny(outputs=3), foreground=["disc", "wire"])

    assert of(Validated, found)[0].scores["iou_by_class"]["wire"] in (None, 0.0)
    assert set(of(Validated, found)[0].scores["iou_by_class"]) == {"disc", "wire"}


def test_the_probe_chooses_without_touching_the_network():
    net = tiny()
    before = {name: value.clone() for name, value in net.state_dict().items()}

    probed = choose(net, SETTINGS, CPU)

    assert probed.choice.precision in ("fp32", "bf16")
    assert len(probed.seconds) >= 2
    assert "per sample" in str(probed)
    assert all(torch.equal(value, net.state_dict()[name]) for name, value in before.items())
    assert all(weight.grad is None for weight in net.parameters())


def test_bf16_trains_too(tmp_path):
    found = events(tmp_path, choice=Choice("bf16"))

    assert found[-1] == Ended(6, stopped=False)
