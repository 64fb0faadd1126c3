"""Loaded by pytest before Django reads its settings: tests get a data folder of their own, never a studio's."""

import os
import shutil
import tempfile
from pathlib import Path

DATA = Path(tempfile.mkdtemp(prefix="catenary-test-"))
os.environ["CATENARY_DATA"] = str(DATA)
for name in ("DATABASE_URL", "REDIS_URL", "PORT"):
    os.environ.pop(name, None)


def pytest_unconfigure(config) -> None:
    shutil.rmtree(DATA, ignore_errors=True)
