"""Recipients by the crowd: from channels, made and filled on the way, and from everything a search finds."""

import re

from playwright.sync_api import expect

from wizard import Wizard


def test_a_channel_is_made_filled_and_added_without_leaving_the_wizard(demo, visit):
    page = visit(demo)
    wizard = Wizard(page)
    wizard.sms_draft("Audience by channel")
    page.get_by_role("link", name="Choose channels").click()
    page.get_by_role("link", name="Create Channel").first.click()
    page.get_by_label("Name").fill("Regatta helpers")
    page.get_by_role("button", name="Create Channel").click()
    expect(page.get_by_role("status").filter(has_text="Channel created. Add subscribers.")).to_be_visible()
    for first, mobile in (("Zoë", "+27 82 555 0101"), ("Ken", "+27 82 555 0102")):
        page.get_by_label("First name").fill(first)
        page.get_by_label("Mobile", exact=True).fill(mobile)
        page.get_by_role("button", name="Add subscriber").click()
        expect(page.get_by_role("row").filter(has_text=first)).to_be_visible()
    page.get_by_role("row").filter(has_text="Ken").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("row").filter(has_text="Ken")).to_have_count(0)

    page.get_by_role("link", name="Add From Channels").click()
    expect(page.get_by_role("listitem").filter(has_text="Regatta helpers")).to_contain_text("1 subscriber")
    page.get_by_role("checkbox", name=re.compile("Regatta helpers")).check()
    page.get_by_role("button", name="Add all subscribers").click()
    expect(page.get_by_role("status").filter(has_text="1 recipient was added.")).to_be_visible()
    expect(wizard.recipient("Zoë")).to_contain_text("Channel · Regatta helpers")
    # Who is there already is not there twice, and it says who that was.
    page.get_by_role("link", name="Choose channels").click()
    page.get_by_role("checkbox", name=re.compile("Regatta helpers")).check()
    page.get_by_role("button", name="Add all subscribers").click()
    expect(page.get_by_role("status").filter(has_text="1 was in the list already and merged: Zoë.")).to_be_visible()
    expect(wizard.recipient("Zoë")).to_have_count(1)
    wizard.next("confirm")


def test_everybody_a_search_finds_is_added_under_combined_filters(demo, visit):
    page = visit(demo)
    wizard = Wizard(page)
    wizard.sms_draft("Audience by search")
    page.get_by_label("First name").fill("Half typed")
    filter_by(page, "Last name", "Hopper")
    expect(page.get_by_role("link", name="Remove filter Last name: Hopper")).to_be_visible()
    filter_by(page, "First name", "Grace")
    expect(page.get_by_role("link", name=re.compile("^Remove filter"))).to_have_count(2)
    expect(wizard.found).to_have_count(1)
    # The parts of the page that were not asked for stay as they are.
    expect(page.get_by_label("First name", exact=True)).to_have_value("Half typed")
    page.get_by_role("button", name="Add all that match").click()
    expect(page.get_by_role("status").filter(has_text="1 recipient was added.")).to_be_visible()
    expect(wizard.recipient("Grace Hopper")).to_contain_text("Member")
    page.get_by_role("link", name="Remove filter First name: Grace").click()
    expect(page.get_by_role("link", name=re.compile("^Remove filter"))).to_have_count(1)


def filter_by(page, field, value):
    page.locator("summary", has_text="Add filter").click()
    page.get_by_label("Field").select_option(label=field)
    page.get_by_label("Value").fill(value)
    page.get_by_role("button", name="Apply filter").click()


def test_a_recipient_typed_in_belongs_to_the_draft_alone(own_demo, visit):
    page = visit(own_demo)
    channels = page.get_by_role("table", name="Channels, newest first")
    page.goto("/app/settings/communication-channels")
    before = channels.inner_text()
    wizard = Wizard(page)
    wizard.sms_draft("By hand")
    wizard.add_by_hand("Zoë", "Ōshima", mobile="+27 82 555 0101")
    expect(wizard.recipient("Zoë Ōshima")).to_contain_text("Added by hand")
    page.goto("/app/settings/communication-channels")
    assert channels.inner_text() == before
