"""Training as a stream of events. The caller decides what to save, show and stop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from studio.sayings import Saying
from training.unet.cache import Cache, order
from training.unet.checkpoint import State, Writer, Written, restore, save, save_state, snapshot
from training.unet.losses import Known, loss_sums, mean_loss
from training.unet.metrics import count, scores
from training.unet.net import memory_format, normalise
from training.unet.probe import Choice
from training.unet.settings import TrainSettings

NEWS_S = 0.5  # figures are read from the device and told this often
STATE_S = 60.0  # at most so much work is lost when the process dies


class TrainingFailed(ValueError):
    """Training cannot go on; what was saved before stays good."""


@dataclass(frozen=True)
class Noted:
    """A line for the log."""

    text: str
    level: str = "info"


@dataclass(frozen=True)
class Trained:
    """Steps since the last such event: [{step, epoch, loss, accuracy, dice, iou}], and how fast it goes."""

    steps: tuple[dict, ...]
    images_per_s: float
    eta_s: float


@dataclass(frozen=True)
class Validated:
    """A validation. number counts from 1; scores: accuracy, dice, iou, over the pixels of the whole set."""

    step: int
    epoch: float
    number: int
    loss: float
    scores: dict
    lr: float
    is_best: bool


@dataclass(frozen=True)
class Saved:
    """The checkpoint of a validation is on disk."""

    validated: Validated
    written: Written


@dataclass(frozen=True)
class Ended:
    """No step is left, or the caller wanted to stop."""

    step: int
    stopped: bool


Event = Noted | Trained | Validated | Saved | Ended


@dataclass
class Progress:
    """How far a run is: the part of its state on disk that is not tensors."""

    lr: float
    part: int  # samples per forward pass: the whole batch, until memory runs out
    step: int = 0
    losses: list[float] = field(default_factory=list)  # of every validation
    changed_at: int = 0  # validations when the learning rate was last divided


def fit(
    net: nn.Module,
    train: Cache,
    val: Cache,
    settings: TrainSettings,
    *,
    folder: Path,
    card: Mapping[str, Any],
    foreground: Sequence[str],
    device: torch.device,
    choice: Choice,
    seed: int = 0,
    state: State | None = None,
    wants_stop: Callable[[], bool] = lambda: False,
    state_every_s: float = STATE_S,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[Event, None, None]:
    """Train with Adam until the epochs are over; validate and write a checkpoint every `val_every` epochs.

    folder:     checkpoints appear here as 0001, 0002, ..., and the state to go on from below `state`.
    card:       what every checkpoint's card says beside its own epoch and scores.
    foreground: titles of the classes beside the background, in the order of the outputs.
    state:      of an earlier run with the same settings, samples and seed, to go on exactly where that one was.
    wants_stop: asked after every step; then a last validation follows. What it raises ends the run at once.

    Raises TrainingFailed when the loss is no longer a number, or when one sample alone does not fit memory.
    """
    loop = _Loop(net, train, val, settings, foreground, device, choice, seed, clock)
    if state is not None:
        loop.resume(state)
    saving: list[tuple[Validated, Future[Written]]] = []
    stopped, state_at = False, clock()

    with Writer() as writer:
        while loop.progress.step < loop.steps and not stopped:
            yield from loop.train_batch()
            stopped = wants_stop()
            validates = stopped or settings.validates_after(loop.progress.step, loop.per_epoch)
            saves = validates or (clock() - state_at >= state_every_s and not writer.is_busy)
            # Before anything is saved the losses are read: a network that is no longer a number must not be kept.
            if saves or loop.has_news:
                yield loop.news()
            if validates:
                validated = yield from loop.validate()
                yield validated
                yield from loop.lower_lr()
            if saves:
                kept, state_at = loop.snapshot(), clock()
            if validates:
                saving.append((validated, writer.submit(save, *loop.checkpoint(folder, validated, card, kept))))
            if saves:
                writer.submit(save_state, folder / "state", kept)
            while saving and saving[0][1].done():
                yield _saved(*saving.pop(0))
        for validated, written in saving:
            yield _saved(validated, written)
    yield Ended(loop.progress.step, stopped)


def _saved(validated: Validated, written: Future[Written]) -> Saved:
    return Saved(validated, written.result())


class _Loop:
    """The network, its optimizer and how far they are."""

    def __init__(
        self,
        net: nn.Module,
        train: Cache,
        val: Cache,
        settings: TrainSettings,
        foreground: Sequence[str],
        device: torch.device,
        choice: Choice,
        seed: int,
        clock: Callable[[], float],
    ):
        self.net = net.to(device)
        self.net.to(memory_format=memory_format(choice.layout))  # type: ignore[call-overload]
        self.train, self.val = train.to(device), val.to(device)
        self.settings, self.foreground, self.device, self.choice, self.seed = settings, foreground, device, choice, seed
        self.per_epoch = settings.steps_per_epoch(len(train))
        self.steps = self.per_epoch * settings.epochs
        self.progress = Progress(settings.lr, max(settings.batch_size.train, settings.batch_size.val))
        self.optimizer = self._adam()
        self._shuffled: tuple[int, Tensor] | None = None
        self._rows: list[Tensor] = []  # of the steps since the last news, on the device
        self._speed = _Speed(clock)

    def _adam(self) -> torch.optim.Adam:
        return torch.optim.Adam(self.net.parameters(), lr=self.progress.lr, fused=self.device.type == "cuda" or None)

    # ------------------------------------------------------------ one batch

    def train_batch(self) -> Iterator[Noted]:
        """One step of the optimizer. Yields only what should be known about it; figures wait for `news`."""
        epoch, place = divmod(self.progress.step, self.per_epoch)
        if self._shuffled is None or self._shuffled[0] != epoch:
            self._shuffled = epoch, order(len(self.train), self.seed, epoch)
        size = self.settings.batch_size.train
        images, target = self.train.batch(self._shuffled[1][place * size : (place + 1) * size], self.device)
        self.net.train()
        row = yield from self._in_parts(self._step, images, target)
        self._rows.append(row)
        self.progress.step += 1

    def _step(self, images: Tensor, target: Tensor) -> Tensor:
        """Gradients of all parts of the batch, then one step. Returns loss and counts as one row, on the device."""
        self.optimizer.zero_grad(set_to_none=True)
        known = Known.of(target)
        rows = []
        for part, truth in zip(images.split(self.progress.part), target.split(self.progress.part), strict=True):
            logits = self._logits(part)
            loss = self._loss(loss_sums(logits, truth), known, logits.shape[1])
            loss.backward()
            rows.append(torch.cat([loss.detach().double()[None], count(logits, truth).flatten().double()]))
        self.optimizer.step()
        return torch.stack(rows).sum(0)

    def _logits(self, images: Tensor) -> Tensor:
        with self.choice.autocast(self.device):
            return self.net(normalise(images).contiguous(memory_format=memory_format(self.choice.layout)))

    def _loss(self, sums: Tensor, known: Known, outputs: int) -> Tensor:
        return mean_loss(sums, known, outputs, self.settings.loss_weights)

    def _in_parts(
        self, work: Callable[[Tensor, Tensor], Tensor], images: Tensor, target: Tensor
    ) -> Generator[Noted, None, Tensor]:
        """The work on a batch; when memory runs out, once more in parts of half the size."""
        while True:
            try:
                return work(images, target)
            except RuntimeError as error:
                if not _is_out_of_memory(error):
                    raise
            self.optimizer.zero_grad(set_to_none=True)
            if self.device.type == "cuda":
                torch.cuda.empty_cache()
            part = min(self.progress.part, len(images)) // 2
            if part == 0:
                width, height = self.train.size
                raise TrainingFailed(
                    Saying(
                        "a single sample of {width}×{height} does not fit the memory of {device}: "
                        "choose a smaller input_size or network",
                        width=width,
                        height=height,
                        device=str(self.device),
                    )
                )
            self.progress.part = part
            sentence = Saying(
                "Memory ran out: batches are worked on {part} samples at a time from here on; "
                "gradients are summed, so batch_size stays what it is",
                part=part,
            )
            yield Noted(sentence, "warning")

    # ------------------------------------------------------------ figures

    @property
    def has_news(self) -> bool:
        return bool(self._rows) and self._speed.age >= NEWS_S

    def news(self) -> Trained:
        """What the steps since the last time amount to. The only place that waits for the device."""
        rows = torch.stack(self._rows).cpu()
        first = self.progress.step - len(rows) + 1
        steps = tuple(self._figures(first + place, row) for place, row in enumerate(rows))
        self._rows = []
        self._speed.saw(len(steps))
        validations_left = self.settings.checkpoints(self.per_epoch) - len(self.progress.losses)
        eta_s = self._speed.eta_s(self.steps - self.progress.step, validations_left)
        return Trained(steps, self._speed.steps_per_s * self.settings.batch_size.train, eta_s)

    def _figures(self, step: int, row: Tensor) -> dict:
        loss = row[0].item()
        if not math.isfinite(loss):
            raise TrainingFailed(
                Saying(
                    "the loss is no longer a number after step {step} (epoch {epoch:,.2f}): lr {lr:g} is probably too "
                    "high. What was saved before is good; try again with a lower lr",
                    step=step,
                    epoch=step / self.per_epoch,
                    lr=self.progress.lr,
                )
            )
        found = scores(row[1:].reshape(3, -1)).as_dict(self.foreground)
        return {"step": step, "epoch": step / self.per_epoch, "loss": loss, **found}

    def validate(self) -> Generator[Noted, None, Validated]:
        """Loss and scores over the whole validation set: sums of all its pixels and samples, divided once."""
        began = self._speed.clock()
        outputs = len(self.foreground) + 1
        sums = torch.zeros(4, dtype=torch.float64, device=self.device)
        counts = torch.zeros(3, outputs, dtype=torch.int64, device=self.device)
        kept = [buffer.clone() for buffer in self.net.buffers()]
        self.net.train(not self.settings.validate_with_model_eval)
        with torch.no_grad():
            for indices in torch.arange(len(self.val)).split(self.settings.batch_size.val):
                seen = yield from self._in_parts(self._look, *self.val.batch(indices, self.device))
                sums += seen[:4]
                counts += seen[4:].reshape(3, outputs).long()
            # Normalisation over validation batches must leave no trace in what is being trained.
            for buffer, before in zip(self.net.buffers(), kept, strict=True):
                buffer.copy_(before)
        loss = self._loss(sums[:2], Known(sums[2], sums[3]), outputs).item()
        step = self.progress.step
        if not math.isfinite(loss):
            raise TrainingFailed(
                Saying("the validation loss is no longer a number after step {step}: try a lower lr", step=step)
            )
        is_best = loss < min(self.progress.losses, default=math.inf)
        self.progress.losses.append(loss)
        self._speed.validated(self._speed.clock() - began)
        return Validated(
            step=step,
            epoch=step / self.per_epoch,
            number=len(self.progress.losses),
            loss=loss,
            scores=scores(counts).as_dict(self.foreground),
            lr=self.progress.lr,
            is_best=is_best,
        )

    def _look(self, images: Tensor, target: Tensor) -> Tensor:
        """Loss sums, known pixels and samples, and counts of a batch as one row."""
        rows = []
        for part, truth in zip(images.split(self.progress.part), target.split(self.progress.part), strict=True):
            logits, known = self._logits(part), Known.of(truth)
            amounts = torch.stack([known.pixels, known.samples])
            counts = count(logits, truth).flatten()
            rows.append(torch.cat([loss_sums(logits, truth).double(), amounts.double(), counts.double()]))
        return torch.stack(rows).sum(0)

    def lower_lr(self) -> Iterator[Noted]:
        """Divide the learning rate after `patience` validations without a new lowest loss, as the reference does."""
        rule, losses = self.settings.lr_decreasing, self.progress.losses
        if len(losses) - self.progress.changed_at <= rule.patience or min(losses[-rule.patience :]) <= min(losses):
            return
        self.progress.changed_at = len(losses)
        self.progress.lr /= rule.lr_divisor
        self.optimizer = self._adam()  # with fresh moments, as there
        sentence = Saying(
            "The loss has not fallen for {count} validations: lr is {lr:g} from here on",
            count=rule.patience,
            lr=self.progress.lr,
        )
        yield Noted(sentence)

    # ------------------------------------------------------------ what is kept

    def snapshot(self) -> State:
        return snapshot(self.net, self.optimizer, {**asdict(self.progress), "choice": asdict(self.choice)})

    def checkpoint(self, folder: Path, validated: Validated, card: Mapping[str, Any], kept: State) -> tuple:
        """What `save` needs to write the checkpoint of a validation."""
        own = {
            "checkpoint": validated.number,
            "step": validated.step,
            "epoch": validated.epoch,
            "is_best": validated.is_best,
            "scores": {"loss": validated.loss, **validated.scores},
        }
        return folder / f"{validated.number:04d}", kept.net, {**card, **own}

    def resume(self, state: State) -> None:
        facts = {name: value for name, value in state.facts.items() if name != "choice"}
        self.progress = Progress(**facts)
        self.optimizer = self._adam()
        restore(state, self.net, self.optimizer)


class _Speed:
    """How fast steps and validations go, newer ones weighing more."""

    def __init__(self, clock: Callable[[], float]):
        self.clock = clock
        self.steps_per_s = 0.0
        self._validation_s = 0.0
        self._since = clock()

    @property
    def age(self) -> float:
        """Seconds since figures were last read."""
        return self.clock() - self._since

    def saw(self, steps: int) -> None:
        rate = steps / max(self.age, 1e-9)
        self.steps_per_s = 0.7 * self.steps_per_s + 0.3 * rate if self.steps_per_s else rate
        self._since = self.clock()

    def validated(self, seconds: float) -> None:
        self._validation_s = seconds
        self._since = self.clock()

    def eta_s(self, steps: int, validations: int) -> float:
        return steps / self.steps_per_s + max(validations, 0) * self._validation_s


def _is_out_of_memory(error: RuntimeError) -> bool:
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)
