"""Checkpoints: whole or not there, and refused when damaged."""

import json

import pytest
import torch

from tests.training.unet.drawn import WIDTH, one_thread, tiny
from training.unet import checkpoint
from training.unet.checkpoint import BadCheckpoint, Writer, load, load_state, restore, save, save_state, snapshot

one_thread()
CARD = {"network": "unet_v2", "width": WIDTH, "classes": [{"title": "bg"}, {"title": "a"}], "scores": {"iou": 0.5}}


def trained(seed: int = 0):
    net = tiny(seed=seed)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    net(torch.rand(2, 3, 32, 32)).square().mean().backward()
    optimizer.step()
    return net, optimizer


def test_what_was_saved_comes_back_with_its_card(tmp_path):
    net, _ = trained()

    written = save(tmp_path / "0001", net.state_dict(), CARD)
    again, card = load(tmp_path / "0001")

    assert all(torch.equal(a, b) for a, b in zip(net.state_dict().values(), again.state_dict().values(), strict=True))
    assert not again.training
    assert card["scores"] == {"iou": 0.5}
    assert card["weights"]["sha256"] == written.sha256
    assert written.size == sum(path.stat().st_size for path in (tmp_path / "0001").iterdir())


def test_the_card_explains_the_files_to_a_reader(tmp_path):
    save(tmp_path / "a", tiny().state_dict(), CARD)

    assert "stretched to input_size" in json.loads((tmp_path / "a" / "model.json").read_text())["about"]


def test_saving_again_replaces_and_leaves_nothing_else_behind(tmp_path):
    save(tmp_path / "a", tiny(seed=1).state_dict(), CARD)
    save(tmp_path / "a", tiny(seed=2).state_dict(), CARD)

    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert torch.equal(load(tmp_path / "a")[0].head.weight, tiny(seed=2).head.weight)


def test_a_write_that_breaks_off_leaves_the_old_checkpoint(tmp_path, monkeypatch):
    save(tmp_path / "a", tiny(seed=1).state_dict(), CARD)

    def disk_full(path):
        raise OSError("no space left on device")

    monkeypatch.setattr(checkpoint, "flush", disk_full)
    with pytest.raises(OSError, match="no space"):
        save(tmp_path / "a", tiny(seed=2).state_dict(), CARD)

    assert torch.equal(load(tmp_path / "a")[0].head.weight, tiny(seed=1).head.weight)


def test_a_damaged_file_is_refused(tmp_path):
    save(tmp_path / "a", tiny().state_dict(), CARD)
    weights = tmp_path / "a" / "weights.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)

    with pytest.raises(BadCheckpoint, match="damaged"):
        load(tmp_path / "a")


def test_a_folder_without_card_and_weights_of_another_network_are_refused(tmp_path):
    save(tmp_path / "a", tiny().state_dict(), CARD | {"width": 1 / 8})
    (tmp_path / "b").mkdir()

    with pytest.raises(BadCheckpoint, match="does not hold"):
        load(tmp_path / "a")
    with pytest.raises(BadCheckpoint, match=r"no readable model\.json"):
        load(tmp_path / "b")


def test_a_state_brings_back_weights_and_moments_in_the_weights_layout(tmp_path):
    net, optimizer = trained()
    save_state(tmp_path, snapshot(net, optimizer, {"step": 3}))
    other = tiny(seed=9).to(memory_format=torch.channels_last)
    fresh = torch.optim.Adam(other.parameters(), lr=0.01)

    state = load_state(tmp_path)
    restore(state, other, fresh)

    assert state.facts == {"step": 3}
    weight, twin = net.up1.block[0][0].weight, other.up1.block[0][0].weight
    assert torch.equal(weight, twin)
    assert torch.equal(optimizer.state[weight]["exp_avg"], fresh.state[twin]["exp_avg"])
    assert fresh.state[twin]["exp_avg"].stride() == twin.stride()


def test_a_snapshot_does_not_change_when_training_goes_on():
    net, optimizer = trained()
    kept = snapshot(net, optimizer, {"step": 1})
    before = kept.net["head.weight"].clone()

    net(torch.rand(2, 3, 32, 32)).square().mean().backward()
    optimizer.step()

    assert torch.equal(kept.net["head.weight"], before)


def test_a_damaged_state_is_passed_over_for_the_one_before(tmp_path):
    net, optimizer = trained()
    old = save_state(tmp_path / "old", snapshot(net, optimizer, {"step": 1}))
    new = save_state(tmp_path, snapshot(net, optimizer, {"step": 2}))
    old.replace(tmp_path / old.name)
    new.write_bytes(new.read_bytes()[:-1])

    assert load_state(tmp_path).facts == {"step": 1}


def test_there_is_no_state_in_an_empty_folder(tmp_path):
    assert load_state(tmp_path) is None


def test_a_new_state_drops_the_old_one(tmp_path):
    net, optimizer = trained()
    for step in (1, 2):
        save_state(tmp_path, snapshot(net, optimizer, {"step": step}))

    assert [path.name[:12] for path in tmp_path.iterdir()] == ["000000000002"]


def test_the_writer_tells_what_went_wrong():
    def disk_full():
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"), Writer() as writer:
        writer.submit(disk_full)
