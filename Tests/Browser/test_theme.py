"""The theme somebody chose stays chosen, and nothing flashes in the other one."""

from playwright.sync_api import expect


def background(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_a_chosen_theme_is_kept_over_pages_and_visits(demo, visit):
    page = visit(demo)
    html = page.locator("html")
    page.goto("/app/communications/overview")
    expect(html).to_have_attribute("data-theme", "auto")
    bright = background(page)
    page.locator(".sidebar summary").click()
    dark = page.locator(".sidebar").get_by_role("button", name="Dark")
    dark.click()
    expect(html).to_have_attribute("data-theme", "dark")
    expect(dark).to_have_attribute("aria-pressed", "true")
    assert background(page) != bright

    page.goto("/app/communications/send-logs")
    expect(html).to_have_attribute("data-theme", "dark")
    # It comes with the page from the server: a script would be too late.
    assert 'data-theme="dark"' in page.context.request.get("/app/communications/overview").text()
    later = visit(demo, session=page.context.storage_state())
    later.goto("/app/communications/overview")
    expect(later.locator("html")).to_have_attribute("data-theme", "dark")

    page.locator(".sidebar summary").click()
    page.locator(".sidebar").get_by_role("button", name="Light").click()
    page.reload()
    expect(html).to_have_attribute("data-theme", "light")
    assert background(page) == bright


def test_auto_follows_the_system(demo, visit):
    page = visit(demo, color_scheme="dark")
    page.goto("/app/communications/overview")
    night = background(page)
    page.emulate_media(color_scheme="light")
    assert background(page) != night
