"""Addresses of the annotator app, below /api/."""

from django.urls import path

from annotator.views import images, masks, projects, transfer

urlpatterns = [
    path("projects/", projects.ProjectsView.as_view()),
    path("projects/<int:project_id>/", projects.ProjectView.as_view()),
    path("projects/<int:project_id>/restore/", projects.ProjectRestoreView.as_view()),
    path("projects/<int:project_id>/classes/", projects.ClassesView.as_view()),
    path("projects/<int:project_id>/members/", projects.MembersView.as_view()),
    path("projects/<int:project_id>/facets/", images.FacetsView.as_view()),
    path("projects/<int:project_id>/images/", images.ImagesView.as_view()),
    path("classes/<int:class_id>/", projects.ClassView.as_view()),
    path("classes/<int:class_id>/restore/", projects.ClassRestoreView.as_view()),
    path("members/<int:member_id>/", projects.MemberView.as_view()),
    path("images/<int:image_id>/", images.ImageView.as_view()),
    path("images/<int:image_id>/restore/", images.ImageRestoreView.as_view()),
    path("images/<int:image_id>/neighbours/", images.NeighboursView.as_view()),
    path("images/<int:image_id>/photo/<int:level>/<int:x>_<int:y>.jpg", images.PhotoTileView.as_view()),
    path("images/<int:image_id>/thumbnail.jpg", images.ThumbnailView.as_view()),
    path("images/<int:image_id>/overlay.png", images.OverlayView.as_view()),
    path("images/<int:image_id>/original", images.OriginalView.as_view()),
    path("images/<int:image_id>/tiles/", masks.TilesView.as_view()),
    path("images/<int:image_id>/edits/", masks.EditsView.as_view()),
    path("images/<int:image_id>/edits/<int:seq>/undo/", masks.UndoView.as_view()),
    path("uploads/", transfer.UploadsView.as_view()),
    path("uploads/<int:upload_id>/", transfer.UploadView.as_view()),
    path("imports/", transfer.ImportsView.as_view()),
    path("imports/<int:import_id>/", transfer.ImportView.as_view()),
    path("imports/<int:import_id>/commit/", transfer.ImportCommitView.as_view()),
    path("projects/<int:project_id>/export/", transfer.ExportView.as_view()),
    path("jobs/<int:job_id>/download/", transfer.DownloadView.as_view()),
    path("sample/", transfer.SampleView.as_view()),
]
