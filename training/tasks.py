"""The kinds of job the training app has, by name."""

from studio import kinds

# Begun again after a crash: what the first attempt left is removed, and the seed makes the result the same.
kinds.register("dtl", "training.jobs.dtl.build", resumable=True)

kinds.register("train", "training.jobs.train.train", queue="gpu", resumable=True, stoppable=True)
kinds.register("probe", "training.jobs.train.probe", queue="gpu")
kinds.register("fetch_weights", "training.jobs.train.fetch_weights")
