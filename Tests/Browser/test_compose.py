"""The main journey with the mouse: a message is built, previewed, sent, and found again in the log and the sandbox."""

from playwright.sync_api import expect

from wizard import Wizard

NAME = "Regatta by mouse"
LETTER = "Dear {{member.first_name}}, the boats are ready."


def test_a_message_built_with_the_mouse_is_sent_and_the_log_tells_the_truth(demo, visit):
    page = visit(demo, refused=[r"422 /app/communications/compose/\d+/recipients(/next)?"])
    wizard = Wizard(page)
    wizard.begin("Email", "SMS")
    write(page, wizard)
    wizard.next("recipients")
    choose_recipients(page, wizard)
    wizard.next("confirm")
    look_it_over(page, wizard)

    wizard.send()
    expect(page.get_by_role("status").filter(has_text=f"“{NAME}” is on its way: 6 messages")).to_be_visible()
    read_the_log(page)
    read_the_sandbox(page)


def write(page, wizard):
    wizard.wait_for_builder()
    expect(page.get_by_role("region", name="Channel Summary")).to_contain_text("Email")
    expect(page.get_by_role("region", name="Channel Summary")).to_contain_text("SMS")
    wizard.name.fill(NAME)
    wizard.subject.fill("Regatta for ")
    wizard.placeholder("{{member.first_name}}")
    expect(wizard.subject).to_have_value("Regatta for {{member.first_name}}")

    texts = wizard.canvas.locator(".sb-text")
    expect(texts).to_have_count(1)
    page.get_by_role("button", name="Text", exact=True).drag_to(texts.first)
    expect(texts).to_have_count(2)
    fresh = wizard.canvas.locator(".sb-text .sb-rich").filter(has_text="Write your text here.")
    fresh.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("Dear ")
    wizard.placeholder("{{member.first_name}}")
    page.keyboard.type(", the boats are ready.")
    expect(texts.filter(has_text=LETTER)).to_have_count(1)

    wizard.sms.fill("Hi {{member.first_name}}, regatta on Saturday from {{location.name}}.")
    count = page.locator("#compose-sms-count")
    expect(count).to_contain_text("1 segment in GSM-7")
    wizard.sms.press_sequentially(" 🛶")
    expect(count).to_contain_text("UCS-2")
    wizard.sms.fill("Hi {{member.first_name}}, regatta on Saturday from {{location.name}}.")
    with wizard.saving():
        page.keyboard.type(" Bring water.")
    expect(wizard.state).to_contain_text("Saved")


def choose_recipients(page, wizard):
    expect(page.get_by_role("heading", name="No recipients yet")).to_be_visible()
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Add at least one recipient first.")

    wizard.add_by_hand(first="Nobody")
    expect(page.get_by_role("alert").filter(has_text="Enter an email address or a mobile number.")).to_be_visible()
    expect(page.get_by_label("First name")).to_have_value("Nobody")
    wizard.add_by_hand("Zoë", "Ōshima", "zoe@guests.example", "+27 82 555 0100")
    expect(wizard.recipient("Zoë Ōshima")).to_contain_text("Ready")

    wizard.add_from_search("Grace Hopper")
    expect(wizard.recipient("Grace Hopper")).to_contain_text("Member")
    wizard.add_from_search("Ken Thompson")
    expect(wizard.recipient("Ken Thompson")).to_contain_text("No email for Email")
    wizard.add_from_search("Alan Turing")
    expect(page.locator("[data-count]")).to_have_text("4")
    wizard.recipient("Alan Turing").get_by_role("button", name="Remove").click()
    expect(wizard.recipient("Alan Turing")).to_have_count(0)
    expect(page.locator("[data-count]")).to_have_text("3")


def look_it_over(page, wizard):
    summary = page.get_by_role("region", name="Summary")
    expect(summary).to_contain_text(NAME)
    expect(summary).to_contain_text("6 messages")

    preflight = page.get_by_role("region", name="Preflight")
    expect(preflight).to_contain_text("Email goes to the sandbox")
    expect(preflight).to_contain_text("SMS goes to the sandbox")
    expect(preflight).to_contain_text("1 recipient has no email address")
    # A guest has no home location.
    expect(preflight).to_contain_text("{{location.name}} is empty for 1 recipient")

    page.get_by_label("As seen by").select_option(label="Grace Hopper")
    expect(wizard.preview.locator("body")).to_contain_text("Dear Grace, the boats are ready.")
    previews = page.get_by_role("region", name="Previews")
    expect(previews).to_contain_text("Regatta for Grace")
    expect(previews).to_contain_text("Hi Grace, regatta on Saturday from Lake House. Bring water.")
    page.get_by_label("As seen by").select_option(label="Zoë Ōshima")
    expect(wizard.preview.locator("body")).to_contain_text("Dear Zoë, the boats are ready.")


def read_the_log(page):
    page.evaluate("window.unreloaded = true")
    letter = page.get_by_role("row").filter(has_text="Regatta for Grace")
    expect(letter).to_contain_text("Sent")
    expect(letter).to_contain_text("Email")
    expect(letter).to_contain_text("Sandbox")
    expect(letter).to_contain_text("Member: Grace Hopper")
    expect(page.get_by_role("row").filter(has_text="Hi Grace, regatta")).to_contain_text("Sent")
    # Nobody can mail a person without an address, and the log says so rather than nothing.
    skipped = page.get_by_role("row").filter(has_text="Regatta for Ken")
    expect(skipped).to_contain_text("Skipped")
    assert page.evaluate("window.unreloaded"), "the rows turned by loading the page again"

    letter.get_by_role("link", name="View Details").click()
    panel = page.get_by_role("dialog", name="Details")
    expect(panel.get_by_role("heading", name="Regatta for Grace")).to_be_visible()
    content = panel.frame_locator('iframe[title="Content as rendered"]')
    expect(content.locator("body")).to_contain_text("Dear Grace, the boats are ready.")
    attempts = panel.get_by_role("region", name="Attempts")
    expect(attempts).to_contain_text("Sandbox mail")
    expect(attempts).to_contain_text("Accepted")
    expect(attempts).to_contain_text("Kept by the sandbox; nothing left this computer.")
    facts = panel.get_by_role("complementary", name="Facts")
    expect(facts).to_contain_text("Demo Owner")
    expect(facts).to_contain_text("grace.hopper@members.example")
    panel.get_by_text("Plain text", exact=True).click()
    expect(panel.get_by_label("Plain text").last).to_contain_text("Dear Grace, the boats are ready.")
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()


def read_the_sandbox(page):
    page.get_by_role("link", name="Sandbox", exact=True).click()
    page.get_by_role("row").filter(has_text="Regatta for Zoë").get_by_role("link", name="Open").click()
    expect(page.get_by_role("heading", name="Regatta for Zoë")).to_be_visible()
    mail = page.frame_locator('iframe[title="Mail as rendered"]')
    expect(mail.locator("body")).to_contain_text("Dear Zoë, the boats are ready.")
    page.get_by_text("Raw", exact=True).click()
    raw = page.get_by_label("Raw message")
    expect(raw).to_contain_text("MIME-Version: 1.0")
    expect(raw).to_contain_text("multipart/alternative")
    page.get_by_role("link", name="In Send Logs").click()
    expect(page.get_by_role("heading", name="Regatta for Zoë")).to_be_visible()
