"""ImageNet weights for the encoder: fetched by a named step, or out of a file; kept as safetensors."""

from __future__ import annotations

import hashlib
import os
import re
import urllib.request
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from studio.sayings import Saying
from training.unet.checkpoint import file_digest, flush
from training.unet.net import UNetV2
from training.unet.vision import vgg

URL = vgg.VGG16_BN_Weights.IMAGENET1K_V1.url
FILE = "imagenet_vgg16_bn.safetensors"
CHUNK = 1 << 20
TIMEOUT_S = 30
BATCHES = "num_batches_tracked"  # a counter that older files lack and nothing depends on


class WeightsRefused(ValueError):
    """A file that is not the encoder's weights, or a download that did not come through."""

    def __init__(self, saying: Saying):
        super().__init__(saying)
        self.saying = saying


@dataclass(frozen=True)
class Fetched:
    """Bytes so far; total is 0 while unknown."""

    received: int
    total: int


def fetch(path: Path, url: str = URL) -> Generator[Fetched, None, None]:
    """Download to `path`, telling how far it is. The file appears only once its checksum is right.

    The checksum is the start of the file's SHA-256, which torchvision writes into the name: vgg16_bn-6c64b313.pth.

    Raises WeightsRefused when there is no network or the bytes are not the ones of that name.
    """
    expected = re.search(r"-([0-9a-f]{8,64})\.", url)
    if expected is None:
        raise WeightsRefused(
            Saying("{address} does not carry a checksum in its name, so it is not downloaded", address=url)
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    sha, received = hashlib.sha256(), 0
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer, temporary.open("wb") as file:
            total = int(answer.headers.get("Content-Length") or 0)
            while chunk := answer.read(CHUNK):
                file.write(chunk)
                sha.update(chunk)
                received += len(chunk)
                yield Fetched(received, total)
            file.flush()
            os.fsync(file.fileno())
        if not sha.hexdigest().startswith(expected[1]):
            raise WeightsRefused(
                Saying("what {address} sent is damaged: its checksum is not {wanted}", address=url, wanted=expected[1])
            )
        temporary.replace(path)
    except OSError as error:
        raise WeightsRefused(Saying("{address} cannot be downloaded ({why})", address=url, why=str(error))) from error
    finally:
        temporary.unlink(missing_ok=True)


def convert(source: Path, folder: Path, origin: str) -> Path:
    """Take the encoder's tensors out of a .pth or .safetensors file and keep them as safetensors.

    source: torchvision's vgg16_bn, whole or the part under `features`. Nothing in it is executed.
    origin: where it came from, remembered in the new file.

    Raises WeightsRefused when it is something else; its saying names the `file`.
    """
    wanted = encoder_shapes()
    found = {_plain(name): tensor for name, tensor in _read(source).items()}
    missing = [name for name in wanted if name not in found and not name.endswith(BATCHES)]
    if missing:
        raise WeightsRefused(
            Saying(
                "{file} is not a VGG16 with batch normalisation: it has no {name} "
                "({missing} of {count} tensors are missing)",
                file=source.name,
                name=missing[0],
                missing=len(missing),
                count=len(wanted),
            )
        )
    encoder = {}
    for name, shape in wanted.items():
        tensor = found.get(name, torch.zeros(shape, dtype=torch.int64))
        if tuple(tensor.shape) != shape:
            raise WeightsRefused(
                Saying(
                    "{file}: {name} has the shape {found}, it should be {wanted}",
                    file=source.name,
                    name=name,
                    found=str(tuple(tensor.shape)),
                    wanted=str(shape),
                )
            )
        encoder[name] = (tensor if name.endswith(BATCHES) else tensor.float()).contiguous()
    folder.mkdir(parents=True, exist_ok=True)
    temporary, path = folder / f".{FILE}.tmp", folder / FILE
    save_file(encoder, temporary, metadata={"origin": origin, "source_sha256": file_digest(source)})
    flush(temporary)
    temporary.replace(path)
    flush(folder)
    return path


def read_encoder(path: Path) -> dict[str, Tensor]:
    """The encoder's tensors as `convert` kept them. Raises WeightsRefused."""
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise WeightsRefused(
            Saying("{file} cannot be read ({why}): upload or fetch the weights again", file=path.name, why=str(error))
        ) from error


def start_encoder(net: UNetV2, encoder: Mapping[str, Tensor]) -> None:
    """Put ImageNet weights into a network's encoder, narrowed to its width where it has fewer channels."""
    own = net.features.state_dict()
    tensors = {name.removeprefix("features."): tensor for name, tensor in encoder.items()}
    if own["0.weight"].shape != tensors["0.weight"].shape:
        tensors = narrow(net, tensors)
    net.features.load_state_dict(tensors)


def narrow(net: UNetV2, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The strongest filters of each layer, as many as the narrower network has, chained from layer to layer.

    A filter's strength is the sum of its absolute weights over the channels that are still there. The filters that
    stay keep their order, and each next layer keeps the inputs they feed. Edge and texture filters come over nearly
    whole; deeper ones only in part, still a better start for a short training than noise.
    """
    kept = torch.arange(3)  # channels of the layer before; at first red, green, blue
    out: dict[str, Tensor] = {}
    convolutions = [int(n) for n, layer in net.features.named_children() if isinstance(layer, torch.nn.Conv2d)]
    for number in convolutions:
        weight = tensors[f"{number}.weight"][:, kept]
        channels = net.features[number].out_channels
        kept = weight.abs().sum((1, 2, 3)).topk(channels).indices.sort().values
        out[f"{number}.weight"] = weight[kept]
        out[f"{number}.bias"] = tensors[f"{number}.bias"][kept]
        norm = f"{number + 1}."
        for name in net.features[number + 1].state_dict():
            values = tensors[norm + name]
            out[norm + name] = values[kept] if values.ndim else values
    return out


def encoder_shapes() -> dict[str, tuple[int, ...]]:
    """Names and shapes of the encoder's tensors, as torchvision has them. Makes no weights."""
    with torch.device("meta"):
        net = UNetV2(2)
    return {f"features.{name}": tuple(tensor.shape) for name, tensor in net.features.state_dict().items()}


def origin_of(path: Path) -> dict[str, str]:
    """Where converted weights came from, and the checksum of that file."""
    with safe_open(path, "pt") as file:
        return dict(file.metadata() or {})


def _read(path: Path) -> dict[str, Tensor]:
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        found = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # foreign bytes make the reader stumble in any way they like
        # Its own words are kept for the log: they advise to load the file without the check.
        raise WeightsRefused(
            Saying("{file} is not a file of plain weights, or it is damaged", file=path.name)
        ) from error
    if isinstance(found, dict) and isinstance(found.get("state_dict"), dict):
        found = found["state_dict"]
    if not isinstance(found, dict) or not all(isinstance(value, Tensor) for value in found.values()):
        raise WeightsRefused(Saying("{file} does not hold a network's weights by name", file=path.name))
    return found


def _plain(name: str) -> str:
    """`features.0.weight`, whatever wrapper the file was saved from: DataParallel, or the features alone."""
    name = name.removeprefix("module.")
    return f"features.{name}" if name[:1].isdigit() else name
