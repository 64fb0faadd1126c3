"""`python -m studio.tethered MODULE ARGS...`: run a module, and end when standard input closes.

The parent holds the other end of the pipe. Should it be killed without a chance to tidy up, the pipe closes and its
children end by themselves instead of running on unseen.
"""

import os
import runpy
import signal
import sys
import threading


def end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    module, sys.argv = sys.argv[1], sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
