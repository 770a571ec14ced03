"""From the link at the end of a mail to the mails that do not come any more, as its receiver and its sender see it."""

import re

import pytest
from playwright.sync_api import expect

from audit import findings
from campaigns import BULK, SETTINGS
from installation import Installation
from mail_server import MailServer
from people import OWNER, make_first_user
from wizard import reload_until

SUPPRESSIONS = f"{SETTINGS}/suppressions"
LOGS = "/app/communications/send-logs"
HTML = '<p>Dear {{first_name}}, the boats are ready.</p><p><a href="{{unsubscribe_url}}">What you receive</a></p>'
LEAVING = re.compile(r"/u/[\w.-]+$")


@pytest.fixture(scope="module")
def server():
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def club(browser, server, tmp_path_factory):
    """An installation that people reach, with a channel of two and a mail server."""
    with Installation(tmp_path_factory.mktemp("club"), demo=False, is_reachable=True) as installation:
        installation.session = make_first_user(browser, installation, OWNER)
        installation.call(
            "POST", "/providers", delivery_channel="email", kind="smtp", name="Pier", default=True, settings={
                "host": "127.0.0.1", "port": server.port, "tls": "none", "from_address": "club@harbour.example",
                "from_name": "Harbour Club"})
        yield installation


@pytest.fixture
def channel(club, request):
    """Of this test alone, with two who want its mails; answers its number and their addresses."""
    word = request.node.name.replace("_", "-")[:24].strip("-")
    people = [f"ada@{word}.example", f"bob@{word}.example"]
    number = club.call("POST", "/channels", name="Regatta News")["id"]
    for name, address in zip(("Ada", "Bob"), people):
        club.call("POST", f"/channels/{number}/subscribers", email=address, first_name=name)
    return number, *people


def publish(club, channel, subject):
    bulk = club.call(
        "POST", "/broadcasts", name=subject, content={"email": {"subject": subject, "html": HTML}},
        delivery_channels=["email"])["id"]
    club.call("POST", f"/broadcasts/{bulk}/receivers", channels=[channel])
    club.call("POST", f"/broadcasts/{bulk}/publish")
    return bulk


def settled(page, path, *words):
    """Waits on a list until the row that says all of `words` is there."""
    page.goto(path)
    row = page.get_by_role("row")
    for word in words:
        row = row.filter(has_text=word)
    reload_until(page, row)
    return row


def mails_to(server, address):
    return [mail for mail in server.mails if address in mail["To"]]


def subjects(server, address):
    return [mail["Subject"] for mail in mails_to(server, address)]


def leaving(mail):
    """Where the mail says that one can leave: its text and its header name one place."""
    html = mail.get_body(("html",)).get_content()
    link = re.search(r'href="([^"]*)"[^>]*>What you receive', html)[1]
    assert mail["List-Unsubscribe"] == f"<{link}>" and LEAVING.search(link)
    return link


def standing(club, address):
    return [
        (kept["scope"], kept["source"]) for kept in club.call("GET", f"/suppressions?q={address}")["items"]]


def part(page, name):
    return page.get_by_role("region", name=name)


def test_whoever_leaves_a_list_gets_no_more_of_it_and_still_gets_what_is_theirs(club, visit, server, channel):
    number, ada, bob = channel
    sender = visit(club)
    bulk = publish(club, number, "Regatta of July")
    settled(sender, f"{BULK}/{bulk}?status=sent", ada)
    link = leaving(mails_to(server, ada)[0])

    # Without a sign-in, and without changing anything by looking.
    receiver = visit(club, session={})
    receiver.goto(link)
    expect(receiver.get_by_role("heading", name="What you receive")).to_be_visible()
    expect(receiver.get_by_text(f"From Switchboard, to a•••@{ada.split('@')[1]}.")).to_be_visible()
    assert ada not in receiver.content()
    for name in ("Regatta News", "News and offers", "All messages"):
        expect(part(receiver, name)).to_contain_text("You receive these")
    assert standing(club, ada) == []
    assert findings(receiver) == []

    receiver.get_by_role("button", name=re.compile("^Leave this list ?: Regatta News$")).click()
    expect(receiver.get_by_role("status")).to_have_text("Saved. It holds from now on.")
    expect(part(receiver, "Regatta News")).to_contain_text("You left on")
    expect(part(receiver, "News and offers")).to_contain_text("You receive these")
    assert standing(club, ada) == [("channel", "person")]
    assert findings(receiver) == []

    # What the sender sees: who asked for it, why, and by which mail.
    kept = settled(sender, SUPPRESSIONS, ada)
    for words in ("The channel Regatta News", "Unsubscribed.", "The person"):
        expect(kept).to_contain_text(words)
    kept.get_by_role("link", name="Message that led to it").click()
    expect(sender.get_by_role("heading", name="Regatta of July")).to_be_visible()
    expect(sender.get_by_role("region", name="Suppressions")).to_contain_text("Suppressed for the channel Regatta News")
    sender.goto("/app/settings/audit")
    expect(sender.get_by_role("row").filter(has_text="nsubscribe").first).to_contain_text("the receiver")

    # The next one passes her by and says why; the other one of the channel gets it.
    bulk = publish(club, number, "Regatta of August")
    settled(sender, f"{BULK}/{bulk}?status=sent", bob)
    skipped = settled(sender, f"{LOGS}?status=skipped", ada, "Regatta of August")
    expect(skipped).to_contain_text("suppressed for the channel Regatta News since")
    sender.goto(f"{BULK}/{bulk}")
    expect(sender.get_by_text("The books balance")).to_be_visible()

    # What is sent to her alone still comes, and speaks of no list.
    message = club.call(
        "POST", "/messages", delivery_channel="email", to={"email": ada}, subject="Your boat", html="<p>It is dry.</p>")
    sender.goto(f"{LOGS}/{message['id']}")
    expect(sender.locator("#details-status")).to_contain_text("Sent")
    assert subjects(server, ada) == ["Regatta of July", "Your boat"]
    assert subjects(server, bob) == ["Regatta of July", "Regatta of August"]
    assert mails_to(server, ada)[1]["List-Unsubscribe"] is None


def test_whoever_left_can_come_back_by_the_same_link(club, visit, server, channel):
    number, ada, bob = channel
    sender = visit(club)
    settled(sender, f"{BULK}/{publish(club, number, 'Tide of May')}?status=sent", ada)
    receiver = visit(club, session={}, viewport={"width": 360, "height": 740})
    receiver.goto(leaving(mails_to(server, ada)[0]))
    receiver.get_by_role("button", name=re.compile("^Leave all of these ?: News and offers$")).click()
    expect(part(receiver, "News and offers")).to_contain_text("You left on")
    assert standing(club, ada) == [("broadcasts", "person")]
    receiver.get_by_role("button", name=re.compile("^Stop everything ?: All messages$")).click()
    expect(part(receiver, "All messages")).to_contain_text("You left on")
    assert sorted(standing(club, ada)) == [("broadcasts", "person"), ("everything", "person")]

    message = club.call(
        "POST", "/messages", delivery_channel="email", to={"email": ada}, subject="Your oars", html="<p>Found.</p>")
    sender.goto(f"{LOGS}/{message['id']}")
    expect(sender.locator("#details-status")).to_contain_text("suppressed for everything since")

    for name in ("All messages", "News and offers"):
        receiver.get_by_role("button", name=re.compile(f"^Receive again ?: {name}$")).click()
        expect(part(receiver, name)).to_contain_text("You receive these")
    assert standing(club, ada) == []
    settled(sender, f"{BULK}/{publish(club, number, 'Tide of June')}?status=sent", ada)
    assert subjects(server, ada) == ["Tide of May", "Tide of June"]


def test_only_the_person_takes_back_what_the_person_asked_for_and_not_what_the_sender_did(club, visit, server, channel):
    number, ada, bob = channel
    sender = visit(club)
    settled(sender, f"{BULK}/{publish(club, number, 'Winter storage')}?status=sent", ada)
    club.call("POST", "/suppressions", email=ada, scope="broadcasts", reason="She owes us a boat.")
    receiver = visit(club, session={})
    receiver.goto(leaving(mails_to(server, ada)[0]))
    expect(part(receiver, "News and offers")).to_contain_text("Stopped by the sender")
    expect(part(receiver, "News and offers")).to_contain_text("To receive these again, contact Switchboard.")
    expect(part(receiver, "News and offers").get_by_role("button")).to_have_count(0)
    # What the sender wrote about it is the sender's alone.
    assert "owes us" not in receiver.content()
    receiver.get_by_role("button", name="Leave this list").click()
    expect(part(receiver, "Regatta News")).to_contain_text("You left on")

    kept = settled(sender, f"{SUPPRESSIONS}?source=person", ada)
    kept.get_by_role("link", name=f"Remove {ada}").click()
    question = sender.get_by_role("dialog")
    expect(question).to_contain_text("The person asked not to be written to.")
    question.get_by_role("button", name="Go on").click()
    expect(sender.get_by_text("Have they told you that they want to receive messages again?")).to_be_visible()
    sender.get_by_role("link", name="Cancel").click()
    expect(sender).to_have_url(re.compile(f"{SUPPRESSIONS}$"))
    assert sorted(standing(club, ada)) == [("broadcasts", "api"), ("channel", "person")]


def test_a_link_that_was_cut_off_says_what_to_do(club, visit, server, channel):
    number, ada, bob = channel
    settled(visit(club), f"{BULK}/{publish(club, number, 'Cut off')}?status=sent", ada)
    link = leaving(mails_to(server, ada)[0])
    receiver = visit(club, session={}, refused=[r"404 /u/.*"])
    receiver.goto(link[:-4])
    expect(receiver.get_by_role("main")).to_contain_text("This link is not known")
    expect(receiver.get_by_role("main")).to_contain_text("Open it from the message once more, all of it.")
    assert findings(receiver) == []
    assert standing(club, ada) == []


def test_it_is_done_by_forms_alone(club, visit, server, channel):
    number, ada, bob = channel
    settled(visit(club), f"{BULK}/{publish(club, number, 'By forms')}?status=sent", bob)
    receiver = visit(club, session={}, java_script_enabled=False)
    receiver.goto(leaving(mails_to(server, bob)[0]))
    receiver.get_by_role("button", name=re.compile("^Leave this list ?: Regatta News$")).click()
    expect(receiver.get_by_role("status")).to_have_text("Saved. It holds from now on.")
    assert standing(club, bob) == [("channel", "person")]
    assert standing(club, ada) == []
