"""Without JavaScript the same work is done by forms."""

import re

from playwright.sync_api import expect

from wizard import PREVIEW, Wizard, reload_until


def test_a_message_is_written_as_html_and_sent_without_a_script(demo, visit):
    page = visit(demo, java_script_enabled=False)
    wizard = Wizard(page)
    wizard.begin("Email")
    wizard.name.fill("By forms alone")
    wizard.subject.fill("Plainly, {{member.first_name}}")
    html = page.get_by_label("HTML of the email")
    expect(html).to_be_visible()
    html.fill("<h1>Plainly</h1><p>Dear {{member.first_name}} of {{location.name}}</p>")
    expect(page.get_by_role("group", name="Builder tools")).to_be_hidden()
    wizard.next("recipients")

    page.get_by_role("searchbox").fill("Hopper")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(wizard.found).to_have_count(1)
    wizard.found.get_by_role("checkbox").check()
    page.get_by_role("button", name="Add selected").click()
    wizard.add_by_hand("Åsa", "Ek", email="asa@guests.example")
    expect(wizard.recipient("Grace Hopper")).to_contain_text("Ready")
    wizard.next("confirm")

    page.get_by_label("As seen by").select_option(label="Grace Hopper")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.frame_locator(PREVIEW).locator("body")).to_contain_text("Dear Grace of Lake House")
    wizard.send()
    row = page.get_by_role("row").filter(has_text="Plainly, Grace").filter(has_text="Sent")
    reload_until(page, row)
    row.get_by_role("link", name="View Details").click()
    expect(page).to_have_url(re.compile(r"/send-logs/\d+$"))
    content = page.frame_locator('iframe[title="Content as rendered"]')
    expect(content.locator("body")).to_contain_text("Dear Grace of Lake House")


def test_a_message_that_is_not_finished_comes_back_with_its_problems(demo, visit):
    page = visit(demo, java_script_enabled=False, refused=[r"422 /app/communications/compose(/\d+/message)?"])
    wizard = Wizard(page)
    page.goto("/app/communications/compose/new")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one delivery channel.")
    wizard.begin("Email")
    page.get_by_label("HTML of the email").fill("<p>Dear {{#member}}, unfinished</p>")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator("#compose-subject-error")).to_have_text("Enter a subject for the email.")
    expect(page.locator("#compose-html-error")).not_to_be_empty()
    expect(page.get_by_label("HTML of the email")).to_have_value("<p>Dear {{#member}}, unfinished</p>")


def test_a_draft_is_deleted_and_the_theme_chosen_by_forms(demo, visit):
    page = visit(demo, java_script_enabled=False)
    Wizard(page).sms_draft("Thrown away by a form")
    page.goto("/app/communications/compose/drafts")
    row = page.get_by_role("row").filter(has_text="Thrown away by a form")
    row.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete draft").click()
    expect(row).to_have_count(0)
    page.locator(".sidebar summary").click()
    page.locator(".sidebar").get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page).to_have_url(re.compile("/compose/drafts"))
