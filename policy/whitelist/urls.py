"""Routes of the pages of the whitelist."""

from django.urls import path

from .acts import ACTS
from .views import entries as views
from .views import guard

urlpatterns = [
    path("liste-blanche/", views.whitelist, name="whitelist"),
    path("liste-blanche/cles/", guard.signing_keys, name="signing_keys"),
    path("liste-blanche/cles/proposer/", guard.signing_key_propose, name="signing_key_propose"),
    path("liste-blanche/cles/<slug:reference>/<slug:decision>/", guard.signing_key_decide, name="signing_key_decide"),
    path("liste-blanche/pertes/<slug:reference>/", guard.list_loss, name="list_loss"),
    path("liste-blanche/pertes/<slug:reference>/proposer/", guard.list_loss_propose, name="list_loss_propose"),
    path(
        "liste-blanche/pertes/<slug:reference>/decision/<slug:decision>/",
        guard.list_loss_decide,
        name="list_loss_decide",
    ),
    path("liste-blanche/<slug:reference>/", views.entry, name="entry"),
    *(
        path(
            f"liste-blanche/<slug:reference>/{act.slug}/",
            views.decide if act.step_up else views.answer,
            {"slug": act.slug},
            name=act.name,
        )
        for act in ACTS
    ),
    path("habilitations/<slug:reference>/inscrire/", views.propose, name="whitelist_propose"),
    path("habilitations/<slug:reference>/inscrire/<slug:environment>/", views.propose, name="whitelist_propose"),
    path("habilitations/<slug:reference>/acces/", views.access, name="grant_access"),
    path("habilitations/<slug:reference>/retirer/", views.withdraw_right, name="grant_withdraw"),
]
