"""The kinds of job the training app has, by name."""

from studio import kinds  # noqa: F401
