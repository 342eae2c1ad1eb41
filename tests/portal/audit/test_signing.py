"""The key of publications: made once, kept to its owner; a changed byte no longer verifies."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from portal.audit import signing


def test_the_key_is_made_on_first_use_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "publication.pem"
    first = signing.load(path, create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert signing.load(path, create=True).key_id == first.key_id
    assert [file.name for file in path.parent.iterdir()] == ["publication.pem"]


def test_nothing_is_made_where_a_key_must_be_given(tmp_path: Path) -> None:
    with pytest.raises(signing.KeyUnavailable, match="absente"):
        signing.load(tmp_path / "none.pem", create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "publication.pem"
    signing.load(path, create=True)
    path.chmod(0o640)
    with pytest.raises(signing.KeyUnavailable, match="chmod 600"):
        signing.load(path, create=False)


def test_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rsa.pem"
    path.touch(mode=0o600)
    key = rsa.generate_private_key(65537, 2048)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    with pytest.raises(signing.KeyUnavailable, match="Ed25519"):
        signing.load(path, create=False)


def test_a_signature_verifies_and_one_changed_byte_does_not(tmp_path: Path) -> None:
    signer = signing.load(tmp_path / "key.pem", create=True)
    body = b'{"entries":[]}'
    signature = signer.sign(body)
    assert signing.verifies(body, signature, signer.public)
    for place in range(len(body)):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert not signing.verifies(changed, signature, signer.public)
    assert not signing.verifies(body, "é", signer.public)
    assert not signing.verifies(body, signature, b"\0" * 31)
    other = signing.load(tmp_path / "other.pem", create=True)
    assert not signing.verifies(body, signature, other.public)
