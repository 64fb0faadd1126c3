"""The kinds of job the annotator app has, by name, and what it does by itself."""

from studio import chores, kinds

# All of them begin again after a crash: each cleans up after its earlier attempt, and rows come in one transaction.
kinds.register("scan", "annotator.jobs.importing.scan", resumable=True)
kinds.register("import", "annotator.jobs.importing.take", resumable=True)
kinds.register("pyramids", "annotator.jobs.pyramids.build", resumable=True)
kinds.register("export", "annotator.jobs.exporting.export", resumable=True)
kinds.register("sample", "annotator.jobs.sampling.sample", resumable=True)

chores.register("trash", "annotator.services.trash.sweep", every_s=3600)
