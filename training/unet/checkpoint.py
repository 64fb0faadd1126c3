"""Networks on disk: weights as safetensors beside a JSON card that explains them, whole or not there at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from studio.sayings import Saying
from training.unet.net import UNetV2, build

WEIGHTS, CARD = "weights.safetensors", "model.json"
FORMAT = 1
ABOUT = (
    "A network trained with Catenary. The weights are in weights.safetensors, PyTorch names and layout, float32. "
    "Input: RGB scaled to 0..1, minus mean, divided by std, stretched to input_size. "
    "Output: one logit per class, in the order of classes."
)


class BadCheckpoint(ValueError):
    """Files that are not a checkpoint, or no longer the one that was written."""


@dataclass(frozen=True)
class Written:
    """A checkpoint that is on disk. size: bytes of its files. sha256: of the weights."""

    folder: Path
    size: int
    sha256: str


def save(folder: Path, tensors: Mapping[str, Tensor], card: Mapping[str, Any]) -> Written:
    """Write weights and card; the folder appears at once and complete, replacing one of the same name."""
    temporary = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    weights = temporary / WEIGHTS
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, weights)
    sha256 = file_digest(weights)
    explained = {"about": ABOUT, "format": FORMAT, **card, "weights": {"file": WEIGHTS, "sha256": sha256}}
    (temporary / CARD).write_text(json.dumps(explained, indent=2, ensure_ascii=False) + "\n")
    for path in (weights, temporary / CARD, temporary):
        flush(path)
    size = sum(path.stat().st_size for path in temporary.iterdir())
    if folder.exists():
        shutil.rmtree(folder)
    temporary.replace(folder)
    flush(folder.parent)
    return Written(folder, size, sha256)


def read_card(folder: Path) -> dict[str, Any]:
    """Raises BadCheckpoint when there is none."""
    try:
        card = json.loads((folder / CARD).read_text())
        card["network"], card["classes"], card["weights"]["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = Saying("{folder} has no readable {file} ({why})", folder=folder.name, file=CARD, why=str(error))
        raise BadCheckpoint(message) from error
    return card


def read_weights(folder: Path, card: Mapping[str, Any]) -> dict[str, Tensor]:
    """The tensors by name. Raises BadCheckpoint when they are not the ones the card was written for."""
    path = folder / WEIGHTS
    file = f"{folder.name}/{WEIGHTS}"
    try:
        found = file_digest(path)
        if found != card["weights"]["sha256"]:
            raise BadCheckpoint(Saying("{file} is damaged: its checksum is not the one on its card", file=file))
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise BadCheckpoint(Saying("{file} cannot be read ({why})", file=file, why=str(error))) from error


def load(folder: Path | str) -> tuple[UNetV2, dict[str, Any]]:
    """A trained network, ready to predict (eval mode, on the CPU), and its card. Raises BadCheckpoint."""
    folder = Path(folder)
    card = read_card(folder)
    tensors = read_weights(folder, card)
    net = build(card["network"], len(card["classes"]), width=card.get("width"))
    try:
        net.load_state_dict(tensors)
    except RuntimeError as error:
        found = {"folder": folder.name, "network": card["network"], "why": str(error)}
        raise BadCheckpoint(Saying("{folder} does not hold a {network}: {why}", **found)) from error
    return net.eval(), card


@dataclass(frozen=True)
class State:
    """Everything a run needs to go on as if nothing had happened; order and batches follow from seed and step."""

    net: dict[str, Tensor]
    optimizer: dict[str, Tensor]
    facts: dict[str, Any]


def snapshot(net: nn.Module, optimizer: torch.optim.Optimizer, facts: dict[str, Any]) -> State:
    """A copy on the CPU of what training will go on changing. facts: JSON, with the step."""
    moments = {
        f"{number}.{name}": value.detach().to("cpu", copy=True)
        for number, state in optimizer.state_dict()["state"].items()
        for name, value in state.items()
    }
    weights = {name: value.detach().to("cpu", copy=True) for name, value in net.state_dict().items()}
    return State(weights, moments, facts)


def restore(state: State, net: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Put a snapshot back into a network and an optimizer of the same shape."""
    net.load_state_dict(state.net)
    groups = optimizer.state_dict()["param_groups"]
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    moments: dict[int, dict[str, Tensor]] = {}
    for key, value in state.optimizer.items():
        number, _, name = key.partition(".")
        if value.shape == weights[int(number)].shape:  # in the layout of the weight it belongs to
            value = torch.empty_like(weights[int(number)], device="cpu").copy_(value)
        moments.setdefault(int(number), {})[name] = value
    optimizer.load_state_dict({"state": moments, "param_groups": groups})


def save_state(folder: Path, state: State) -> Path:
    """Write a state under the checksum of its bytes, then drop the older ones."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / ".state.tmp"
    tensors = {f"net.{name}": tensor for name, tensor in state.net.items()}
    tensors |= {f"optimizer.{name}": tensor for name, tensor in state.optimizer.items()}
    contiguous = {name: tensor.contiguous() for name, tensor in tensors.items()}
    save_file(contiguous, temporary, metadata={"facts": json.dumps(state.facts)})
    flush(temporary)
    path = folder / f"{state.facts['step']:012d}-{file_digest(temporary)}.safetensors"
    temporary.replace(path)
    flush(folder)
    for older in folder.glob("*.safetensors"):
        if older != path:
            older.unlink()
    return path


def load_state(folder: Path) -> State | None:
    """The newest state that is whole, or None."""
    for path in sorted(folder.glob("*.safetensors"), reverse=True):
        if path.stem.partition("-")[2] != file_digest(path):
            continue
        with safe_open(path, "pt") as file:
            facts = json.loads(file.metadata()["facts"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
        return State(_below("net.", tensors), _below("optimizer.", tensors), facts)
    return None


def _below(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


class Writer:
    """Writes one thing after another on a thread of its own, so that training does not wait for the disk."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "checkpoint")
        self._waiting: list[Future] = []

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future:
        future = self._pool.submit(work, *arguments)
        self._waiting.append(future)
        return future

    @property
    def is_busy(self) -> bool:
        self._waiting = [future for future in self._waiting if not future.done() or future.exception()]
        return any(not future.done() for future in self._waiting)

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait for all that was begun. Raises what went wrong on the way, a full disk for one."""
        self._pool.shutdown(wait=True)
        if kind is None:
            for future in self._waiting:
                future.result()


def file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush(path: Path) -> None:
    """Ask the disk to keep a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
