from django.urls import path

from jobs.kinds.document import api

urlpatterns = [
    path("process-image", api.ProcessImage.as_view()),
    path("process-document", api.ProcessDocument.as_view()),
    path("process-pdf", api.ProcessPdf.as_view()),
]
