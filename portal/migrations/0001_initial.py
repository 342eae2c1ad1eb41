import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import portal.accounts.roles
import portal.documents.lifecycle
import portal.mail.lifecycle
import portal.parameters.lifecycle
import portal.parties.lifecycle
import portal.parties.models
import portal.parties.roles
import portal.reference.lifecycle
import portal.reference.spaces
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, verbose_name='adresse électronique')),
                ('first_name', models.CharField(blank=True, max_length=80, verbose_name='prénom')),
                ('last_name', models.CharField(blank=True, max_length=80, verbose_name='nom')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='téléphone')),
                ('is_active', models.BooleanField(default=True, verbose_name='compte actif')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='créé le')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='dernière fermeture')),
                ('sessions_ended_at', models.DateTimeField(blank=True, null=True, verbose_name='dernière fin de ses sessions')),
                ('person', models.UUIDField(blank=True, db_index=True, editable=False, null=True)),
                ('handle', models.UUIDField(default=uuid.uuid4, editable=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_once', violation_error_message='Cette adresse a déjà un compte.'), models.UniqueConstraint(fields=('handle',), name='user_handle_once')],
            },
        ),
        migrations.CreateModel(
            name='AccessTrace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('actor_id', models.BigIntegerField()),
                ('view', models.CharField(max_length=120)),
                ('sentence', models.CharField(max_length=300)),
                ('path', models.CharField(max_length=300)),
                ('request_id', models.CharField(max_length=36)),
                ('ip', models.CharField(max_length=45)),
            ],
            options={
                'indexes': [models.Index(fields=['actor_id', 'at'], name='access_trace_actor')],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(unique=True)),
                ('action', models.CharField(max_length=80)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.CharField(max_length=64)),
                ('subject_reference', models.CharField(max_length=80)),
                ('at', models.DateTimeField()),
                ('detail_digest', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['seq'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id', 'seq'], name='audit_event_subject'), models.Index(fields=['subject_reference', 'seq'], name='audit_event_reference'), models.Index(fields=['actor_id', 'seq'], name='audit_event_actor')],
            },
        ),
        migrations.CreateModel(
            name='AuditHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField(default=0)),
                ('hash', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='BouncedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254)),
                ('since', models.DateTimeField()),
                ('reason', models.CharField(max_length=300)),
                ('came_back', models.BooleanField(default=False)),
                ('message_id', models.CharField(blank=True, max_length=200)),
                ('tried_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('address',), name='bounced_address_once')],
            },
        ),
        migrations.CreateModel(
            name='ClockJob',
            fields=[
                ('name', models.CharField(max_length=120, primary_key=True, serialize=False)),
                ('taken_at', models.DateTimeField(null=True)),
                ('last_error', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='DocumentNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.UUIDField()),
                ('kind', models.CharField(choices=[('request_form', 'Demande d’intégration'), ('receipt', 'Récépissé de dépôt'), ('acknowledgement', 'Accusé de réception'), ('legal_text', 'Charte ou texte à lire'), ('signed_charter', 'Charte ou texte signé'), ('notification_letter', 'Courrier de notification'), ('letter', 'Courrier'), ('committee_pack', 'Dossier de séance'), ('minutes', 'Procès-verbal de séance'), ('test_attestation', 'Attestation de tests'), ('establishment_list', 'Liste d’établissements'), ('whitelist_attestation', 'Attestation d’inscription sur liste blanche'), ('opening_notice', 'Avis d’ouverture'), ('formal_notice', 'Mise en demeure'), ('sanction_notice', 'Information préalable à une mesure'), ('suspension_letter', 'Courrier de suspension'), ('withdrawal_letter', 'Courrier de retrait'), ('data_sheet', 'Aide au remplissage')], max_length=30)),
                ('reference', models.CharField(max_length=20)),
                ('verification_code', models.CharField(max_length=16)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('message_id', 'kind'), name='document_number_once'), models.UniqueConstraint(fields=('reference',), name='document_number_reference_once')],
            },
        ),
        migrations.CreateModel(
            name='Establishment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('finess', models.CharField(max_length=9, verbose_name='FINESS EG')),
                ('finess_ej', models.CharField(db_index=True, max_length=9, verbose_name='FINESS EJ')),
                ('name', models.CharField(max_length=250, verbose_name='nom')),
                ('category', models.CharField(max_length=4, verbose_name='catégorie')),
                ('category_label', models.CharField(blank=True, max_length=200, verbose_name='libellé de la catégorie')),
                ('department', models.CharField(max_length=3, verbose_name='département')),
                ('region', models.CharField(blank=True, max_length=2, verbose_name='région')),
                ('postcode', models.CharField(blank=True, max_length=10, verbose_name='code postal')),
                ('city', models.CharField(blank=True, max_length=120, verbose_name='commune')),
                ('siret', models.CharField(blank=True, max_length=14, null=True, verbose_name='SIRET')),
                ('search_text', models.CharField(editable=False, max_length=500)),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='absent du registre depuis le')),
            ],
            options={
                'indexes': [models.Index(fields=['region', 'finess'], name='establishment_region')],
                'constraints': [models.UniqueConstraint(fields=('finess',), name='establishment_finess_once', violation_error_message='Cet établissement figure déjà au registre.')],
            },
        ),
        migrations.CreateModel(
            name='FrozenBytes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('data', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='LegalEntity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20)),
                ('siren', models.CharField(blank=True, max_length=9, verbose_name='SIREN')),
                ('siret', models.CharField(blank=True, max_length=14, verbose_name='SIRET')),
                ('finess_ej', models.CharField(blank=True, max_length=9, verbose_name='FINESS EJ')),
                ('name', models.CharField(max_length=200, verbose_name='raison sociale')),
                ('name_folded', portal.parties.models.FoldedField(blank=True, default='', editable=False, max_length=400, source='name')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='adresse')),
                ('postcode', models.CharField(blank=True, max_length=10, verbose_name='code postal')),
                ('city', models.CharField(blank=True, max_length=120, verbose_name='commune')),
                ('mailbox', models.EmailField(blank=True, max_length=254, verbose_name='boîte générique')),
                ('mailbox_verified_at', models.DateTimeField(blank=True, null=True, verbose_name='boîte générique confirmée le')),
                ('state', models.CharField(choices=[('registered', 'Enregistrée')], default=portal.parties.lifecycle.EntityState['REGISTERED'], max_length=12)),
            ],
            options={
                'indexes': [models.Index(fields=['name'], name='legal_entity_name')],
                'constraints': [models.UniqueConstraint(fields=('reference',), name='legal_entity_reference_once'), models.UniqueConstraint(condition=models.Q(('siren', ''), _negated=True), fields=('siren',), name='legal_entity_siren_once', violation_error_message='Une personne morale porte déjà ce SIREN.'), models.UniqueConstraint(condition=models.Q(('finess_ej', ''), _negated=True), fields=('finess_ej',), name='legal_entity_finess_once', violation_error_message='Une personne morale porte déjà ce FINESS.'), models.CheckConstraint(condition=models.Q(('finess_ej', ''), ('siren', ''), _negated=True), name='legal_entity_identified', violation_error_message='Une personne morale porte un SIREN ou un FINESS EJ.')],
            },
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('effect', models.CharField(max_length=120)),
                ('queue', models.CharField(max_length=20)),
                ('arguments', models.JSONField(default=dict)),
                ('event_id', models.UUIDField()),
                ('event_at', models.DateTimeField()),
                ('available_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('done_at', models.DateTimeField(null=True)),
                ('dead_at', models.DateTimeField(null=True)),
                ('last_error', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('dead_at', None), ('done_at', None)), fields=['available_at'], name='outbox_message_waiting')],
            },
        ),
        migrations.CreateModel(
            name='OutgoingEmail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.CharField(max_length=200)),
                ('source_id', models.UUIDField()),
                ('template', models.CharField(max_length=120)),
                ('recipients_digest', models.CharField(max_length=64)),
                ('subject', models.CharField(max_length=200, verbose_name='objet')),
                ('text', models.TextField()),
                ('html', models.TextField()),
                ('to', models.JSONField(default=list, verbose_name='destinataires')),
                ('subject_reference', models.CharField(blank=True, max_length=40, verbose_name='dossier')),
                ('state', models.CharField(choices=[('queued', 'En attente d’envoi'), ('sent', 'Envoyé'), ('unaddressed', 'Sans destinataire'), ('withheld', 'Retenu selon les préférences')], default=portal.mail.lifecycle.State['QUEUED'], max_length=12)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, max_length=500)),
                ('queued_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['subject_reference', 'queued_at'], name='mail_subject')],
                'constraints': [models.UniqueConstraint(fields=('message_id',), name='mail_message_id_once'), models.UniqueConstraint(fields=('source_id', 'template', 'recipients_digest'), name='mail_queued_once', violation_error_message='Ce message a déjà été préparé.')],
            },
        ),
        migrations.CreateModel(
            name='ReferenceCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prefix', models.CharField(max_length=8)),
                ('year', models.PositiveSmallIntegerField(default=0)),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('prefix', 'year'), name='reference_counter_once')],
            },
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=2)),
                ('name', models.CharField(max_length=60, verbose_name='nom')),
                ('ars_name', models.CharField(blank=True, max_length=120, verbose_name='agence régionale de santé')),
                ('ars_email', models.EmailField(blank=True, max_length=254, verbose_name='adresse de l’ARS')),
                ('grades_name', models.CharField(blank=True, max_length=120, verbose_name='GRADeS')),
                ('grades_email', models.EmailField(blank=True, max_length=254, verbose_name='adresse du GRADeS')),
                ('feeding_route', models.CharField(choices=[('unknown', 'Non renseigné'), ('direct', 'Alimentation directe'), ('eai', 'Par l’EAI régional')], default=portal.reference.spaces.FeedingRoute['UNKNOWN'], max_length=10, verbose_name='alimentation')),
                ('route_since_date', models.DateField(blank=True, null=True, verbose_name='depuis le')),
                ('state', models.CharField(choices=[('listed', 'Référencée')], default=portal.reference.lifecycle.RegionState['LISTED'], max_length=10)),
                ('version', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.UniqueConstraint(fields=('code',), name='region_code_once')],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('user_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('location', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='submission_at')],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prefix', models.CharField(max_length=10, verbose_name='préfixe')),
                ('name', models.CharField(max_length=80, verbose_name='nom')),
                ('digest', models.CharField(max_length=64)),
                ('scopes', models.JSONField(default=list, verbose_name='périmètres')),
                ('environments', models.JSONField(blank=True, default=list, verbose_name='environnements')),
                ('owner', models.CharField(max_length=120, verbose_name='équipe ou outil responsable')),
                ('owner_agent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(verbose_name='créé le')),
                ('expires_at', models.DateTimeField(verbose_name='expire le')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='révoqué le')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='dernier usage')),
                ('state', models.CharField(choices=[('active', 'Actif'), ('revoked', 'Révoqué')], max_length=20, verbose_name='état')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('prefix',), name='api_token_prefix_once'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='api_token_expires', violation_error_message='Un jeton expire après sa création.'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('state', 'active')), models.Q(('revoked_at__isnull', False), ('state', 'revoked')), _connector='OR'), name='api_token_revoked_at', violation_error_message='Un jeton révoqué porte la date de sa révocation.')],
            },
        ),
        migrations.CreateModel(
            name='ClosedReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closed_readings', to=settings.AUTH_USER_MODEL)),
                ('legal_entity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closed_readings', to='portal.legalentity')),
                ('source', models.CharField(max_length=40)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('user', 'legal_entity', 'source'), name='closed_reading_once')],
            },
        ),
        migrations.CreateModel(
            name='Departure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('legal_entity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='departures', to='portal.legalentity')),
                ('leaver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('left_at', models.DateTimeField(verbose_name='parti le')),
            ],
            options={
                'indexes': [models.Index(fields=['left_at'], name='departure_by_date')],
            },
        ),
        migrations.CreateModel(
            name='DepositedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=120, verbose_name='nom')),
                ('media_type', models.CharField(max_length=100, verbose_name='type')),
                ('size', models.PositiveIntegerField(verbose_name='taille (octets)')),
                ('sha256', models.CharField(max_length=64, verbose_name='empreinte SHA-256')),
                ('frozen', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='deposit', to='portal.frozenbytes')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deposits', to='portal.legalentity')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deposits', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField(verbose_name='déposé le')),
                ('is_confidential', models.BooleanField(default=False, verbose_name='confidentiel')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('reference',), name='deposited_file_reference_once')],
            },
        ),
        migrations.CreateModel(
            name='DigestLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('email', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='digest_lines', to='portal.outgoingemail')),
                ('topic', models.CharField(choices=[('account', 'Compte, rôles et invitations'), ('request', 'Candidatures : récépissé, compléments demandés, décision'), ('right', 'Habilitations et liste blanche : ouverture, suspension, secret'), ('texts', 'Chartes et textes à signer'), ('certificates', 'Certificats à renouveler ou révoqués'), ('tests', 'Tests : ouverture, résultats, validation'), ('lists', 'Listes d’établissements'), ('exchanges', 'Messages d’un dossier ou d’un signalement'), ('notices', 'Annonces : maintenances, incidents, changements techniques')], max_length=14)),
                ('link', models.CharField(max_length=500)),
                ('due_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['sent_at', 'due_at'], name='digest_line_due')],
                'constraints': [models.UniqueConstraint(fields=('user', 'email'), name='digest_line_once')],
            },
        ),
        migrations.CreateModel(
            name='DigitalService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='portal.legalentity')),
                ('name', models.CharField(max_length=120, verbose_name='nom du service')),
                ('name_folded', portal.parties.models.FoldedField(blank=True, default='', editable=False, max_length=240, source='name')),
                ('kind', models.CharField(choices=[('saas', 'Solution SaaS'), ('regional_eai', 'EAI régional'), ('proprietary', 'Solution propriétaire installée chez le client')], max_length=20, verbose_name='type de solution')),
                ('url', models.URLField(blank=True, max_length=300, verbose_name='adresse du service')),
                ('state', models.CharField(choices=[('open', 'Ouvert'), ('ended', 'Arrêté')], default=portal.parties.lifecycle.ServiceState['OPEN'], max_length=12)),
                ('version', models.PositiveIntegerField(default=0)),
                ('opened_at', models.DateTimeField()),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='prend fin le')),
            ],
            options={
                'indexes': [models.Index(fields=['name'], name='digital_service_name')],
                'constraints': [models.UniqueConstraint(fields=('reference',), name='digital_service_reference_once'), models.UniqueConstraint(fields=('owner', 'name'), name='digital_service_name_once', violation_error_message='Un service de ce nom existe déjà dans cette personne morale.'), models.CheckConstraint(condition=models.Q(models.Q(('state', portal.parties.lifecycle.ServiceState['ENDED']), _negated=True), ('ends_on__isnull', False), _connector='OR'), name='digital_service_ended_on_a_day', violation_error_message='Un service arrêté a une date de fin.')],
            },
        ),
        migrations.CreateModel(
            name='EmailAttachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='portal.outgoingemail')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=120)),
                ('media_type', models.CharField(max_length=100)),
                ('data', models.BinaryField()),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('email', 'position'), name='mail_attachment_position_once')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20)),
                ('legal_entity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='portal.legalentity')),
                ('email', models.EmailField(max_length=254, verbose_name='adresse électronique')),
                ('role', models.CharField(choices=[('legal_representative', 'Représentant légal'), ('delegate', 'Mandataire'), ('technical_contact', 'Référent technique'), ('contributor', 'Contributeur'), ('reader', 'Lecteur')], max_length=30, verbose_name='rôle')),
                ('state', models.CharField(choices=[('open', 'En attente'), ('accepted', 'Acceptée'), ('withdrawn', 'Annulée')], default=portal.parties.lifecycle.InvitationState['OPEN'], max_length=12)),
                ('nonce', models.CharField(max_length=43)),
                ('token_digest', models.CharField(max_length=64)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sent_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('lapsed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('reference',), name='invitation_reference_once'), models.UniqueConstraint(fields=('token_digest',), name='invitation_token_once'), models.UniqueConstraint(condition=models.Q(('state', portal.parties.lifecycle.InvitationState['OPEN'])), fields=('legal_entity', 'email'), name='invitation_open_once', violation_error_message='Cette adresse a déjà une invitation en attente : annulez-la avant d’en envoyer une autre.'), models.CheckConstraint(condition=models.Q(('role', portal.parties.roles.MembershipRole['LEGAL_REPRESENTATIVE']), _negated=True), name='invitation_not_for_representative', violation_error_message='Un représentant légal ne s’invite pas : il demande son rattachement, que l’agence vérifie.')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('legal_entity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='portal.legalentity')),
                ('role', models.CharField(choices=[('legal_representative', 'Représentant légal'), ('delegate', 'Mandataire'), ('technical_contact', 'Référent technique'), ('contributor', 'Contributeur'), ('reader', 'Lecteur')], max_length=30)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('user', 'legal_entity', 'role'), name='membership_once', violation_error_message='Cette personne tient déjà ce rôle dans cette personne morale.')],
            },
        ),
        migrations.CreateModel(
            name='Nomenclature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='table')),
                ('title', models.CharField(max_length=200, verbose_name='titre')),
                ('url', models.CharField(blank=True, max_length=200, verbose_name='adresse canonique')),
                ('oid', models.CharField(blank=True, max_length=80, verbose_name='OID')),
                ('release', models.CharField(max_length=40, verbose_name='version')),
                ('released_on', models.DateField(blank=True, null=True, verbose_name='date de la version')),
                ('source_name', models.CharField(max_length=200, verbose_name='fichier')),
                ('sha256', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('in_force', 'En vigueur'), ('superseded', 'Remplacée')], default=portal.reference.lifecycle.NomenclatureState['IN_FORCE'], max_length=12)),
                ('imported_at', models.DateTimeField(verbose_name='importée le')),
                ('imported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', portal.reference.lifecycle.NomenclatureState['IN_FORCE'])), fields=('name',), name='nomenclature_in_force_once', violation_error_message='Une seule version de cette nomenclature est en vigueur.')],
            },
        ),
        migrations.CreateModel(
            name='Parameter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=60)),
                ('value', models.JSONField(verbose_name='valeur')),
                ('reason', models.CharField(max_length=300, verbose_name='motif')),
                ('sensitive', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('proposed', 'À approuver'), ('approved', 'Approuvée'), ('rejected', 'Écartée')], default=portal.parameters.lifecycle.State['PROPOSED'], max_length=10)),
                ('effective_at', models.DateTimeField(verbose_name='applicable à partir de')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['key', '-effective_at'], name='parameter_key_effective')],
                'constraints': [models.UniqueConstraint(fields=('reference',), name='parameter_reference_once'), models.UniqueConstraint(condition=models.Q(('state', portal.parameters.lifecycle.State['PROPOSED'])), fields=('key',), name='parameter_proposed_once', violation_error_message='Une proposition attend déjà pour ce réglage : décidez-la d’abord.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by', None), ('state', portal.parameters.lifecycle.State['PROPOSED'])), models.Q(models.Q(('state', portal.parameters.lifecycle.State['PROPOSED']), _negated=True), ('decided_by__isnull', False)), _connector='OR'), name='parameter_decided', violation_error_message='Une valeur est décidée par quelqu’un, ou encore proposée.'), models.CheckConstraint(condition=models.Q(('decided_by', models.F('proposed_by')), ('sensitive', True), ('state', portal.parameters.lifecycle.State['APPROVED']), _negated=True), name='parameter_four_eyes', violation_error_message='Un réglage sensible est approuvé par une autre personne que son auteur.')],
            },
        ),
        migrations.CreateModel(
            name='RegisterVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('flow_number', models.CharField(max_length=20, verbose_name='numéro de flux')),
                ('flow_date', models.DateField(verbose_name='date du registre')),
                ('source_name', models.CharField(max_length=200, verbose_name='fichier')),
                ('sha256', models.CharField(max_length=64)),
                ('encoding', models.CharField(max_length=20)),
                ('read_count', models.PositiveIntegerField(default=0)),
                ('added_count', models.PositiveIntegerField(default=0)),
                ('changed_count', models.PositiveIntegerField(default=0)),
                ('closed_count', models.PositiveIntegerField(default=0)),
                ('reopened_count', models.PositiveIntegerField(default=0)),
                ('fault_count', models.PositiveIntegerField(default=0)),
                ('faults', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('in_force', 'En vigueur'), ('superseded', 'Remplacée')], default=portal.reference.lifecycle.VersionState['IN_FORCE'], max_length=12)),
                ('imported_at', models.DateTimeField()),
                ('imported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', portal.reference.lifecycle.VersionState['IN_FORCE'])), fields=('state',), name='register_version_in_force_once', violation_error_message='Une seule version du registre est en vigueur.')],
            },
        ),
        migrations.CreateModel(
            name='RoleProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('reviewer', 'Instructeur'), ('test_verifier', 'Vérificateur des tests'), ('secretary', 'Secrétaire du comité'), ('member', 'Membre du comité'), ('chair', 'Président du comité'), ('policy_manager', 'Gestionnaire de la politique d’accès'), ('whitelist_manager', 'Gestionnaire de la liste blanche'), ('security_officer', 'Responsable de la sécurité'), ('rapporteur', 'Rapporteur (lecture seule)'), ('auditor', 'Auditeur'), ('administrator', 'Administrateur'), ('regional_authority', 'Agence régionale de santé'), ('regional_reader', 'Espace régional (lecture)')], max_length=30)),
                ('region', models.CharField(blank=True, max_length=2)),
                ('reference', models.CharField(max_length=20, verbose_name='référence')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('state', models.CharField(choices=[('proposed', 'À confirmer'), ('confirmed', 'Confirmé'), ('rejected', 'Écarté')], default='proposed', max_length=10, verbose_name='état')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_at', models.DateTimeField(verbose_name='proposé le')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='décidé le')),
                ('alone_because', models.CharField(blank=True, max_length=300, verbose_name='motif')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('reference',), name='role_proposal_reference_once'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('user', 'role', 'region'), name='role_proposal_once', violation_error_message='Ce rôle, déjà proposé pour cette personne, attend d’être confirmé.'), models.CheckConstraint(condition=models.Q(models.Q(('role__in', [portal.accounts.roles.StaffRole['REGIONAL_AUTHORITY'], portal.accounts.roles.StaffRole['REGIONAL_READER']]), models.Q(('region', ''), _negated=True)), models.Q(models.Q(('role__in', [portal.accounts.roles.StaffRole['REGIONAL_AUTHORITY'], portal.accounts.roles.StaffRole['REGIONAL_READER']]), _negated=True), ('region', '')), _connector='OR'), name='role_proposal_region', violation_error_message='Un rôle régional désigne une région, et lui seul.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by', None), ('state', 'proposed')), models.Q(models.Q(('state', 'proposed'), _negated=True), ('decided_by__isnull', False)), _connector='OR'), name='role_proposal_decided', violation_error_message='Un rôle proposé est décidé par quelqu’un, ou attend encore.'), models.CheckConstraint(condition=models.Q(('alone_because', ''), ('decided_by', models.F('proposed_by')), ('state', 'confirmed'), _negated=True), name='role_proposal_four_eyes', violation_error_message='La personne qui a proposé un rôle ne peut pas le confirmer.'), models.CheckConstraint(condition=models.Q(models.Q(('proposed_by', models.F('user')), _negated=True), models.Q(('decided_by', models.F('user')), ('state', 'confirmed'), _negated=True)), name='role_proposal_for_another', violation_error_message='Personne ne se donne un rôle.')],
            },
        ),
        migrations.CreateModel(
            name='StaffAssignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('reviewer', 'Instructeur'), ('test_verifier', 'Vérificateur des tests'), ('secretary', 'Secrétaire du comité'), ('member', 'Membre du comité'), ('chair', 'Président du comité'), ('policy_manager', 'Gestionnaire de la politique d’accès'), ('whitelist_manager', 'Gestionnaire de la liste blanche'), ('security_officer', 'Responsable de la sécurité'), ('rapporteur', 'Rapporteur (lecture seule)'), ('auditor', 'Auditeur'), ('administrator', 'Administrateur'), ('regional_authority', 'Agence régionale de santé'), ('regional_reader', 'Espace régional (lecture)')], max_length=30)),
                ('region', models.CharField(blank=True, max_length=2)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to=settings.AUTH_USER_MODEL)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('user', 'role', 'region'), name='staff_assignment_once', violation_error_message='Cette personne tient déjà ce rôle.'), models.CheckConstraint(condition=models.Q(models.Q(('role__in', [portal.accounts.roles.StaffRole['REGIONAL_AUTHORITY'], portal.accounts.roles.StaffRole['REGIONAL_READER']]), models.Q(('region', ''), _negated=True)), models.Q(models.Q(('role__in', [portal.accounts.roles.StaffRole['REGIONAL_AUTHORITY'], portal.accounts.roles.StaffRole['REGIONAL_READER']]), _negated=True), ('region', '')), _connector='OR'), name='staff_assignment_region', violation_error_message='Un rôle régional désigne une région, et lui seul.')],
            },
        ),
        migrations.CreateModel(
            name='TrustSpace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12)),
                ('kind', models.CharField(choices=[('national', 'Espace de confiance national'), ('regional', 'Espace de confiance régional')], max_length=10)),
                ('region', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='trust_space', to='portal.region')),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.UniqueConstraint(fields=('code',), name='trust_space_code_once'), models.CheckConstraint(condition=models.Q(models.Q(('kind', portal.reference.spaces.SpaceKind['NATIONAL']), ('region', None)), models.Q(('kind', portal.reference.spaces.SpaceKind['REGIONAL']), ('region__isnull', False)), _connector='OR'), name='trust_space_region', violation_error_message='Un espace régional désigne une région, l’espace national aucune.')],
            },
        ),
        migrations.CreateModel(
            name='MailPreferences',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mail_preferences', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('choices', models.JSONField(default=dict, verbose_name='choix')),
                ('state', models.CharField(choices=[('kept', 'Enregistrées')], default=portal.mail.lifecycle.PreferenceState['KEPT'], max_length=8)),
            ],
        ),
        migrations.CreateModel(
            name='AuditDetail',
            fields=[
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='detail', serialize=False, to='portal.auditevent')),
                ('salt', models.BinaryField(max_length=16)),
                ('data', models.TextField()),
                ('erased_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Concept',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nomenclature', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='concepts', to='portal.nomenclature')),
                ('position', models.PositiveIntegerField()),
                ('code', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=500, verbose_name='libellé')),
                ('retired_on', models.DateField(blank=True, null=True, verbose_name='retiré le')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('nomenclature', 'code'), name='concept_code_once', violation_error_message='Ce code figure déjà dans cette version de la nomenclature.')],
            },
        ),
        migrations.CreateModel(
            name='StoredDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20)),
                ('kind', models.CharField(choices=[('request_form', 'Demande d’intégration'), ('receipt', 'Récépissé de dépôt'), ('acknowledgement', 'Accusé de réception'), ('legal_text', 'Charte ou texte à lire'), ('signed_charter', 'Charte ou texte signé'), ('notification_letter', 'Courrier de notification'), ('letter', 'Courrier'), ('committee_pack', 'Dossier de séance'), ('minutes', 'Procès-verbal de séance'), ('test_attestation', 'Attestation de tests'), ('establishment_list', 'Liste d’établissements'), ('whitelist_attestation', 'Attestation d’inscription sur liste blanche'), ('opening_notice', 'Avis d’ouverture'), ('formal_notice', 'Mise en demeure'), ('sanction_notice', 'Information préalable à une mesure'), ('suspension_letter', 'Courrier de suspension'), ('withdrawal_letter', 'Courrier de retrait'), ('data_sheet', 'Aide au remplissage')], max_length=30, verbose_name='nature')),
                ('title', models.CharField(max_length=200, verbose_name='titre')),
                ('subject_reference', models.CharField(blank=True, max_length=40, verbose_name='dossier')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='portal.legalentity')),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='portal.digitalservice')),
                ('reader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('state', models.CharField(choices=[('valid', 'Valide'), ('replaced', 'Remplacé'), ('revoked', 'Révoqué')], default=portal.documents.lifecycle.State['VALID'], max_length=10)),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='portal.storeddocument')),
                ('verification_code', models.CharField(max_length=16)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('frozen', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='document', to='portal.frozenbytes')),
                ('sealed_by', models.CharField(blank=True, max_length=200, verbose_name='cachet électronique')),
                ('issued_at', models.DateTimeField()),
                ('message_id', models.UUIDField(default=uuid.uuid4, editable=False)),
            ],
            options={
                'indexes': [models.Index(fields=['sha256'], name='document_sha256'), models.Index(fields=['subject_reference'], name='document_subject'), models.Index(fields=['owner', '-issued_at'], name='document_owner_recent')],
                'constraints': [models.UniqueConstraint(fields=('reference',), name='document_reference_once'), models.UniqueConstraint(fields=('verification_code',), name='document_code_once'), models.UniqueConstraint(fields=('message_id', 'kind'), name='document_issued_once', violation_error_message='Ce document a déjà été établi.'), models.CheckConstraint(condition=models.Q(models.Q(('state', portal.documents.lifecycle.State['REPLACED']), ('successor__isnull', False)), models.Q(('state', portal.documents.lifecycle.State['REPLACED']), _negated=True), _connector='OR'), name='document_replaced_names_successor', violation_error_message='Un document remplacé désigne celui qui le remplace.')],
            },
        ),
    ]
