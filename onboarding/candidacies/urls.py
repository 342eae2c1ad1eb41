"""Routes of candidacies: the vendor's pages and every move."""

from django.urls import path

from .views import agency, corrections, paper, pieces, vendor, versions

urlpatterns = [
    path("services/<str:reference>/demande-papier/", paper.candidacy_register, name="candidacy_register"),
    path("services/<str:reference>/candidature/", vendor.candidacy_open, name="candidacy_open"),
    path("candidatures/<str:reference>/", vendor.candidacy, name="candidacy"),
    path("candidatures/<str:reference>/corriger/", corrections.corrections, name="candidacy_corrections"),
    path("candidatures/<str:reference>/versions/<int:number>/", versions.version, name="candidacy_version"),
    path("candidatures/<str:reference>/pieces/", pieces.pieces, name="candidacy_pieces"),
    path("candidatures/<str:reference>/pieces/<int:number>/", pieces.piece_download, name="piece_download"),
    path("candidatures/<str:reference>/confidentiel/", pieces.confidential, name="candidacy_confidential"),
    path("candidatures/<str:reference>/reserver/", pieces.confidential_choose, name="candidacy_keep_confidential"),
    path("candidatures/<str:reference>/deposer/", vendor.candidacy_submit, name="candidacy_submit"),
    path("candidatures/<str:reference>/retirer/", vendor.candidacy_withdraw, name="candidacy_withdraw"),
    path("candidatures/<str:reference>/messages/", vendor.message_write, name="message_write"),
    path("candidatures/<str:reference>/commentaires/<int:number>/retirer/", agency.comment_drop, name="comment_drop"),
    path("candidatures/<str:reference>/prendre/", agency.candidacy_take, name="candidacy_take"),
    path("candidatures/<str:reference>/attribuer/", agency.candidacy_assign, name="candidacy_assign"),
    path("candidatures/<str:reference>/commenter/", agency.candidacy_comment, name="candidacy_comment"),
    path("candidatures/<str:reference>/eligibilite/", agency.candidacy_assess, name="candidacy_assess"),
    path("candidatures/<str:reference>/renvoyer/", agency.candidacy_return, name="candidacy_return"),
    path("candidatures/<str:reference>/completer/", agency.candidacy_complete, name="candidacy_complete"),
    path("candidatures/<str:reference>/<slug:slug>/", vendor.block, name="candidacy_block"),
]
