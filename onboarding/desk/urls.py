"""Routes of the desk."""

from django.urls import path

from onboarding.desk.views import around, batches, digital_services, dossiers, home, lists, public, regional, searching

urlpatterns = [
    path("", home.home, name="home"),
    path("parcours/", public.public_journey, name="public_journey"),
    path("contact/", public.contact, name="contact"),
    path("aide/", public.help_page, name="help"),
    path("tableau-de-bord/", home.dashboard, name="dashboard"),
    path("bureau/", home.desk, name="desk"),
    path("bureau/<slug:lane>/", home.desk_list, name="desk_list"),
    path("espace-regional/", regional.regional_space, name="regional_space"),
    path("recherche/", searching.search, name="search"),
    path("services/", digital_services.services, name="services"),
    path("services/<str:reference>/", digital_services.service, name="service"),
    path("dossiers/", lists.dossier_list, name="candidacies"),
    path("dossiers/export.<str:extension>", lists.dossier_export, name="dossier_export"),
    path("dossiers/colonnes/", lists.list_columns, name="list_columns"),
    path("dossiers/vues/", lists.view_save, name="view_save"),
    path("dossiers/vues/<str:reference>/supprimer/", lists.view_drop, name="view_drop"),
    path("dossiers/lots/", batches.batch_run, name="batch_run"),
    path("dossiers/lots/<str:reference>/", batches.batch, name="batch"),
    path("dossiers/lots/<str:reference>/defaire/", batches.batch_undo, name="batch_undo"),
    path("dossiers/<str:reference>/", dossiers.dossier, name="dossier"),
    path("dossiers/<str:reference>/suivi/", around.dossier_follow, name="dossier_follow"),
    path("dossiers/<str:reference>/notes/", around.note_write, name="note_write"),
    path("dossiers/<str:reference>/notes/<int:number>/retirer/", around.note_withdraw, name="note_withdraw"),
    path("dossiers/<str:reference>/<slug:tab>/", dossiers.dossier_tab, name="dossier_tab"),
]
