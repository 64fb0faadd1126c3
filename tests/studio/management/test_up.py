"""Server and workers from one terminal."""

import os
import subprocess
import sys

from studio.management.commands import up


def test_what_is_started_works_in_the_same_data_folder(data_folder, monkeypatch, capfd):
    """It starts in a working folder of its own, where a relative CATENARY_DATA would be another folder."""
    monkeypatch.setenv("CATENARY_DATA", "here")

    up.start([sys.executable, "-c", "import os; print(os.environ['CATENARY_DATA'])"]).wait()

    assert capfd.readouterr().out == f"{data_folder}\n"


def test_workers_leave_the_processor_to_the_server_and_to_whoever_paints(tmp_path):
    (tmp_path / "told.py").write_text("import os; print(os.nice(0))")

    def niceness(command: list[str]) -> int:
        module = next(word for word in ("uvicorn", "celery") if word in command)
        words = [*command[: command.index(module)], "told"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        # What is tethered ends when its standard input closes, which has to wait for the answer.
        with subprocess.Popen(words, env=os.environ | {"PYTHONPATH": f"{tmp_path}:."}, **pipes) as child:
            return int(child.stdout.read())

    commands = up.commands()

    assert niceness(commands["server"]) == os.nice(0)
    assert niceness(commands["worker"]) > os.nice(0)
    assert niceness(commands["trainer"]) > os.nice(0)
