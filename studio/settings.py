"""Every setting of the server and the workers, read from the environment once."""

import os
import secrets
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured


def env_int(name: str, default: int, most: int = 2**63 - 1) -> int:
    """A whole number from 1 in the environment; a bad value is refused by name."""
    value = os.environ.get(name, "")
    if not value:
        return default
    if not value.isdecimal() or not 1 <= int(value) <= most:
        raise ImproperlyConfigured(f"{name}: expected a whole number from 1 to {most}, found {value!r}")
    return int(value)


def env_bool(name: str, default: bool) -> bool:
    """A yes/no switch from the environment; a bad value is refused by name."""
    value = os.environ.get(name, "").lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}: expected yes or no, found {value!r}")


def env_list(name: str, default: list[str]) -> list[str]:
    """Comma-separated words from the environment."""
    value = os.environ.get(name, "")
    return [word.strip() for word in value.split(",") if word.strip()] or default


def secret_key(folder: Path) -> str:
    """The key that signs sessions: generated on the first run, then read back. Never a default."""
    path = folder / "secret_key"
    # Written whole before it has its name: a full disk or a crash must not leave an empty key behind.
    if not path.exists() or not path.stat().st_size:
        fresh = folder / f".secret_key.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        fresh.replace(path)
    return path.read_text()


BASE_DIR = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("CATENARY_DATA") or BASE_DIR / "var").resolve()
try:
    DATA.mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(f"CATENARY_DATA: {DATA} cannot be a folder for data: {error.strerror}") from None

SECRET_KEY = os.environ.get("SECRET_KEY") or secret_key(DATA)
DEBUG = env_bool("DEBUG", False)
PORT = env_int("PORT", 8000, most=65535)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env_list("TRUSTED_ORIGINS", [])

# Limits that the pages show with their reason.
MAX_PIXELS = env_int("MAX_PIXELS", 1_000_000_000)
MAX_UPLOAD_BYTES = env_int("MAX_UPLOAD_BYTES", 20 * 1024**3)
TRASH_DAYS = env_int("TRASH_DAYS", 30, most=36500)  # what was deleted comes back for so long

DATABASE_URL = os.environ.get("DATABASE_URL", "")
REDIS_URL = os.environ.get("REDIS_URL", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "channels",
    "studio",
    "annotator",
    "training",
    "inference",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "studio.urls"
ASGI_APPLICATION = "studio.asgi.application"
TEMPLATES: list[dict] = []

if DATABASE_URL:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(DATA / "catenary.sqlite3"),
            # IMMEDIATE takes the write lock at BEGIN, so two writers queue for it instead of failing half-way.
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if REDIS_URL:
    # A listener waits in Redis for 5 seconds, which is when redis-py would hang up.
    _redis = {"address": REDIS_URL, "socket_timeout": 30}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [_redis]}}}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 30 * 24 * 3600
# Cookies are shared by all ports of a host: named by port, two studios on one machine do not sign each other out.
SESSION_COOKIE_NAME = f"catenary_session_{PORT}"
CSRF_COOKIE_NAME = f"catenary_csrf_{PORT}"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "studio.views.forged"

# What `texts.say` says, in the language a page asks for by Accept-Language; English for whoever asks for none of these.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LANGUAGE_COOKIE_NAME = f"catenary_language_{PORT}"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
FRONTEND = BASE_DIR / "frontend" / "dist"
STATICFILES_DIRS = [FRONTEND] if FRONTEND.exists() else []
# Vite puts a content hash into every file name, so what it built may be cached for ever.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[-.][0-9a-zA-Z_-]{8,12}\..+$"

DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024**2
FILE_UPLOAD_TEMP_DIR = DATA

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["studio.bodies.JsonObject"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    # Guessing passwords: so many tries a minute from one address.
    "DEFAULT_THROTTLE_RATES": {"sign_in": "30/min"},
    "EXCEPTION_HANDLER": "studio.errors.answer",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Catenary",
    "DESCRIPTION": "Annotate, build datasets, train, predict and review.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    # Several serializers have a `level`, `name` or `format`; without these names some would be called Level634Enum.
    "ENUM_NAME_OVERRIDES": {
        "FindingLevelEnum": ["error", "warning", "info"],
        "ImportFormatEnum": "annotator.serializers.FORMATS",
        "NetworkEnum": "training.unet.settings.NETWORKS",
        "StartFromEnum": "training.services.runs.STARTS",
        "WorkActionEnum": "annotator.services.workflow.ACTIONS",
        "WorkStateEnum": "annotator.models.WorkState",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "WARNING").upper()},
}
