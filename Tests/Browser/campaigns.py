"""Templates, channels and bulk communications for the pages to show, by the forms and calls that make them."""

import re
from datetime import UTC, datetime, timedelta

from wizard import reload_until

BULK = "/app/communications/bulk"
SETTINGS = "/app/settings/communication"
CHANNELS = "/app/settings/communication-channels"
MEMBERS = "/app/directory/members"

HTML = "<h1>Regatta</h1><p>Dear {{member.first_name}}, the boats of {{location.name}} are ready.</p>"
LONG_NAME = "Regatta of the whole coast, with a rather long name, so that one sees where it breaks"
# One column that has a place, one that becomes an attribute, one row that cannot be taken.
FILE = b"external_id,first_name,email,locker\nx-1,Ines,ines@members.example,12\nx-2,Otto,not an address,13\n"


def made(clerk, path, **fields):
    """The number of what the form at `path` made."""
    url, _ = clerk.post(path, **fields)
    return re.search(r"/(\d+)(?:/edit)?$", url)[1]


def furnish_campaigns(clerk):
    """Answers the numbers of what stands there now, by the names that routes call them."""
    numbers = {
        "wrapper": made(
            clerk, f"{SETTINGS}/email-wrappers", name="Harbour brand", header_html="<h1>Harbour</h1>",
            html="<div>{{content}}</div>", footer_html="<p>You get this as a member.</p>", header_background="#123456",
            header_text="#ffffff"),
        "mail_template": made(
            clerk, f"{SETTINGS}/mail-templates", name="Letterhead", header_html="<p>Harbour</p>",
            footer_html="<p>Ahoy</p>"),
        "channel": made(clerk, CHANNELS, name=LONG_NAME, description="Everybody who rows, and some who watch"),
        "empty_channel": made(clerk, CHANNELS, name="Nobody yet"),
    }
    numbers["template"] = template = made(
        clerk, f"{SETTINGS}/message-templates", name="Harvest supper", priority="high", is_active="1",
        email_subject="Regatta of {{member.first_name}}", email_html=HTML, email_wrapper=numbers["wrapper"],
        sms_text="Regatta on Saturday, {{member.first_name}} 🛶", whatsapp_text="Ahoy {{member.first_name}}!",
        variables="member.first_name, account.balance")
    subscribers = f"{CHANNELS}/{numbers['channel']}/subscribers"
    mailbox = "a.rather.long.mailbox.name@guests.harbour.example"
    clerk.post(subscribers, source="adhoc", first_name="Zoë", last_name="Ōshima-Featherstonehaugh", email=mailbox)
    clerk.post(subscribers, source="entity", kind="member", external_id="m-2")

    for state in ("draft", "scheduled", "published"):
        numbers[f"{state}_bulk"] = add_bulk(clerk, template, LONG_NAME if state == "draft" else f"July, {state}")
    numbers["empty_bulk"] = made(clerk, BULK, name="", template=template, channels=["sms"])
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    publish(clerk, numbers["scheduled_bulk"], "schedule", send_at=f"{tomorrow:%Y-%m-%d}T23:59")
    publish(clerk, numbers["published_bulk"])
    numbers["waiting_import"] = upload(clerk.page)
    numbers["done_import"] = upload(clerk.page)
    clerk.page.get_by_role("button", name="Import").click()
    reload_until(clerk.page, clerk.page.get_by_role("link", name="Back to the list"))
    return numbers


def add_bulk(clerk, template, name, channels=("email", "sms", "whatsapp")):
    """A draft with everybody of the directory whose name has an “an”, somebody typed in, and their addresses."""
    bulk = made(clerk, BULK, name=name, template=template, channels=list(channels))
    receivers = f"/broadcasts/{bulk}/receivers"
    installation = clerk.page.watch.installation
    installation.call("POST", receivers, search={"kind": "member", "q": "an"})
    installation.call("POST", receivers, people=[{"first_name": "Zoë", "email": "zoe@guests.harbour.example"}])
    return bulk


def publish(clerk, bulk, action="publish", **fields):
    html = clerk.page.context.request.get(f"{BULK}/{bulk}/publish").text()
    version = re.search(r'name="version"\s+value="(\d+)"', html)[1]
    return clerk.post(f"{BULK}/{bulk}/{action}", version=version, **fields)


def publish_refused(clerk, template):
    """A bulk of which nothing arrives: for the sandbox in the mood to refuse everything."""
    bulk = add_bulk(clerk, template, "July, failed", ["sms"])
    publish(clerk, bulk)
    clerk.page.goto(f"{BULK}/{bulk}?status=failed")
    reload_until(clerk.page, clerk.page.get_by_role("link", name="Resend failed"))
    return bulk


def upload(page):
    page.goto(f"{MEMBERS}/import")
    page.get_by_label("CSV or NDJSON file").set_input_files(
        files=[{"name": "members of the lake house.csv", "mimeType": "text/csv", "buffer": FILE}])
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url(re.compile(r"/import/[\w-]+$"))
    return page.url.rsplit("/", 1)[1]
