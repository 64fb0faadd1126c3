"""Every address there is: the API of each app, the sockets, and the page for everything else."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from annotator.consumers import ImageConsumer
from studio import consumers, views

handler400, handler500 = "studio.views.not_understood", "studio.views.failed"

urlpatterns = [
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/session/", views.SessionView.as_view()),
    path("api/session/link/", views.LinkView.as_view()),
    path("api/session/login/", views.LoginView.as_view()),
    path("api/session/logout/", views.LogoutView.as_view()),
    path("api/session/password/", views.PasswordView.as_view()),
    path("api/session/preferences/", views.PreferencesView.as_view()),
    path("api/users/", views.UsersView.as_view()),
    path("api/users/<int:user_id>/link/", views.UserLinkView.as_view()),
    path("api/jobs/", views.JobsView.as_view()),
    path("api/jobs/<int:job_id>/", views.JobView.as_view()),
    path("api/jobs/<int:job_id>/events/", views.JobEventsView.as_view()),
    re_path(r"^api/jobs/(?P<job_id>\d+)/(?P<wish>cancel|stop|resume)/$", views.JobWishView.as_view()),
    path("api/", include("annotator.urls")),
    path("api/", include("training.urls")),
    path("api/", include("inference.urls")),
    re_path(r"^api/", views.no_such_address),
    re_path(r"^(?!static/|ws/).*$", views.page),
]

websocket_urlpatterns = [
    path("ws/jobs/", consumers.JobsConsumer.as_asgi()),
    path("ws/jobs/<int:job_id>/", consumers.JobConsumer.as_asgi()),
    path("ws/images/<int:image_id>/", ImageConsumer.as_asgi()),
]
