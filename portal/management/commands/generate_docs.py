"""`manage.py generate_docs`: writes the documents that are drawn from the code, or checks that they are current."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from policy.profiles import file_schema
from portal.lifecycles import matrix


def openapi() -> str:
    """The OpenAPI document of the REST API, as YAML; a warning of the generator is an error."""
    from drf_spectacular.drainage import GENERATOR_STATS
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.renderers import OpenApiYamlRenderer

    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)
    if GENERATOR_STATS:
        raise CommandError("Le schéma OpenAPI se plaint (voir ci-dessus).")
    rendered: bytes = OpenApiYamlRenderer().render(schema, renderer_context={})
    return rendered.decode()


def policy_schema() -> str:
    """The JSON Schema of the policy file."""
    return json.dumps(file_schema.schema(), ensure_ascii=False, indent=2) + "\n"


DOCUMENTS: dict[str, Callable[[], str]] = {
    "roles-et-etats.md": matrix,
    "openapi.yaml": openapi,
    "politique.schema.json": policy_schema,
}


class Command(BaseCommand):
    """Generates, or with `--check` compares."""

    help = "Produit les documents de docs/ qui se déduisent du code."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--check` writes nothing."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Raises CommandError in check mode when a document is not current."""
        for name, produce in DOCUMENTS.items():
            path = Path(settings.BASE_DIR) / "docs" / name
            text = produce()
            current = path.read_text() if path.exists() else ""
            if check and text != current:
                raise CommandError(f"docs/{name} n’est plus à jour : lancez « make docs ».")
            if not check:
                path.write_text(text)
        self.stdout.write("Documents à jour." if check else "Documents produits.")
