"""The kinds of job the annotator app has, by name."""

from studio import kinds

kinds.register("scan", "annotator.jobs.importing.scan")
kinds.register("import", "annotator.jobs.importing.take")
kinds.register("pyramids", "annotator.jobs.pyramids.build", resumable=True)
kinds.register("export", "annotator.jobs.exporting.export")
kinds.register("sample", "annotator.jobs.sampling.sample")
