"""Signing in, people, jobs, and the one page the browser loads."""

from django.conf import settings
from django.contrib.auth import (
    authenticate,
    get_user_model,
    login,
    logout,
    password_validation,
    update_session_auth_hash,
)
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect, ensure_csrf_cookie
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from studio import access, jobs
from studio.errors import NotAllowed, Refused
from studio.models import Job, LoginLink, Preferences
from studio.serializers import JobEventSerializer, JobSerializer, PreferencesSerializer, UserSerializer
from studio.texts import say

User = get_user_model()
BACKEND = "django.contrib.auth.backends.ModelBackend"

Session = inline_serializer(
    "Session",
    {
        "user": UserSerializer(allow_null=True),
        "has_password": serializers.BooleanField(),
        "csrf": serializers.CharField(),
        "preferences": PreferencesSerializer(),
        "limits": inline_serializer(
            "Limits", {"max_pixels": serializers.IntegerField(), "max_upload_bytes": serializers.IntegerField()}
        ),
    },
)


class Page(PageNumberPagination):
    """`?page=` and `?page_size=`; answers {count, next, previous, results}."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 500


def page_of(row: type[serializers.Serializer]) -> serializers.Serializer:
    """The schema of a page of these rows."""
    name = row.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}Page",
        {
            "count": serializers.IntegerField(),
            "next": serializers.CharField(allow_null=True),
            "previous": serializers.CharField(allow_null=True),
            "results": row(many=True),
        },
    )


def session_of(request: Request) -> dict:
    signed_in = request.user.is_authenticated
    return {
        "user": UserSerializer(request.user).data if signed_in else None,
        "has_password": signed_in and request.user.has_usable_password(),
        "csrf": get_token(request),
        "preferences": PreferencesSerializer(Preferences.of(request.user) if signed_in else Preferences()).data,
        "limits": {"max_pixels": settings.MAX_PIXELS, "max_upload_bytes": settings.MAX_UPLOAD_BYTES},
    }


class SessionView(APIView):
    """Who is signed in, the CSRF token, and the limits that pages show."""

    permission_classes = [AllowAny]

    @method_decorator(ensure_csrf_cookie)
    @extend_schema(responses=Session)
    def get(self, request: Request) -> Response:
        return Response(session_of(request))


@method_decorator(csrf_protect, name="dispatch")
class LinkView(APIView):
    """Sign in with a one-time link. A POST, so that a browser that prefetches the address does not use it up."""

    permission_classes = [AllowAny]

    @extend_schema(request=inline_serializer("Link", {"token": serializers.CharField()}), responses=Session)
    def post(self, request: Request) -> Response:
        user = LoginLink.redeem(str(request.data.get("token", "")))
        if user is None:
            raise NotAllowed(
                say(
                    "This sign-in link was used already or is too old. Ask an administrator for a new one, or make one "
                    "with: manage.py login_link"
                )
            )
        login(request._request, user, backend=BACKEND)
        request.user = user
        return Response(session_of(request))


@method_decorator(csrf_protect, name="dispatch")
class LoginView(APIView):
    """Sign in with name and password."""

    permission_classes = [AllowAny]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "sign_in"

    @extend_schema(
        request=inline_serializer("Login", {"name": serializers.CharField(), "password": serializers.CharField()}),
        responses=Session,
    )
    def post(self, request: Request) -> Response:
        name, password = str(request.data.get("name", "")), str(request.data.get("password", ""))
        user = authenticate(request._request, username=name, password=password)
        if user is None:
            raise NotAllowed(say("Name and password do not match."))
        login(request._request, user)
        request.user = user
        return Response(session_of(request))


class LogoutView(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordView(APIView):
    """Choose a password, so that the next sign-in needs no link."""

    @extend_schema(request=inline_serializer("Password", {"password": serializers.CharField()}), responses={204: None})
    def post(self, request: Request) -> Response:
        password = str(request.data.get("password", ""))
        try:
            password_validation.validate_password(password, request.user)
        except ValidationError as error:
            raise Refused(" ".join(error.messages), at="password") from None
        request.user.set_password(password)
        request.user.save(update_fields=["password"])
        update_session_auth_hash(request._request, request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PreferencesView(APIView):
    """What the person who asks has chosen for all their browsers. A PATCH changes what it names."""

    @extend_schema(responses=PreferencesSerializer)
    def get(self, request: Request) -> Response:
        return Response(PreferencesSerializer(Preferences.of(request.user)).data)

    @extend_schema(request=PreferencesSerializer(partial=True), responses=PreferencesSerializer)
    def patch(self, request: Request) -> Response:
        chosen = PreferencesSerializer(Preferences.of(request.user), data=request.data, partial=True)
        chosen.is_valid(raise_exception=True)
        chosen.save()
        return Response(chosen.data)


class UsersView(APIView):
    """The people of this studio. Staff adds one and hands them the link."""

    @extend_schema(responses=UserSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(UserSerializer(User.objects.filter(is_active=True).order_by("username"), many=True).data)

    @extend_schema(
        request=inline_serializer("NewUser", {"name": serializers.CharField()}),
        responses=inline_serializer("NewUserLink", {"user": UserSerializer(), "link": serializers.CharField()}),
    )
    def post(self, request: Request) -> Response:
        only_staff(request)
        name = str(request.data.get("name", "")).strip()
        if not name or len(name) > 150:
            raise Refused(say("A person needs a name of 1 to 150 characters."), at="name")
        if User.objects.filter(username=name).exists():
            raise Refused(say("Somebody is called {name!r} already.", name=name), at="name")
        user = User(username=name)
        user.set_unusable_password()
        user.save()
        return Response({"user": UserSerializer(user).data, "link": f"/login/{LoginLink.issue(user)}"}, status=201)


class UserLinkView(APIView):
    """A fresh one-time link for somebody who cannot sign in."""

    @extend_schema(request=None, responses=inline_serializer("FreshLink", {"link": serializers.CharField()}))
    def post(self, request: Request, user_id: int) -> Response:
        only_staff(request)
        user = get_object_or_404(User, pk=user_id, is_active=True)
        return Response({"link": f"/login/{LoginLink.issue(user)}"})


def only_staff(request: Request) -> None:
    if not request.user.is_staff:
        raise NotAllowed(say("Only an administrator of this studio may add people or make links for them."))


class JobsView(APIView):
    """Jobs this user may see, newest first."""

    @extend_schema(
        operation_id="jobs_list",
        parameters=[
            *(OpenApiParameter(name, str) for name in ("kind", "status", "project")),
            *(OpenApiParameter(name, int) for name in ("page", "page_size")),
        ],
        responses=page_of(JobSerializer),
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        found = Job.objects.visible_to(request.user).select_related("user")
        if query.get("kind"):
            found = found.filter(kind=query["kind"])
        if query.get("status"):
            found = found.filter(status=query["status"])
        if query.get("project", "").isdecimal():
            found = found.filter(project_id=query["project"])
        page = Page()
        return page.get_paginated_response(JobSerializer(page.paginate_queryset(found, request), many=True).data)


class JobView(APIView):
    @extend_schema(responses=JobSerializer)
    def get(self, request: Request, job_id: int) -> Response:
        return Response(JobSerializer(visible_job(request, job_id)).data)


class JobEventsView(APIView):
    """A job's story after a sequence number: what the socket sends, for scripts."""

    @extend_schema(parameters=[OpenApiParameter("after", int)], responses=JobEventSerializer(many=True))
    def get(self, request: Request, job_id: int) -> Response:
        after = request.query_params.get("after", "0")
        if not after.isdecimal():
            raise Refused(f"after: expected a sequence number, found {after!r}", at="after")
        events = visible_job(request, job_id).events.filter(seq__gt=int(after))[:5000]
        return Response(JobEventSerializer(events, many=True).data)


class JobWishView(APIView):
    """POST .../cancel/, .../stop/ or .../resume/. Only who started the job, or an owner of its project, may."""

    @extend_schema(request=None, responses=JobSerializer)
    def post(self, request: Request, job_id: int, wish: str) -> Response:
        job = visible_job(request, job_id)
        wishes = {"cancel": jobs.cancel, "stop": jobs.stop, "resume": jobs.resume}
        if wish not in wishes:
            raise Refused(f"a job can be asked to cancel, stop or resume, not to {wish!r}")
        if job.user_id != request.user.pk and not access.owns(request.user, job.project_id):
            raise NotAllowed(say("Only who started this job, or an owner of its project, may steer it."))
        wishes[wish](job)
        job.refresh_from_db()
        return Response(JobSerializer(job).data)


def visible_job(request: Request, job_id: int) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user).select_related("user"), pk=job_id)


def no_such_address(request: HttpRequest) -> JsonResponse:
    sentence = say("There is no {method} {path}.", method=request.method, path=request.path)
    return JsonResponse({"problem": sentence, "at": "address"}, status=404)


def not_understood(request: HttpRequest, exception: Exception) -> JsonResponse:
    """What Django refuses before any view is asked: a body beyond all measure, a host that is not ours."""
    sentence = say("This request cannot be answered: {why}", why=exception)
    return JsonResponse({"problem": sentence, "at": ""}, status=400)


def forged(request: HttpRequest, reason: str = "") -> JsonResponse:
    sentence = say("This page is too old, or the request came from another site. Load the page again.")
    return JsonResponse({"problem": sentence, "at": ""}, status=403)


def failed(request: HttpRequest) -> JsonResponse:
    sentence = say("Catenary failed while it answered this; what happened is in the server's messages.")
    return JsonResponse({"problem": sentence, "at": ""}, status=500)


@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    """The single page; its own router shows what the address says."""
    index = settings.FRONTEND / "index.html"
    if not index.exists():
        return HttpResponse("The pages are not built yet: run `make setup`.", status=503, content_type="text/plain")
    response = HttpResponse(index.read_bytes(), content_type="text/html; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Content-Security-Policy"] = POLICY.format(host=request.get_host())
    return response


# Mantine sets style attributes and WebSockets go to our own host; nothing else is fetched from anywhere.
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "connect-src 'self' ws://{host} wss://{host}; worker-src 'self' blob:; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)
