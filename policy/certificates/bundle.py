"""Several certificates deposited at once, each with its client's number: a ZIP archive, or PEM texts one after another.

In an archive the number begins the name of the file (`350000022.pem`, `350000022-ror.cer`). In a text it stands on a
line before each certificate. A private key anywhere refuses the whole deposit.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from portal.documents.archives import BROKEN, METHODS

from . import deposit

MAX_LINES = 100
MAX_BUNDLE = 4 * 1024 * 1024
_NUMBER = re.compile(r"(?<![0-9A-Za-z])([0-9][0-9ABab][0-9]{7}(?:[0-9]{5})?)(?![0-9A-Za-z])")
_BLOCK = re.compile(r"-----BEGIN [A-Z0-9 ]+-----.*?-----END [A-Z0-9 ]+-----", re.DOTALL)


class Unbundled(Exception):
    """The deposit is no readable set of certificates; `sentence` says why in French."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Line:
    """One certificate of the deposit: where it was, the client's number (empty: none was found), its bytes."""

    place: str
    number: str
    data: bytes


def lines(data: bytes) -> list[Line]:
    """The lines of a deposit. Raises Unbundled, and deposit.Unreadable when a private key is among them."""
    if len(data) > MAX_BUNDLE:
        raise Unbundled("Ce dépôt est trop gros (4 Mio au plus) : faites-en plusieurs.")
    found = list(_archived(data) if data.startswith(b"PK") else _written(data))
    if not found:
        raise Unbundled("Aucun certificat n’a été trouvé dans ce dépôt.")
    if len(found) > MAX_LINES:
        raise Unbundled(f"Ce dépôt compte {len(found)} certificats : {MAX_LINES} au plus à la fois.")
    for line in found:
        if code := deposit.secret_in(line.data):
            raise deposit.refuse(code)
    return found


def _archived(data: bytes) -> Iterator[Line]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not _is_ignored(member)]
            if len(members) > MAX_LINES:
                raise Unbundled(f"Cette archive compte plus de {MAX_LINES} fichiers : faites-en plusieurs.")
            for member in members:
                yield _member(archive, member)
    except BROKEN as error:
        raise Unbundled("Cette archive ZIP est illisible ou protégée par un mot de passe.") from error


def _is_ignored(member: zipfile.ZipInfo) -> bool:
    return member.is_dir() or member.filename.startswith("__MACOSX/") or "/." in f"/{member.filename}"


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Line:
    """One octet beyond the bound is enough to know: an archive that swells is never unfolded."""
    if member.compress_type not in METHODS:
        raise zipfile.BadZipFile(f"compression method {member.compress_type}")
    with archive.open(member) as file:
        content = file.read(deposit.MAX_BYTES + 1)
    name = member.filename.replace("\\", "/").rpartition("/")[2]
    return Line(name[:100], _number(name), content)


def _written(data: bytes) -> Iterator[Line]:
    if code := deposit.secret_in(data):
        raise deposit.refuse(code)
    text, start = data.decode("utf-8", "replace"), 0
    for count, block in enumerate(_BLOCK.finditer(text), start=1):
        yield Line(
            f"certificat {count}", _number(text[start : block.start()]), block.group().encode("utf-8", "replace")
        )
        start = block.end()


def _number(text: str) -> str:
    """The last number of the shape of a FINESS, a SIREN or a SIRET."""
    found = _NUMBER.findall(text)
    return found[-1].upper() if found else ""
