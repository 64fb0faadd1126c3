"""Server and workers from one terminal."""

import sys

from studio.management.commands import up


def test_what_is_started_works_in_the_same_data_folder(data_folder, monkeypatch, capfd):
    """It starts in a working folder of its own, where a relative CATENARY_DATA would be another folder."""
    monkeypatch.setenv("CATENARY_DATA", "here")

    up.start([sys.executable, "-c", "import os; print(os.environ['CATENARY_DATA'])"]).wait()

    assert capfd.readouterr().out == f"{data_folder}\n"
