"""`matchflow dashboard` in a real browser, on the deployed stack."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from browser import AXE, LIMIT, browser, dashboard, findings
from devstack.clients.stack import Stack
from devstack.project import ROOT
from devstack.waiting import until
from operating import ACTIONS, FOLDER, dead_purchases, group_of, matchflow, run
from sandbox import Sandbox
from tampering import changed, registered

pytestmark = pytest.mark.usefixtures("once")
HOSTILE = "<img src=x onerror=\"document.title='taken over'\">\x1b[2J\u202eGo"
LARGEST = 300_000  # bytes
NARROW = {"width": 360, "height": 740}
OUTSIDE = """picture => {
  const places = kind => [...picture.querySelectorAll(kind)].map(one => [one.textContent, one.getBoundingClientRect()]);
  const isIn = (one, box) => box.left < one.left && one.right < box.right && box.top < one.top && one.bottom < box.bottom;
  const boxes = places(".box");
  return places("text").filter(([, one]) => !boxes.some(([, box]) => isIn(one, box))).map(([text]) => text);
}"""
UPDATE = 2_500  # milliseconds, longer than from one update to the next


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with dashboard() as address:
        yield address


@pytest.fixture
def page(chromium: Any, address: str) -> Iterator[Any]:
    """The dashboard's first page; at the end it has logged no error and asked no other host."""
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(LIMIT)
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(address)
    yield page
    context.close()
    assert (faults, hosts) == ([], {address.split("/")[2]})


def at(address: str, path: str) -> str:
    return address.split("/?")[0] + path


class Unfollowed(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def answer(url: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str]]:
    try:
        with build_opener(Unfollowed).open(Request(url, method=method, headers=headers)) as given:
            return given.status, dict(given.headers)
    except HTTPError as error:
        return error.code, dict(error.headers)


def test_only_the_operators_own_browser_is_answered(address: str) -> None:
    (status, headers) = answer(address)
    assert (status, headers["location"]) == (303, "/")
    cookie = headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    own = {"Cookie": cookie.split(";")[0]}
    assert answer(at(address, "/"), **own)[0] == 200
    assert answer(at(address, "/"))[0] == 403
    assert answer(at(address, "/?token=guessed"))[0] == 403
    assert answer(at(address, "/"), Host="evil.example", **own)[0] == 421
    assert answer(at(address, "/"), Origin="http://evil.example", **own)[0] == 403
    assert answer(at(address, "/redrive/any"), "POST", Origin=at(address, ""), **own)[0] == 404
    headers = answer(at(address, "/"), **own)[1]
    assert headers["content-security-policy"].startswith("default-src 'none';") and headers["cache-control"] == "no-store"


@pytest.mark.usefixtures("request_id")
def test_the_first_page_shows_how_the_stack_is(page: Any, stack: Stack) -> None:
    page.reload()
    status = matchflow("status", expect=None)
    assert page.locator(".verdict").inner_text().startswith(status["verdict"])
    assert page.locator("table").last.locator("tbody tr").count() == len(stack.queues())
    assert page.locator("svg.picture .name").all_text_contents().count("matching") == 1
    handled = page.locator("table", has_text="last hour").locator("tbody tr")
    assert int(handled.filter(has_text="points").locator("td").first.inner_text()) > 0
    assert len(page.content().encode()) < LARGEST


def test_the_picture_shows_the_age_of_a_queues_records_and_each_text_in_its_box(page: Any, sandbox: Sandbox) -> None:
    sandbox.partner("p", points=1_000)
    sandbox.one("notification.sent", requestId=sandbox.request("aged"))
    page.reload()
    picture = page.locator("svg.picture")
    assert picture.evaluate(OUTSIDE) == []
    texts = picture.locator("text").all_text_contents()
    for queue in ("intake", "partners"):
        name, waiting, pace, age = texts[texts.index(queue) :][:4]
        assert waiting.endswith(("waiting", "hidden")) and pace.endswith(" a second")
        assert re.fullmatch(r"age: half ≤ [\d.]+ m?s, 99 % ≤ [\d.]+ m?s", age), (name, age)


def test_no_page_has_a_finding_and_all_fit_a_narrow_screen(chromium: Any, address: str, sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", points=1_000)
    request = sandbox.request("narrow")
    sandbox.one("points.deducted", requestId=request)
    dead_purchases(sandbox.stack, partner, 1)
    try:
        page = chromium.new_page(viewport=NARROW)
        page.goto(address)
        for path in ("/", "/failures", "/statistics", f"/follow/{request}", f"/partner/{partner}", f"/find?id=no-{sandbox.tag}", "/nothing"):
            page.goto(at(address, path))
            assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, NARROW["width"])
            assert len(page.content().encode()) < LARGEST
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                assert (path, scheme, findings(page)) == (path, scheme, [])
        page.close()
    finally:
        matchflow("drop", partner, "--export", f"{sandbox.tag}.jsonl", "--execute")


def test_a_request_is_found_by_keys_alone_and_leads_to_its_partner(page: Any, sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", points=1_000)
    request = sandbox.request("found")
    sandbox.one("notification.sent", requestId=request)
    sandbox.one("points.deducted", requestId=request)
    until(lambda: matchflow("follow", request)["state"] == "confirmed", "the match is confirmed")
    page.keyboard.press("/")
    page.keyboard.type(request)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/follow/{request}")
    assert page.locator("dd").first.inner_text() == "confirmed"
    drawn = page.locator("svg").first.text_content()
    assert "request.matched at +" in drawn and "points.deducted at +" in drawn
    assert page.locator("svg .box.path").count() == 3  # decided, pending, confirmed
    entry = page.get_by_role("region", name="Entries").locator("tbody td").all_inner_texts()
    assert entry == [partner, "2", "1000", "-100", "900"]
    assert sandbox.phone not in page.content()

    page.get_by_role("link", name=partner).first.press("Enter")
    page.wait_for_url(f"**/partner/{partner}")
    assert page.locator("path.steps").count() == 1
    assert page.get_by_role("region", name="Open matches").get_by_role("link").all_inner_texts() == [request]
    orders = page.get_by_role("region", name="Entries").get_by_role("link")
    assert [text.split("#")[0] for text in orders.all_inner_texts()] == ["match", "purchase"]
    orders.first.click()
    page.wait_for_url("**/follow/match%23*")
    assert page.locator("dd").first.inner_text() == "confirmed"
    page.go_back()
    page.go_back()
    page.wait_for_url(f"**/follow/{request}")
    page.keyboard.press("f")
    page.wait_for_url("**/failures")


def test_a_partners_id_leads_to_the_partner(page: Any, address: str, sandbox: Sandbox) -> None:
    partner = sandbox.partner("sought")
    page.goto(at(address, f"/find?id={partner}"))
    assert page.url == at(address, f"/partner/{partner}")
    page.goto(at(address, f"/find?id={partner[:-1]}"))
    assert page.url == at(address, f"/partner/{partner}")


def test_a_partners_page_says_which_decisions_it_shows(page: Any, address: str, sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", points=1_000)
    sandbox.buy(partner, 50)
    shown = page.get_by_text("Shown: ")
    page.goto(at(address, f"/partner/{partner}"))
    assert shown.count() == 0
    page.goto(at(address, f"/partner/{partner}?before=2"))
    assert shown.inner_text() == "Shown: 1 of 2 decisions, before sequence 2."


def test_a_page_is_updated_while_it_is_seen_and_keeps_what_its_reader_did(page: Any, address: str, sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", points=1_000)
    page.clock.install()
    page.goto(at(address, f"/partner/{partner}"))
    link = page.get_by_role("link", name="Statistics")
    link.focus()
    balance = page.locator("dd", has_text="points at sequence").first
    assert balance.inner_text() == "1000 points at sequence 1"
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => window.isHidden })")

    page.evaluate("window.isHidden = true")
    sandbox.buy(partner, 50)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(10 * UPDATE)
    assert asked == []
    page.evaluate("window.isHidden = false")
    page.clock.run_for(UPDATE)
    page.get_by_text("1050 points at sequence 2").first.wait_for()
    assert len(asked) >= 1
    assert link.evaluate("link => link === document.activeElement")

    page.keyboard.press("p")
    sandbox.buy(partner, 50)
    page.clock.run_for(10 * UPDATE)
    assert page.locator("#stale").inner_text() == "Updates are stopped"
    assert page.get_by_text("1100 points at sequence 3").count() == 0


def test_a_dashboard_that_is_gone_is_said(chromium: Any) -> None:
    page = chromium.new_page()
    with dashboard() as address:
        page.clock.install()
        page.goto(address)
    page.clock.run_for(UPDATE)
    page.wait_for_function("document.getElementById('stale').textContent.startsWith('Not up to date')")
    assert page.locator(".verdict").count() == 1
    page.close()


def test_what_others_wrote_is_shown_and_does_nothing(page: Any, address: str, stack: Stack, sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", points=1_000)
    with changed(stack, "Matching", f"partner#{partner}", "partner", registered(stack, partner, name=HOSTILE)):
        page.goto(at(address, f"/partner/{partner}"))
        name = page.locator("dd").first.inner_text()
        assert name == HOSTILE.replace("\x1b", "\\u{1b}").replace("\u202e", "\\u{202e}")
        assert page.locator("img").count() == 0 and page.title().startswith("Partner p-")
    page.goto(at(address, "/find?id=%3Cimg%20src%3Dx%3E%E2%80%AE"))
    assert page.locator("h1").inner_text() == "Found for <img src=x>\\u{202e}"
    assert page.locator("img").count() == 0


def test_a_group_is_put_back_once_its_id_is_typed(chromium: Any, stack: Stack, sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", points=100)
    purchases = dead_purchases(stack, partner)
    group = group_of("its cause", sandbox)
    with dashboard("--allow-changes") as address:
        page = chromium.new_page()
        page.goto(address)
        page.goto(at(address, "/failures"))
        page.locator(f"#group-{group}").get_by_role("link", name="What putting back would do").click()
        assert f"{len(purchases)}  from points-dead-letters.fifo to points.fifo" in page.locator("pre").inner_text()
        page.get_by_role("textbox", name="Type the group's id").fill("another")
        page.get_by_role("button", name="Put back").click()
        page.get_by_text("Nothing was changed").wait_for()
        assert matchflow("redrive", partner)["moves"] != []

        page.goto(at(address, f"/redrive/{group}"))
        page.get_by_role("textbox", name="Type the group's id").fill(group)
        page.get_by_role("button", name="Put back").click()
        page.wait_for_url(f"**/redrive/{group}/progress")
        page.get_by_text(f"done: {len(purchases)} put back").wait_for()
        assert findings(page) == []
        page.reload()
        page.get_by_text(f"done: {len(purchases)} put back").wait_for()
        journal = page.locator("p code").first.inner_text()
        assert Path(journal).read_text().count('"deleted"') == len(purchases)
        page.close()
    for purchase in purchases:
        sandbox.one("points.credited", purchaseId=purchase)
    assert matchflow("redrive", partner)["moves"] == []
    begun, ended = [line for line in actions() if line["action"] == actions()[-1]["action"]]
    assert begun["command"] == ["dashboard", "redrive", group, "--execute"]
    assert (ended["action"], ended["outcome"]) == (begun["action"], "done")


def test_a_redrive_goes_on_though_its_reader_leaves(stack: Stack, sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", points=100)
    purchases = dead_purchases(stack, partner)
    group = group_of("its cause", sandbox)
    with dashboard("--allow-changes") as address:
        host = at(address, "").removeprefix("http://")
        cookie = answer(address)[1]["set-cookie"].split(";")[0]
        form = f"confirmation={group}"
        head = f"POST /redrive/{group} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\nContent-Length: {len(form)}\r\n\r\n"
        with socket.create_connection((host.split(":")[0], int(host.split(":")[1]))) as reader:
            reader.sendall((head + form).encode())
            until(lambda: ACTIONS.exists() and group in ACTIONS.read_text(), "the redrive has begun")
        assert answer(at(address, f"/redrive/{group}/progress"), Cookie=cookie)[0] == 200
        begun = next(line for line in actions() if group in line.get("command", []))
        until(lambda: any(line["action"] == begun["action"] and line.get("outcome") == "done" for line in actions()), "it has ended")
    for purchase in purchases:
        sandbox.one("points.credited", purchaseId=purchase)
    assert matchflow("redrive", partner)["moves"] == []


def actions() -> list[dict[str, Any]]:
    return [json.loads(line) for line in ACTIONS.read_text().splitlines()]


def test_ten_thousand_decisions_are_shown_a_hundred_at_a_time(page: Any, address: str, stack: Stack, sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", points=1)
    with decisions(stack, partner, 10_000):
        page.goto(at(address, f"/partner/{partner}"))
        rows = page.get_by_role("region", name="Entries").locator("tbody tr")
        assert rows.count() == 100 and len(page.content().encode()) < LARGEST
        assert rows.first.locator("td").first.inner_text() == "10000"
        page.get_by_role("link", name="Older").click()
        page.wait_for_url("**?before=9901")
        assert rows.first.locator("td").first.inner_text() == "9900"


@contextmanager
def decisions(stack: Stack, partner: str, count: int) -> Iterator[None]:
    """As many decisions on an account, stored by hand from the second on, and taken away again."""
    (first,) = stack.history(partner)
    items = [decision(first, partner, sequence) for sequence in range(2, count + 1)]
    try:
        write(stack, [{"PutRequest": {"Item": item}} for item in items])
        yield
    finally:
        write(stack, [{"DeleteRequest": {"Key": {name: item[name] for name in ("pk", "sk")}}} for item in items])


def write(stack: Stack, requests: list[Any]) -> None:
    for begin in range(0, len(requests), 25):
        answer = stack.dynamodb.batch_write_item(RequestItems={stack.table("Ledger"): requests[begin : begin + 25]})
        assert not answer.get("UnprocessedItems")


def decision(first: dict[str, Any], partner: str, sequence: int) -> dict[str, Any]:
    transfer = {"debit": {"S": "platform"}, "credit": {"S": f"partner#{partner}"}, "points": {"N": "1"}}
    return {
        "pk": {"S": f"purchase#{partner}-{sequence}"},
        "sk": {"S": "decision"},
        "partner": {"S": partner},
        "sequence": {"N": str(sequence)},
        "balance": {"N": str(sequence)},
        "transfer": {"M": transfer},
        "decidedAt": {"S": first["decidedAt"]},
    }


def test_what_there_is_not_is_not_found_and_no_part_of_an_export_is_written(page: Any, address: str, sandbox: Sandbox) -> None:
    unknown = f"nothing-{sandbox.tag}"
    cookie = answer(address)[1]["set-cookie"].split(";")[0]
    for path in (f"/follow/{unknown}", f"/partner/{unknown}"):
        assert answer(at(address, path), Cookie=cookie)[0] == 404
    page.goto(at(address, f"/find?id={unknown}"))
    assert page.locator(".verdict").inner_text() == "Nothing has this id, and no id begins with it."
    folder = FOLDER / f"incident-{unknown}"
    assert "Nothing is stored under" in run("dashboard", "--export", str(folder), "--with", unknown, expect=70).stderr
    assert not folder.exists()
    run("dashboard", "--export", str(folder), expect=0)


def test_an_export_is_read_without_scripts(chromium: Any, sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", points=1_000)
    request = sandbox.request("exported")
    sandbox.one("points.deducted", requestId=request)
    folder = FOLDER / f"incident-{sandbox.tag}"
    with dashboard("--export", str(folder), "--with", request, "--with", partner) as first:
        assert first == str(folder / "index.html")
    assert all("<script" not in file.read_text() for file in folder.iterdir())
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{folder}/index.html")
    assert page.locator("svg.picture").count() == 1
    page.get_by_role("link", name="Statistics").click()
    assert page.locator("h1").inner_text() == "Statistics"
    (story,) = folder.glob("follow-*.html")
    page.goto(f"file://{story}")
    page.get_by_role("link", name=partner).first.click()
    assert page.locator("h1").inner_text() == f"Partner {partner}"
    context.close()


def test_a_story_and_a_days_delays_are_written_as_files(chromium: Any, sandbox: Sandbox) -> None:
    sandbox.partner("p", points=1_000)
    request = sandbox.request("written")
    sandbox.one("points.deducted", requestId=request)
    story, chart = FOLDER / f"{request}.html", FOLDER / f"{sandbox.tag}.svg"
    matchflow("follow", request, "--html", str(story))
    matchflow("statistics", "--plot", str(chart))
    page = chromium.new_page()
    page.goto(f"file://{story}")
    assert page.locator("h1").inner_text() == request and page.locator("svg").count() == 2
    page.goto(f"file://{chart}")
    assert page.evaluate("document.documentElement.tagName") == "svg"
    assert page.locator("rect.bar").count() == 12
    page.close()


def test_the_library_in_the_page_is_its_publishers() -> None:
    published = AXE.parents[1] / "idiomorph/dist/idiomorph.min.js"
    ours = ROOT / "tools/matchflow/src/html/assets/idiomorph.min.js"
    assert ours.read_bytes() == published.read_bytes()
    version = json.loads((published.parents[1] / "package.json").read_text())["version"]
    assert re.search(rf"Idiomorph {re.escape(version)} ", Path(ROOT / "tools/matchflow/src/html/document.rs").read_text())
