"""The page of the send log as one would write it in Django: for comparison, over the same store, rows and indexes.

A signed-in user, the models of the tables behind the page, newest first by key with the related rows joined, the form
of filters, a rendered template. `BENCH_STORE` names the store, `BENCH_SITE` the site's own database for users and
sessions. Run as a program it makes the latter and prints the key of a session; gunicorn serves `application`.
"""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path

import django
from django.conf import settings

SQLITE = {"ENGINE": "django.db.backends.sqlite3", "CONN_MAX_AGE": None}
settings.configure(
    DEBUG=False, SECRET_KEY="for measuring only", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, USE_TZ=True,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware"],
    DATABASES={
        "default": {**SQLITE, "NAME": os.environ["BENCH_SITE"]}, "log": {**SQLITE, "NAME": os.environ["BENCH_STORE"]}},
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [Path(__file__).parent],
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request", "django.template.context_processors.csrf",
            "django.contrib.auth.context_processors.auth"]}}])
django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402

PAGE = 50
STATUSES = ["pending", "sent", "failed", "skipped", "cancelled", "unknown"]
CHANNELS = {"email": "Email", "sms": "SMS", "whatsapp": "WhatsApp", "push": "Push", "voice": "Voice"}


class Table(models.Model):
    class Meta:
        abstract = True
        app_label = "log"
        managed = False


class Address(Table):
    value = models.TextField()

    class Meta(Table.Meta):
        db_table = "addresses"


class Entity(Table):
    kind = models.TextField()
    external_id = models.TextField()
    first_name = models.TextField()
    last_name = models.TextField()

    class Meta(Table.Meta):
        db_table = "entities"

    @property
    def label(self) -> str:
        return f"{self.kind.title()}: {self.first_name} {self.last_name}"


class Content(Table):
    subject = models.TextField()

    class Meta(Table.Meta):
        db_table = "contents"


class Provider(Table):
    is_sandbox = models.BooleanField()

    class Meta(Table.Meta):
        db_table = "providers"


class Broadcast(Table):
    name = models.TextField()
    origin = models.TextField()
    status = models.TextField()

    class Meta(Table.Meta):
        db_table = "broadcasts"


class Message(Table):
    delivery_channel = models.TextField()
    status = models.TextField()
    address = models.ForeignKey(Address, models.DO_NOTHING, null=True)
    recipient = models.TextField()
    summary = models.TextField()
    entity = models.ForeignKey(Entity, models.DO_NOTHING, null=True)
    content = models.ForeignKey(Content, models.DO_NOTHING, null=True)
    provider = models.ForeignKey(Provider, models.DO_NOTHING, null=True)
    error = models.TextField(null=True)
    created_at = models.BigIntegerField()
    sent_at = models.BigIntegerField(null=True)

    class Meta(Table.Meta):
        db_table = "messages"

    @property
    def date(self) -> datetime:
        return datetime.fromtimestamp((self.sent_at or self.created_at) / 1000, timezone.utc)

    @property
    def channel(self) -> str:
        return CHANNELS[self.delivery_channel]

    @property
    def is_sandbox(self) -> bool:
        return self.provider is not None and self.provider.is_sandbox

    @property
    def subject(self) -> str:
        return self.summary or (self.content.subject if self.content else "")


@login_required
def send_logs(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    rows = Message.objects.using("log").select_related("address", "entity", "content", "provider").only(
        "delivery_channel", "status", "recipient", "summary", "error", "created_at", "sent_at", "address__value",
        "entity__kind", "entity__external_id", "entity__first_name", "entity__last_name", "content__subject",
        "provider__is_sandbox")
    if status := asked.get("status"):
        rows = rows.filter(status=status)
    if channel := asked.get("delivery_channel"):
        rows = rows.filter(delivery_channel=channel)
    if after := asked.get("after"):
        rows = rows.filter(id__lt=int(after))
    page = list(rows.order_by("-id")[:PAGE + 1])
    broadcasts = (
        Broadcast.objects.using("log").filter(origin__in=["compose", "bulk"])
        .exclude(status__in=["draft", "scheduled"]).order_by("-id")[:20])
    return render(request, "django_page.html", {
        "rows": page[:PAGE], "older": page[PAGE - 1].id if len(page) > PAGE else None, "statuses": STATUSES,
        "channels": CHANNELS, "broadcasts": broadcasts, "asked": asked})


urlpatterns = [path("app/communications/send-logs", send_logs)]
application = get_wsgi_application()


def prepare() -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    user = get_user_model().objects.create_user("ada", "ada@example.org", "a long and lonely road")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    print(prepare())
