"""Routes of the orientation."""

from django.urls import path

from . import views

urlpatterns = [
    path("orientation/", views.orientation, name="orientation"),
    path("orientation/reprendre/", views.keep, name="orientation_keep"),
    path("orientation/candidature/", views.take_over, name="orientation_take_over"),
    path("orientation/regles/", views.rules, name="orientation_rules"),
    path("orientation/regles/publier/", views.publish, name="orientation_publish"),
]
