"""Settings → Communication → Message Templates, from the first word to the test in the sandbox and the wizard."""

import re

import pytest
from playwright.sync_api import expect

from audit import barriers

TEMPLATES = "/app/settings/communication/message-templates"
COMPOSE = "/app/communications/compose/new"
EMAIL = 'iframe[title="Email content"]'


def write(page, name, **fields):
    page.goto(f"{TEMPLATES}/new")
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    if "subject" in fields:
        page.get_by_label("Email subject").fill(fields["subject"])
        page.get_by_role("button", name="HTML", exact=True).click()
        page.get_by_label("HTML of the email").fill(fields["html"])
    if "sms" in fields:
        page.get_by_label("SMS content").fill(fields["sms"])
    if "variables" in fields:
        page.get_by_label("Declared variables").fill(fields["variables"])
    page.get_by_role("button", name="Add message template").last.click()


@pytest.fixture
def template(own_demo, visit, request):
    """The page of a template for email and SMS, written a moment ago."""
    page = visit(own_demo, refused=[rf"422 {TEMPLATES}.*"])
    page.template = f"Regatta of {request.node.name}"
    write(
        page, page.template, subject="See you, {{member.first_name}}",
        html="<h1>Hello {{member.first_name}}</h1><p>From {{location.name}}</p>",
        sms="Ahoy {{member.first_name}}", variables="member.first_name, account.balance")
    expect(page.get_by_role("heading", name=page.template)).to_be_visible()
    return page


def test_the_channels_and_the_variables_follow_from_what_is_written(template):
    header = template.locator(".page-header")
    expect(header).to_contain_text("Email")
    expect(header).to_contain_text("SMS")
    expect(header).not_to_contain_text("WhatsApp")
    variables = template.get_by_role("region", name="Variables")
    expect(variables.get_by_role("listitem").filter(has_text="{{location.name}}")).to_contain_text("not declared")
    expect(variables.get_by_role("listitem").filter(has_text="{{account.balance}}")).to_contain_text("not in any text")
    assert barriers(template) == []


def test_it_is_shown_with_samples_and_with_somebody_of_the_directory(template):
    expect(template.get_by_role("status").filter(has_text="Shown with sample values.")).to_be_visible()
    expect(template.frame_locator(EMAIL).get_by_role("heading")).to_have_text("Hello Ada")
    template.get_by_role("searchbox", name="Search for whose values to show").fill("Grace")
    template.get_by_role("button", name="Search", exact=True).click()
    template.get_by_role("link", name=re.compile("Grace Hopper")).click()
    expect(template.get_by_role("status").filter(has_text="Shown with Grace Hopper.")).to_be_visible()
    expect(template.frame_locator(EMAIL).get_by_role("heading")).to_have_text("Hello Grace")
    expect(template.locator(".bubble--out")).to_have_text("Ahoy Grace")


def test_a_test_to_me_is_in_the_sandbox(template):
    template.get_by_role("button", name="Send Email test to me").click()
    expect(template.get_by_role("status").filter(has_text="A test is on its way to demo@example.org")).to_be_visible()
    template.get_by_label("My number for SMS").fill("+27825551234")
    template.get_by_role("button", name="Send SMS test to me").click()
    expect(template.get_by_role("status").filter(has_text="A test is on its way to +27825551234")).to_be_visible()
    for words, to in [("See you, Ada", "demo@example.org"), ("Ahoy Ada", "+27825551234")]:
        expect(sandbox_row(template, words, to)).to_be_visible()


def sandbox_row(page, words, to):
    """The sandbox takes a message a moment after the page that sent it was answered."""
    row = page.get_by_role("row").filter(has_text=words).filter(has_text=to).first
    for _ in range(20):
        page.goto("/app/sandbox")
        if row.count():
            break
        page.wait_for_timeout(250)
    return row


def test_a_copy_is_its_own(template):
    template.get_by_role("button", name="Duplicate").click()
    expect(template.get_by_role("textbox", name="Name", exact=True)).to_have_value(f"Copy of {template.template}")
    template.get_by_label("SMS content").fill("Another text")
    template.get_by_role("button", name="Save").last.click()
    expect(template.locator(".bubble--out")).to_have_text("Another text")
    template.goto(TEMPLATES)
    template.get_by_role("row").filter(has_text=template.template).get_by_role(
        "link", name=template.template, exact=True).click()
    expect(template.locator(".bubble--out")).to_have_text("Ahoy Ada")


def test_what_cannot_be_read_is_named_beside_its_field(template):
    write(template, "Broken", sms="{{#member}} is never closed")
    expect(template.get_by_role("alert").first).to_contain_text("Not saved yet")
    expect(template.locator("#f-sms_text-error")).to_contain_text("never closed")
    expect(template.get_by_label("SMS content")).to_have_value("{{#member}} is never closed")


def test_the_wizard_starts_from_it_and_only_where_it_fits(template):
    template.goto(COMPOSE)
    template.locator("label", has_text="Template").locator("input[type=radio]").check()
    row = template.get_by_role("row").filter(has_text=template.template)
    expect(row).to_contain_text("SMS")
    template.get_by_role("checkbox", name="WhatsApp", exact=True).check()
    expect(row).to_be_hidden()
    template.get_by_role("checkbox", name="WhatsApp", exact=True).uncheck()
    template.get_by_role("checkbox", name="SMS", exact=True).check()
    row.get_by_role("button", name="Use Template").click()
    expect(template.get_by_label("SMS content")).to_have_value("Ahoy {{member.first_name}}")
    expect(template.get_by_label("Draft name")).to_have_value(template.template)


def test_it_is_deleted_after_a_question(template):
    template.get_by_role("link", name="Delete").click()
    question = template.get_by_role("dialog")
    expect(question).to_contain_text(f"Delete {template.template}?")
    question.get_by_role("button", name="Delete message template").click()
    expect(template.get_by_role("status").filter(has_text="was deleted")).to_be_visible()
    expect(template.get_by_role("row").filter(has_text=template.template)).to_have_count(0)
