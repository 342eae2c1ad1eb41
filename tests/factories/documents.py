"""Documents and deposited files, made without printing anything."""

import hashlib
import io
import uuid
from datetime import UTC, datetime

import factory
import pikepdf

from portal.documents import codes
from portal.documents.kinds import Kind
from portal.documents.models import DepositedFile, FrozenBytes, StoredDocument


class FrozenBytesFactory(factory.django.DjangoModelFactory):
    """Bytes that look like a PDF."""

    class Meta:
        model = FrozenBytes

    data = factory.Sequence(lambda n: b"%%PDF-1.7 document %d %%%%EOF" % n)


class StoredDocumentFactory(factory.django.DjangoModelFactory):
    """An issued document; `owner` and `service` are the caller's."""

    class Meta:
        model = StoredDocument

    reference = factory.Sequence(lambda n: f"DOC-2026-{n + 1:04d}")
    kind = Kind.RECEIPT
    title = "Récépissé de dépôt"
    subject_reference = "C-2026-0001"
    verification_code = factory.LazyFunction(codes.fresh)
    frozen = factory.SubFactory(FrozenBytesFactory)
    sha256 = factory.LazyAttribute(lambda made: hashlib.sha256(made.frozen.data).hexdigest())
    size = factory.LazyAttribute(lambda made: len(made.frozen.data))
    issued_at = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    message_id = factory.LazyFunction(uuid.uuid4)


class DepositedFileFactory(factory.django.DjangoModelFactory):
    """A deposited PDF; `uploaded_by` is the caller's."""

    class Meta:
        model = DepositedFile

    reference = factory.Sequence(lambda n: f"PJ-2026-{n + 1:04d}")
    name = "extrait.pdf"
    media_type = "application/pdf"
    frozen = factory.SubFactory(FrozenBytesFactory)
    sha256 = factory.LazyAttribute(lambda made: hashlib.sha256(made.frozen.data).hexdigest())
    size = factory.LazyAttribute(lambda made: len(made.frozen.data))
    at = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def form_pdf(*names: str) -> bytes:
    """A PDF with text fields of these names, the last one under a parent."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    fields = [
        pdf.make_indirect(
            pikepdf.Dictionary(FT=pikepdf.Name.Tx, T=name, Subtype=pikepdf.Name.Widget, Rect=[0, 0, 9, 9])
        )
        for name in names
    ]
    parent = pdf.make_indirect(pikepdf.Dictionary(T="bloc", FT=pikepdf.Name.Tx, Kids=[fields[-1]]))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[*fields[:-1], parent])
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    page.Annots = pikepdf.Array(fields)
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()
