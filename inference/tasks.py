"""The kinds of job the inference app has, by name."""

from studio import kinds

kinds.register(
    "predict", "inference.jobs.predict", queue="gpu", resumable=True, discard="inference.services.runs.discard_of"
)
