"""Being signed in in a browser: what the cookie is, who believes it, how it ends, and who may use it."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from shared.auth.browser.cookies import ATTEMPT, SESSION
from shared.db import Database
from shared.sealing import seal
from shared.settings import Settings
from tests.shared.browser.doors import ADDRESS, COOKIE, KEY, alone, browsing, path_of, product, returning
from tests.shared.browser.oidc import Issuer

OLD = "an older key of thirty-two letters and more"


async def test_the_session_is_for_this_service_only_and_ends_with_the_token(browser: httpx.AsyncClient) -> None:
    back = await browser.get(await returning(browser), follow_redirects=False)

    session, forgotten = back.headers.get_list("set-cookie")
    lifetime = re.search(r"Max-Age=(\d+)", session)
    assert lifetime is not None
    assert 890 <= int(lifetime[1]) <= 900
    assert session.startswith(f"{COOKIE}=")
    assert set(session.split("; ")[1:]) == {
        "HttpOnly",
        f"Max-Age={lifetime[1]}",
        "Path=/shared",
        "SameSite=lax",
        "Secure",
    }
    assert forgotten.startswith("__Secure-lantoa-sign-in-")
    assert "Max-Age=0" in forgotten
    assert (back.status_code, back.headers["cache-control"]) == (303, "no-store")


async def test_a_service_that_has_its_host_to_itself_has_the_strictest_cookie(
    abroad: Settings, database: Database
) -> None:
    async with browsing(alone(abroad, database), ADDRESS) as browser:
        arrived = await browser.get("/desk")
        (session,) = browser.cookies.jar

    assert (arrived.json(), session.name, session.path, session.secure) == ("Mai", "__Host-lantoa-session", "/", True)


async def test_in_production_cookies_travel_by_tls_whatever_the_address_says(
    abroad: Settings, database: Database
) -> None:
    misconfigured = abroad.model_copy(update={"env": "production", "public_url": "http://lantoa.example"})

    async with browsing(product(misconfigured, database), "http://lantoa.example") as browser:
        begun = await browser.get("/shared/sign-in", follow_redirects=False)

    assert begun.headers["set-cookie"].startswith("__Secure-lantoa-sign-in-")
    assert begun.headers["set-cookie"].endswith("; Secure")


async def test_neither_cookie_shows_what_it_holds(browser: httpx.AsyncClient, stranger: Issuer) -> None:
    await browser.get("/shared/desk")

    assert stranger.token().split(".")[0] not in str(browser.cookies)


async def test_signing_out_ends_it(browser: httpx.AsyncClient) -> None:
    await browser.get("/shared/desk")

    left = await browser.post("/shared/sign-out", headers={"origin": ADDRESS})

    assert (left.status_code, path_of(left), COOKIE in browser.cookies) == (200, "/shared/sign-out", False)
    assert "Đã đăng xuất" in left.text
    assert path_of(await browser.get("/shared/desk", follow_redirects=False)) == "/shared/sign-in?next=%2Fshared%2Fdesk"


async def test_the_doors_of_rest_know_no_session(browser: httpx.AsyncClient, stranger: Issuer) -> None:
    await browser.get("/shared/desk")
    bearer = {"authorization": f"Bearer {stranger.token()}"}

    by_session = [await browser.get("/shared/v1/me"), await browser.post("/shared/v1/me", headers={"origin": ADDRESS})]

    assert [answer.status_code for answer in by_session] == [401, 401]
    assert (await browser.get("/shared/v1/me", headers=bearer)).json() == "Mai"


async def test_a_page_takes_a_bearer_token_too(browser: httpx.AsyncClient, stranger: Issuer) -> None:
    good, bad = {"authorization": f"Bearer {stranger.token()}"}, {"authorization": "Bearer x.y.z"}

    assert (await browser.post("/shared/desk", headers=good)).json() == "Mai wrote"
    assert (await browser.post("/shared/desk", headers=bad)).status_code == 401


async def test_a_token_that_no_browser_would_keep_is_told(browser: httpx.AsyncClient, stranger: Issuer) -> None:
    stranger.groups = 150

    answer = await browser.get("/shared/desk")

    assert (answer.status_code, COOKIE in browser.cookies) == (502, False)
    assert "Mã đăng nhập quá lớn" in answer.text


async def test_a_usual_token_has_room(browser: httpx.AsyncClient, stranger: Issuer) -> None:
    stranger.groups = 60

    assert len(stranger.token()) > 1800
    assert (await browser.get("/shared/desk")).json() == "Mai"


@pytest.mark.parametrize(
    "sealed",
    [
        lambda token: seal(token, [KEY], purpose=SESSION)[:-6] + "AAAA==",
        lambda token: seal(token, ["the key of somebody else and who knows whose"], purpose=SESSION),
        lambda token: seal(token, [KEY], purpose=ATTEMPT),
        lambda token: token,
        lambda token: "ẹ",
        lambda token: "",
    ],
    ids=["changed", "of another key", "sealed for something else", "not sealed", "no letters", "empty"],
)
async def test_a_session_that_we_did_not_seal_is_none(
    browser: httpx.AsyncClient, stranger: Issuer, sealed: Callable[[str], str]
) -> None:
    cookie = f"{COOKIE}={sealed(stranger.token())}".encode()

    answer = await browser.get("/shared/desk", headers={b"cookie": cookie}, follow_redirects=False)

    assert (answer.status_code, path_of(answer)) == (303, "/shared/sign-in?next=%2Fshared%2Fdesk")


async def test_a_session_outlives_the_change_of_the_key_while_the_older_one_is_named(
    abroad: Settings, database: Database, stranger: Issuer
) -> None:
    rotated = product(abroad.model_copy(update={"secret_key": f"{KEY},{OLD}"}), database)
    forgetful = product(abroad, database)
    cookie = {"cookie": f"{COOKIE}={seal(stranger.token(), [OLD], purpose=SESSION)}"}

    async with browsing(rotated, ADDRESS) as first, browsing(forgetful, ADDRESS) as second:
        kept = await first.get("/shared/desk", headers=cookie, follow_redirects=False)
        ended = await second.get("/shared/desk", headers=cookie, follow_redirects=False)

    assert (kept.status_code, ended.status_code) == (200, 303)


async def test_who_was_signed_in_too_long_is_asked_again_and_comes_back(
    browser: httpx.AsyncClient, stranger: Issuer
) -> None:
    stranger.lifetime_s = -60
    cookie = {"cookie": f"{COOKIE}={seal(stranger.token(), [KEY], purpose=SESSION)}"}

    answer = await browser.get("/shared/desk?id=7", headers=cookie, follow_redirects=False)

    assert (answer.status_code, path_of(answer)) == (303, "/shared/sign-in?next=%2Fshared%2Fdesk%3Fid%3D7")
    assert answer.headers["cache-control"] == "no-store"


async def test_htmx_is_told_to_load_the_page_of_signing_in(browser: httpx.AsyncClient) -> None:
    told = {"hx-request": "true", "hx-current-url": f"{ADDRESS}/shared/desk?id=7", "origin": ADDRESS}

    answer = await browser.post("/shared/desk", headers=told)

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["hx-redirect"] == f"{ADDRESS}/shared/sign-in?next=%2Fshared%2Fdesk%3Fid%3D7"


async def test_a_form_posted_without_a_session_is_refused(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/shared/desk", headers={"origin": ADDRESS})).status_code == 401


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"origin": ADDRESS}, 200),
        ({"sec-fetch-site": "cross-site", "origin": ADDRESS}, 403),
        ({"sec-fetch-site": "same-site", "origin": "https://other.lantoa.example"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "http://lantoa.example"}, 403),
        ({"origin": "null"}, 403),
        ({}, 403),
    ],
)
async def test_only_our_own_pages_change_anything(
    browser: httpx.AsyncClient, told: dict[str, str], status: int
) -> None:
    await browser.get("/shared/desk")

    written = await browser.post("/shared/desk", headers=told)
    left = await browser.post("/shared/sign-out", headers=told)

    assert written.status_code == left.status_code == status
    assert (COOKIE in browser.cookies) == (status == 403)
