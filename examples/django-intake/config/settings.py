"""Settings, all from the environment; what AWS needs (region, credentials, AWS_ENDPOINT_URL) boto3 reads by itself."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = os.environ.get("DJANGO_DEBUG") == "1"
# Nothing is signed with it (no sessions, no log-in): until then each process may have its own.
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY") or get_random_secret_key()
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1").split(",")

INTAKE_QUEUE_URL = os.environ.get("INTAKE_QUEUE_URL", "")
EVENTS_QUEUE_URL = os.environ.get("EVENTS_QUEUE_URL", "")
# How long no other relay claims a row. Longer than the slowest send (see intake/aws.py), or another relay repeats it.
OUTBOX_LEASE_SECONDS = float(os.environ.get("OUTBOX_LEASE_SECONDS", "30"))
OUTBOX_KEEP_SECONDS = float(os.environ.get("OUTBOX_KEEP_SECONDS", "86400"))  # how long sent rows are kept

INSTALLED_APPS = ["django.contrib.staticfiles", "intake"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DATABASE_PATH", BASE_DIR / "db.sqlite3"),
        # SQLite's default journal and synchronous=FULL: a commit survives a kill and a power cut. IMMEDIATE takes the
        # write lock when a transaction begins, so that it waits there and never fails half-way.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Seoul"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # the intake queue takes no more

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # serves the app's own folder: no collectstatic

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"intake": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
