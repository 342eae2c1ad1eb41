"""Routes of notices, of the status of the services, of malfunction reports."""

from django.urls import path

from .views import contacts, notices, reports

urlpatterns = [
    path("contacts-douteux/", contacts.contact_list, name="doubtful_contacts"),
    path("etat-du-service/", notices.status, name="status"),
    path("annonces/", notices.notice_list, name="notices"),
    path("annonces/nouvelle/", notices.notice_write, name="notice_write"),
    path("annonces/<str:reference>/", notices.notice, name="notice"),
    path("annonces/<str:reference>/modifier/", notices.notice_edit, name="notice_edit"),
    path("annonces/<str:reference>/publier/", notices.notice_publish, name="notice_publish"),
    path("annonces/<str:reference>/suite/", notices.notice_follow_up, name="notice_follow_up"),
    path("annonces/<str:reference>/terminer/", notices.notice_end, name="notice_end"),
    path("annonces/<str:reference>/abandonner/", notices.notice_drop, name="notice_drop"),
    path("annonces/<str:reference>/lue/", notices.notice_acknowledge, name="notice_acknowledge"),
    path("signalements/", reports.report_list, name="reports"),
    path("signalements/nouveau/", reports.report_new, name="report_new"),
    path("signalements/<str:reference>/", reports.report, name="report"),
    path("signalements/<str:reference>/prendre/", reports.report_take, name="report_take"),
    path("signalements/<str:reference>/repondre/", reports.report_answer, name="report_answer"),
    path("signalements/<str:reference>/clore/", reports.report_close, name="report_close"),
]
