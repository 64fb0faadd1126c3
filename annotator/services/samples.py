"""The sample project: power lines that the studio draws itself."""

from studio import jobs
from studio.errors import Refused
from studio.models import Job
from studio.sayings import Saying

NAME = "Sample: power lines"
SIZE, COUNT = 5000, 22
LARGEST, MOST = 10_000, 200


def begin(*, user, size: int = SIZE, count: int = COUNT) -> Job:
    """Have the sample project drawn by a job. size: of the square photos, in pixels."""
    if not 64 <= size <= LARGEST:
        raise Refused(f"size: expected 64 to {LARGEST} pixels, found {size}", at="size")
    if not 1 <= count <= MOST:
        raise Refused(f"count: expected 1 to {MOST} photos, found {count}", at="count")
    title = Saying("Draw {count} sample photos", count=count)
    job = jobs.create("sample", title, user=user, settings={"size": size, "count": count})
    jobs.enqueue(job)
    return job
