"""The kinds of job the training app has, by name."""

from studio import kinds

# Begun again after a crash: what the first attempt left is removed, and the seed makes the result the same.
kinds.register("dtl", "training.jobs.dtl.build", resumable=True)
