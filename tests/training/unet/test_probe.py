"""Which device, how many threads, and what a step costs."""

import os

import pytest
import torch

from tests.training.unet.drawn import one_thread
from training.unet import probe
from training.unet.probe import pick_device, pick_threads

one_thread()


@pytest.fixture
def two_gpus(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda number: f"card {number}")


def test_an_absent_gpu_means_the_processor_and_is_said(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    assert pick_device([0]) == (torch.device("cpu"), "There is no GPU 0 here, so the CPU trains.")


def test_the_first_gpu_that_is_there_trains(two_gpus):
    device, sentence = pick_device([5, 1])

    assert device == torch.device("cuda", 1)
    assert "GPU 1 (card 1) trains." in sentence


def test_gpus_beyond_those_there_mean_the_processor(two_gpus):
    assert pick_device([7]) == (torch.device("cpu"), "There is no GPU 7, only 2, so the CPU trains.")


@pytest.mark.parametrize(("load", "threads"), [(0.1, 4), (2.0, 3)])
def test_a_busy_machine_keeps_one_core_for_others(monkeypatch, load, threads):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(4)), raising=False)
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0, 0))

    assert pick_threads() == threads


def test_timing_measures_the_clock_it_is_given():
    ticks = iter([10.0, 12.5])

    assert probe.timed(lambda: None, torch.device("cpu"), lambda: next(ticks)) == 2.5
