"""Route of one's preferences."""

from django.urls import path

from . import views

urlpatterns = [path("compte/messages/", views.mail_preferences, name="mail_preferences")]
