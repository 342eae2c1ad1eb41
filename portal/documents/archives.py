"""ZIP archives that somebody else made: the compressions that are read, and what the library may raise on them."""

import zipfile
import zlib

METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # everybody's: others take memory as they please
BROKEN = (  # made badly, or on purpose
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
