"""The long work of the annotator: what a worker does with rows and the pure core together."""
