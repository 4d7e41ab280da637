"""The peer's settings: what a new Django project has, less what an API does not use."""

import os

SECRET_KEY = "only for a benchmark"  # noqa: S105 (it protects nothing)
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bench.peers.ninja_app"
INSTALLED_APPS = ["bench.peers.ninja_inbox"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["PEER_DATABASE"],
        "USER": os.environ["PEER_USER"],
        "HOST": os.environ["PEER_HOST"],
        "CONN_MAX_AGE": 600,
    }
}
USE_TZ = True
