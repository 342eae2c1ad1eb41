"""The strict DER reader: what is read, and what is no DER."""

import pytest

from policy.certificates import der
from tests.factories.certificates import tlv


def test_first_leaves_what_follows_alone() -> None:
    element = der.first(tlv(der.OCTET_STRING, b"abc") + b"rest")
    assert (element.tag, element.content, element.encoding) == (4, b"abc", b"\x04\x03abc")


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_whole_on_every_form_of_length(size: int) -> None:
    assert len(der.whole(tlv(der.OCTET_STRING, b"\x00" * size)).content) == size


def test_children_in_order() -> None:
    sequence = tlv(der.SEQUENCE, tlv(der.INTEGER, b"\x01"), tlv(der.INTEGER, b"\x02"))
    assert [child.content for child in der.whole(sequence).children()] == [b"\x01", b"\x02"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x04\x05abc",  # shorter than announced
        b"\x30\x80\x00\x00",  # indefinite length
        b"\x04\x81\x03abc",  # length not minimal
        b"\x04\x82\x00\x80" + b"a" * 128,  # length with a leading zero
        b"\x04\x85\x00\x00\x00\x00\x01a",  # length on five octets
        b"\x1f\x81\x01\x00",  # tag on several octets
        b"\x04\x82\x01",  # truncated length
        b"\x04\x01a trailing",
    ],
)
def test_whole_refuses_what_is_no_der(data: bytes) -> None:
    with pytest.raises(ValueError):
        der.whole(data)


@pytest.mark.parametrize(
    ("content", "dotted"),
    [
        (b"\x55\x04\x03", "2.5.4.3"),
        (b"\x2a\x81\x7a\x01\x81\x55", "1.2.250.1.213"),
        (b"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", "0.9.2342.19200300.100.1.25"),
        (b"\x88\x37\x03", "2.999.3"),
    ],
)
def test_dotted_on_known_identifiers(content: bytes, dotted: str) -> None:
    assert der.dotted(content) == dotted


@pytest.mark.parametrize("content", [b"", b"\x55\x84"])
def test_dotted_refuses_truncated_identifiers(content: bytes) -> None:
    with pytest.raises(ValueError):
        der.dotted(content)
