"""Names of deposited files."""

import pytest

from portal.documents.filenames import MAX_LENGTH, sanitise


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Kbis Alpha.pdf", "Kbis Alpha.pdf"),
        ("KBIS.PDF", "KBIS.pdf"),
        ("extrait", "extrait.pdf"),
        ("virus.exe", "virus.exe.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\a\\b.pdf", "b.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("\u202efdp.exe", "fdp.exe.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ('a"b;c.pdf', "a_b_c.pdf"),
        ("Relevé\u2028d’identité.pdf", "Relevé d’identité.pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("   ...  ", "document.pdf"),
        ("", "document.pdf"),
        (".pdf", "document.pdf"),
    ],
)
def test_name_is_made_harmless_when_kept(given: str, kept: str) -> None:
    assert sanitise(given, extension=".pdf") == kept


def test_name_is_cut_and_keeps_its_extension_when_too_long() -> None:
    kept = sanitise("é" * 500 + ".pdf", extension=".pdf")
    assert len(kept) == MAX_LENGTH
    assert kept.endswith("é.pdf")
