"""The kinds of job the inference app has, by name."""

from studio import kinds  # noqa: F401
