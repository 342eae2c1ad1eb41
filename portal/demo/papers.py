"""Papers of the demonstration: small PDF files that say what they stand for, and that they are fictional."""


def paper(title: str) -> bytes:
    """A one-page PDF bearing the title and the mention of its fictional nature (Latin-1 text)."""
    words = f"({_escaped(title)}) Tj 0 -24 Td (Document fictif de d\\351monstration) Tj"
    stream = f"BT /F1 16 Tf 72 760 Td {words} ET".encode("latin-1")
    return _assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        ]
    )


def _escaped(text: str) -> str:
    for character in "\\()":
        text = text.replace(character, "\\" + character)
    return text.replace("’", "'").encode("latin-1", "replace").decode("latin-1")


def _assembled(objects: list[bytes]) -> bytes:
    """The objects, numbered from 1, with their cross-reference table (PDF 1.7 §7.5.4)."""
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer
