"""The parts of the bench, and every figure that each owes: an absent one is a failure, unless its reason is known."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A module with `rows()`. `ids` are the figures owed on each database, `alone` those owed on one only."""

    module: str
    ids: tuple[str, ...]
    on_both: bool = False
    on_sqlite: tuple[str, ...] = ()
    on_postgresql: tuple[str, ...] = ()

    def owed(self, vendor: str) -> tuple[str, ...]:
        """The ids of the rows to make on this database."""
        if not self.on_both:
            return self.ids
        alone = self.on_sqlite if vendor == "sqlite" else self.on_postgresql
        return (*(f"{id}-{vendor}" for id in self.ids), *alone)


PARTS = (
    Part(
        "p1_decision",
        (
            *("P1.1-real", "P1.1-three", "P1.1-refusal", "P1.1-answer"),
            *("P1.2-cedarpy", "P1.2-casbin", "P1.2-casbin-simple", "P1.2-sql", "P1.2-orm"),
            *("P1.3-rss", "P1.3-load"),
        ),
    ),
    Part("p1_http", ("P1.4-floor", "P1.4-drf", "P1.4-auth")),
    Part("p1_nginx", ("P1.5-map", "P1.5-agreement", "P1.5-mtls", "P1.6-nginx")),
    Part("p1_swap", (), on_both=True, on_postgresql=("P1.6-process-postgresql",)),
    Part("p2_publication", ("P2.1-snapshot", "P2.1-making", "P2.1-drf", "P2.2-304", "P2.2-hash")),
    Part(
        "p3_register",
        ("P3.1-nightly", "P3.1-bulk", "P3.2-first", "P3.2-bulk", "P3.3-cold", "P3.3-orm"),
        on_both=True,
        on_sqlite=("P3.3-warm", "P3.4-xlsx"),
    ),
    Part(
        "p4_pages",
        (
            *("P4.1-list", "P4.1-desk", "P4.1-dashboard", "P4.1-services", "P4.1-grants", "P4.1-access"),
            *("P4.2-rare", "P4.2-common", "P4.3-depth", "P4.4-dossier"),
            *("P4.5-list", "P4.5-desk", "P4.5-dashboard", "P4.5-services", "P4.5-grants", "P4.5-access"),
            *("P4.5-dossier", "P4.6-p99", "P4.6-errors"),
        ),
        on_both=True,
    ),
    Part("p5_documents", ("P5.1-attestation", "P5.3-curve", "P5.3-library", "P5.4-both", "P5.5-annex")),
    Part(
        "p6_certificates",
        ("P6.1-fields", "P6.2-chain", "P6.2-peer", "P6.3-lookup", "P6.3-size", "P6.4-audit", "P6.4-review"),
    ),
    Part("p6_night", ("P6.4-first", "P6.4-night"), on_both=True),
    Part(
        "p7_journal",
        ("P7.1-one", "P7.4-verify", "P7.4-json"),
        on_both=True,
        on_sqlite=("P7.3-hash",),
        on_postgresql=("P7.1-eight-postgresql", "P7.2-order-postgresql"),
    ),
    Part("p1_largest", ("P1.1-max", "P1.3-max")),  # last: it needs most time and memory
)
NOT_HAD = {  # targets of the reference that are not measured here, and why
    "P1.2-opa": "le serveur OPA n’est pas dans les registres de paquets Python",
    "P1.2-opa-wasm": "OPA compilé en WebAssembly demande Node et un paquet npm",
    "P1.4-opa": "OPA derrière Go : ni l’un ni l’autre dans les registres de paquets Python",
    "P2.3": "le portail ne sert pas de différence entre deux publications : une liste inchangée ne coûte rien (P2.2)",
    "P2.4": "le portail ne publie pas la forme compacte des établissements : les passerelles lisent du JSON",
    "P5.2": "le portail n’imprime pas de documents par lots de cinquante",
    "P7.1-sub-chains": "le journal n’a qu’une chaîne",
    "P7.5": "le journal est scellé à l’écriture, jamais après",
}
