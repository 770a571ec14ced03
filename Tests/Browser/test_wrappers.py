"""Settings → Communication → Email Wrappers: written with a preview beside them, refused without their slot."""

import re

import pytest
from playwright.sync_api import expect

from audit import barriers, overflow

WRAPPERS = "/app/settings/communication/email-wrappers"
TEMPLATES = "/app/settings/communication/message-templates"
MAIL_TEMPLATES = "/app/settings/communication/mail-templates"


def shown(page):
    """What stands in the preview now: the frame is made anew with every change."""
    return page.frame_locator("[data-preview-frame] iframe:not([hidden])")


def write(page, label, text):
    page.get_by_label(label, exact=True).fill(text)


@pytest.fixture
def wrapper(own_demo, visit, request):
    """A wrapper of this test, as its form shows it."""
    page = visit(own_demo, refused=[rf"4(09|22) {WRAPPERS}.*"])
    page.goto(WRAPPERS)
    page.get_by_role("link", name="Add email wrapper").click()
    page.wrapper = f"Brand of {request.node.name}"
    page.get_by_role("textbox", name="Name", exact=True).fill(page.wrapper)
    return page


def test_a_wrapper_without_its_slot_is_refused_and_with_it_saved(wrapper):
    write(wrapper, "Wrapper HTML", "<p>There is no place for the message here.</p>")
    wrapper.get_by_role("button", name="Add email wrapper").click()
    expect(wrapper.get_by_role("alert")).to_contain_text("Not saved yet")
    expect(wrapper.locator("#f-html-error")).to_contain_text("Put {{content}} where the message goes.")
    expect(wrapper.locator("#f-html")).to_have_value("<p>There is no place for the message here.</p>")
    expect(wrapper.locator("#f-name")).to_have_value(wrapper.wrapper)

    write(wrapper, "Wrapper HTML", "<div>{{content}}</div>")
    wrapper.get_by_role("button", name="Add email wrapper").click()
    expect(wrapper.get_by_role("status").filter(has_text="was added")).to_be_visible()
    expect(wrapper.get_by_role("heading", name=wrapper.wrapper)).to_be_visible()
    wrapper.goto(WRAPPERS)
    expect(wrapper.get_by_role("row").filter(has_text=wrapper.wrapper)).to_be_visible()


def test_the_preview_follows_what_is_written(wrapper):
    expect(shown(wrapper).get_by_text("Dear Ada,")).to_be_visible()
    write(wrapper, "Header HTML", "<h1>Harbour Rowing Club</h1>")
    expect(shown(wrapper).get_by_role("heading", name="Harbour Rowing Club")).to_be_visible()
    write(wrapper, "Header background", "#123456")
    expect(shown(wrapper).locator('td[style*="#123456"]')).to_be_visible()
    assert barriers(wrapper) == []


def test_what_a_new_wrapper_begins_with_fits_a_telephone(wrapper):
    wrapper.set_viewport_size({"width": 360, "height": 740})
    wrapper.reload()
    body = shown(wrapper).locator("body")
    expect(body).to_contain_text("Dear Ada,")
    assert body.evaluate("body => body.ownerDocument.documentElement.scrollWidth <= body.ownerDocument.defaultView.innerWidth")
    assert overflow(wrapper) == []


def test_a_wrapper_in_use_says_where_and_stays(wrapper):
    wrapper.get_by_role("button", name="Add email wrapper").click()
    expect(wrapper.get_by_role("heading", name=wrapper.wrapper)).to_be_visible()
    address = wrapper.url
    expect(wrapper.get_by_role("region", name="Used by")).to_contain_text("Not used by any template or saved draft.")

    wrapper.goto(f"{TEMPLATES}/new")
    wrapper.get_by_role("textbox", name="Name", exact=True).fill(f"Letter in {wrapper.wrapper}")
    wrapper.get_by_label("Email subject").fill("Hello")
    wrapper.get_by_role("button", name="HTML", exact=True).click()
    wrapper.get_by_label("HTML of the email").fill("<p>Hello</p>")
    wrapper.get_by_label("Email Wrapper").select_option(label=wrapper.wrapper)
    wrapper.get_by_role("button", name="Add message template").last.click()
    expect(wrapper.get_by_role("status").filter(has_text="was added")).to_be_visible()

    wrapper.goto(address)
    expect(wrapper.get_by_role("region", name="Used by").get_by_role("link")).to_have_text(f"Letter in {wrapper.wrapper}")
    wrapper.get_by_role("link", name="Delete").click()
    expect(wrapper.get_by_text(f"the message template “Letter in {wrapper.wrapper}”")).to_be_visible()
    expect(wrapper.get_by_text("Nothing was deleted.")).to_be_visible()
    wrapper.goto(address)
    expect(wrapper.get_by_role("heading", name=wrapper.wrapper)).to_be_visible()


def test_the_second_of_two_people_is_told_and_loses_nothing(wrapper, own_demo, visit):
    wrapper.get_by_role("button", name="Add email wrapper").click()
    expect(wrapper.get_by_role("heading", name=wrapper.wrapper)).to_be_visible()
    other = visit(own_demo)
    other.goto(wrapper.url)
    write(other, "Footer HTML", "<p>From the first</p>")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_role("status").filter(has_text="Saved.")).to_be_visible()

    write(wrapper, "Footer HTML", "<p>From the second</p>")
    wrapper.get_by_role("button", name="Save", exact=True).click()
    notice = wrapper.get_by_role("alert")
    expect(notice).to_contain_text("This was changed in the meantime")
    expect(notice).to_contain_text("<p>From the first</p>")
    expect(wrapper.locator("#f-footer_html")).to_have_value("<p>From the second</p>")
    wrapper.get_by_role("button", name="Keep mine").click()
    expect(wrapper.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(wrapper.locator("#f-footer_html")).to_have_value("<p>From the second</p>")


def test_a_mail_template_stands_above_and_below_what_a_template_says(own_demo, visit):
    page = visit(own_demo, refused=[rf"409 {MAIL_TEMPLATES}/\d+/delete"])
    page.goto(MAIL_TEMPLATES)
    page.get_by_role("link", name="Add Mail Template").first.click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Letterhead")
    write(page, "Header", "<p>Harbour Rowing Club</p>")
    expect(shown(page).get_by_text("Harbour Rowing Club")).to_be_visible()
    write(page, "Footer", "<p>Old Harbour 1</p>")
    page.get_by_role("button", name="Add mail template").last.click()
    expect(page.get_by_role("status").filter(has_text="was added")).to_be_visible()
    address = page.url
    assert barriers(page) == [] and overflow(page) == []

    page.goto(f"{TEMPLATES}/new")
    page.get_by_role("textbox", name="Name", exact=True).fill("On our paper")
    page.get_by_label("Email subject").fill("Hello")
    page.get_by_role("button", name="HTML", exact=True).click()
    page.get_by_label("HTML of the email").fill("<p>The lake is calm.</p>")
    page.get_by_label("Mail Template", exact=True).select_option(label="Letterhead")
    page.get_by_role("button", name="Add message template").last.click()
    expect(page.get_by_role("heading", name="On our paper")).to_be_visible()
    body = page.frame_locator('iframe[title="Email content"]').locator("body")
    expect(body).to_contain_text(re.compile("Harbour Rowing Club.*The lake is calm.*Old Harbour 1", re.DOTALL))

    page.goto(address)
    expect(page.get_by_role("region", name="Used by").get_by_role("link")).to_have_text("On our paper")
    page.get_by_role("link", name="Delete").click()
    expect(page.get_by_text("the message template “On our paper”")).to_be_visible()
    expect(page.get_by_text("Nothing was deleted.")).to_be_visible()
