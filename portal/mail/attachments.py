"""A file to attach, as other slices hand it to the mail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    """A name, a media type and the exact bytes."""

    name: str
    media_type: str
    content: bytes
