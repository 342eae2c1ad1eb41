"""Routes of measures."""

from django.urls import URLPattern, path

from . import views
from .acts import ACTS
from .lifecycle import Move

urlpatterns: list[URLPattern] = [
    path("mesures/", views.sanctions, name="sanctions"),
    path("habilitations/<slug:reference>/mesure/", views.sanction_new, name="sanction_new"),
    path("habilitations/<slug:reference>/mesure/projet/", views.sanction_new_project, name="sanction_new_project"),
    path("mesures/<slug:reference>/", views.sanction, name="sanction"),
    path("mesures/<slug:reference>/observations/", views.sanction_observe, name="sanction_observe"),
    *(
        path(
            f"mesures/<slug:reference>/{act.slug}/projet/",
            views.sanction_project,
            {"slug": act.slug},
            name=f"sanction_{act.move.value}_project",
        )
        for act in ACTS
        if act.has_letter
    ),
    *(
        path(
            f"mesures/<slug:reference>/{act.slug}/",
            views.sanction_decide if act.step_up else views.sanction_prepare,
            {"slug": act.slug},
            name=f"sanction_{act.move.value}",
        )
        for act in ACTS
        if act.move is not Move.OBSERVE
    ),
]
