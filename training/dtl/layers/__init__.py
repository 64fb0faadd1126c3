"""Every layer there is, by the name the JSON gives it."""

from training.dtl.layers.branch import If
from training.dtl.layers.crop import Crop
from training.dtl.layers.data import Data
from training.dtl.layers.dataset import Dataset
from training.dtl.layers.flip import Flip
from training.dtl.layers.layer import Layer
from training.dtl.layers.multiply import Multiply
from training.dtl.layers.rename import Rename
from training.dtl.layers.resize import Resize
from training.dtl.layers.supervisely import Supervisely
from training.dtl.layers.tag import TagLayer

LAYERS: dict[str, type[Layer]] = {
    layer.action: layer for layer in (Data, Multiply, Crop, If, Flip, Resize, TagLayer, Dataset, Rename, Supervisely)
}
