"""torchvision beside any torch, also one it was not built for.

Where only a CPU build of torch is offered, the registry's torchvision is still the CUDA build: its compiled part does
not load, and the import dies with "operator torchvision::nms does not exist", because a Python file registers a rule
for that operator. With the operators' schemas declared first the import succeeds. The compiled operators stay missing,
and none is used here: we take the layers of VGG and the address of its weights. Nothing happens where the pair fits.
"""

import importlib
import sys
from types import ModuleType

import torch

_declared: list[torch.library.Library] = []  # an operator lives as long as the object that declared it


def _import_vgg() -> ModuleType:
    try:
        return importlib.import_module("torchvision.models.vgg")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]  # half imported
    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _declared.append(library)
    return importlib.import_module("torchvision.models.vgg")


vgg = _import_vgg()
