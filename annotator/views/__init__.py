"""The annotator's part of the HTTP API: who may, what was sent, which service, what goes back."""
