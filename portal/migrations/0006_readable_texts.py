"""Texts are printed to be read before they are signed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0005_late_bounces"),
    ]

    operations = [
        migrations.AlterField(
            model_name="documentnumber",
            name="kind",
            field=models.CharField(
                choices=[
                    ("request_form", "Demande d’intégration"),
                    ("receipt", "Récépissé de dépôt"),
                    ("acknowledgement", "Accusé de réception"),
                    ("legal_text", "Charte ou texte à lire"),
                    ("signed_charter", "Charte ou texte signé"),
                    ("notification_letter", "Courrier de notification"),
                    ("committee_pack", "Dossier de séance"),
                    ("minutes", "Procès-verbal de séance"),
                    ("test_attestation", "Attestation de tests"),
                    ("establishment_list", "Liste d’établissements"),
                    ("whitelist_attestation", "Attestation d’inscription sur liste blanche"),
                    ("opening_notice", "Avis d’ouverture"),
                    ("formal_notice", "Mise en demeure"),
                    ("suspension_letter", "Courrier de suspension"),
                    ("withdrawal_letter", "Courrier de retrait"),
                    ("data_sheet", "Aide au remplissage"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="storeddocument",
            name="kind",
            field=models.CharField(
                choices=[
                    ("request_form", "Demande d’intégration"),
                    ("receipt", "Récépissé de dépôt"),
                    ("acknowledgement", "Accusé de réception"),
                    ("legal_text", "Charte ou texte à lire"),
                    ("signed_charter", "Charte ou texte signé"),
                    ("notification_letter", "Courrier de notification"),
                    ("committee_pack", "Dossier de séance"),
                    ("minutes", "Procès-verbal de séance"),
                    ("test_attestation", "Attestation de tests"),
                    ("establishment_list", "Liste d’établissements"),
                    ("whitelist_attestation", "Attestation d’inscription sur liste blanche"),
                    ("opening_notice", "Avis d’ouverture"),
                    ("formal_notice", "Mise en demeure"),
                    ("suspension_letter", "Courrier de suspension"),
                    ("withdrawal_letter", "Courrier de retrait"),
                    ("data_sheet", "Aide au remplissage"),
                ],
                max_length=30,
                verbose_name="nature",
            ),
        ),
    ]
