"""The kinds of job the annotator app has, by name."""

from studio import kinds

kinds.register("scan", "annotator.jobs.scan")
kinds.register("import", "annotator.jobs.take")
kinds.register("pyramids", "annotator.jobs.pyramids", resumable=True)
kinds.register("export", "annotator.jobs.export")
kinds.register("sample", "annotator.jobs.sample")
