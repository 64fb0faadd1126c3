"""The kinds of job the annotator app has, by name."""

from studio import kinds  # noqa: F401
