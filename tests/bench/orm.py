"""The policy of the bench as four small models, in a database of their own: the version one would write first."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, models

TABLES = ("entry", "certificate", "act", "number")


@dataclass(frozen=True)
class Tables:
    """The models."""

    entry: Any
    certificate: Any
    act: Any
    number: Any


def _models() -> Tables:
    class BenchEntry(models.Model):
        reference = models.CharField(max_length=20)
        state = models.CharField(max_length=20)

        class Meta:
            app_label = "bench"

    class BenchCertificate(models.Model):
        entry = models.ForeignKey(BenchEntry, models.CASCADE)
        sha256 = models.CharField(max_length=64, unique=True)
        not_after = models.BigIntegerField()

        class Meta:
            app_label = "bench"

    class BenchAct(models.Model):
        entry = models.ForeignKey(BenchEntry, models.CASCADE)
        act = models.CharField(max_length=80)

        class Meta:
            app_label = "bench"
            indexes = [models.Index(fields=["entry", "act"], name="bench_act")]

    class BenchNumber(models.Model):
        entry = models.ForeignKey(BenchEntry, models.CASCADE)
        finess = models.CharField(max_length=9)

        class Meta:
            app_label = "bench"
            indexes = [models.Index(fields=["entry", "finess"], name="bench_number")]

    return Tables(BenchEntry, BenchCertificate, BenchAct, BenchNumber)


def filled(flat: Any, share: int = 1000) -> Tables:
    """The tables with the entries that the first `share` questions name: an index does not grow slower with the rest."""
    tables = _models()
    with connection.schema_editor() as editor:
        for model in (tables.entry, tables.certificate, tables.act, tables.number):
            editor.create_model(model)
    wanted = {q.fingerprint for q in flat.asked[:share]}
    for entry in flat.listed:
        if wanted.isdisjoint(one["sha256"] for one in entry["certificates"]):
            continue
        made = tables.entry.objects.create(reference=entry["reference"], state=entry["state"])
        tables.certificate.objects.bulk_create(
            tables.certificate(entry=made, sha256=one["sha256"], not_after=1_900_000_000)
            for one in entry["certificates"]
        )
        tables.act.objects.bulk_create(tables.act(entry=made, act=act) for act in flat.acts[id(entry)])
        tables.number.objects.bulk_create(
            tables.number(entry=made, finess=finess) for finess in entry["establishments"]
        )
    return tables
