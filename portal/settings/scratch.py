"""The data folder of a process of the test suite."""

import atexit
import os
import shutil
import tempfile


def own_folder() -> str:
    """A new folder among temporary files, for this process and its children; it goes with this process."""
    folder, maker = tempfile.mkdtemp(prefix="portail-tests-"), os.getpid()

    def remove() -> None:
        if os.getpid() == maker:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder
