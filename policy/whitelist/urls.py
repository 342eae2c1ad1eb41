"""Routes of the pages of the whitelist."""

from django.urls import path

from . import views
from .acts import ACTS

urlpatterns = [
    path("liste-blanche/", views.whitelist, name="whitelist"),
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
