"""`manage.py first_administrator`: prints the code that lets whoever installed the portal create its administrator."""

from typing import Any

from django.core.management.base import BaseCommand
from django.urls import reverse

from portal.accounts import operations, queries


class Command(BaseCommand):
    """Says where to go and with which code, or that the portal already has an administrator."""

    help = "Affiche le code d’installation, tant que le portail n’a pas d’administrateur."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the code, once and nowhere else."""
        if not queries.first_administrator_missing():
            self.stdout.write("Le portail a déjà un administrateur : il n’y a plus de code d’installation.")
            return
        self.stdout.write("Le portail n’a pas encore d’administrateur.")
        self.stdout.write(f"Ouvrez la page {reverse('first_administrator')} et saisissez ce code d’installation :")
        self.stdout.write(f"\n    {operations.first_administrator_code()}\n")
