"""`python -m studio.tethered [--giving-way] MODULE ARGS...`: run a module, and end when standard input closes.

The parent holds the other end of the pipe. Should it be killed without a chance to tidy up, the pipe closes and its
children end by themselves instead of running on unseen. What gives way leaves the processor to all others: photos are
prepared and models trained on the machine somebody paints on.
"""

import contextlib
import os
import runpy
import signal
import sys
import threading
from pathlib import Path

NICENESS = 10


def end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def give_way() -> None:
    os.nice(NICENESS)
    # Linux may share the processor between sessions before it does between processes, and this one has its own.
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(NICENESS))


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    if sys.argv[1] == "--giving-way":
        give_way()
        del sys.argv[1]
    module, sys.argv = sys.argv[1], sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
