"""The first minutes: the link from the terminal, then a password."""

from playwright.sync_api import Page, expect


def test_the_link_signs_in_and_a_password_does_afterwards(page: Page):
    page.goto("/account")
    page.get_by_label("New password").fill("wires-and-discs")
    page.get_by_label("The same again").fill("wires-and-discs")
    page.get_by_role("button", name="password").last.click()
    expect(page.get_by_text("Next time sign in with your name")).to_be_visible()

    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.get_by_label("Name").fill("admin")
    page.get_by_role("textbox", name="Password").fill("wires-and-discs")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Projects")


def test_a_page_that_needs_signing_in_comes_back_after_it(studio, browser):
    context = browser.new_context(base_url=studio.url)
    page = context.new_page()

    page.goto("/jobs")

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to Catenary")
    context.close()
