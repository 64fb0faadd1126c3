"""ImageNet weights in the data folder: whether they are there, and the steps that bring them."""

from pathlib import Path

from django.conf import settings
from safetensors import SafetensorError, safe_open

from annotator.models import Upload
from studio import jobs
from studio.errors import NotAllowed, Refused
from studio.models import Job
from studio.sayings import Saying
from studio.texts import say

UPLOADED = "uploaded as "  # before a file's name: where its weights came from
FILE = "imagenet_vgg16_bn.safetensors"  # as training.unet.weights names it, which must not be imported here
WAYS_ON = Saying(
    "Three ways on: upload torchvision's vgg16_bn weights (a .pth or .safetensors file) on the Training page, "
    "start from random weights, or start from one of My models."
)


def folder() -> Path:
    return settings.DATA / "weights"


def imagenet() -> dict:
    """{present, source, sha256, size} of the encoder's ImageNet weights; sha256 is of the file they came from."""
    path = folder() / FILE
    try:
        with safe_open(path, "np") as file:
            told = file.metadata() or {}
    except (OSError, SafetensorError):
        # A damaged file is as good as none: it can be fetched or uploaded again.
        return {"present": False, "source": "", "sha256": "", "size": 0}
    origin = told.get("origin", "")
    if origin.startswith(UPLOADED):
        origin = say("uploaded as {file}", file=origin.removeprefix(UPLOADED))
    return {
        "present": True,
        "source": origin,
        "sha256": told.get("source_sha256", ""),
        "size": path.stat().st_size,
    }


def fetch(user) -> Job:
    """The job that downloads torchvision's file. To be enqueued or performed."""
    return jobs.create("fetch_weights", Saying("Fetch ImageNet weights"), user=user)


def take(user, upload: Upload) -> Job:
    """The job that reads the weights out of an uploaded file.

    Raises Refused while the upload is unfinished, and NotAllowed for replacing what everybody starts from.
    """
    if not user.is_staff and imagenet()["present"]:
        raise NotAllowed(say("This studio has its ImageNet weights already; only an administrator may replace them."))
    if not upload.sha256:
        raise Refused(say("upload: {file!r} is not complete yet", file=upload.name), at="upload")
    suffix = Path(upload.name).suffix.lower()
    if suffix not in (".pth", ".pt", ".safetensors"):
        sentence = say("upload: expected a .pth or .safetensors file, found {file!r}", file=upload.name)
        raise Refused(sentence, at="upload")
    title = Saying("Take weights from {file}", file=Path(upload.name).name)
    return jobs.create("fetch_weights", title, user=user, settings={"upload": upload.pk})
