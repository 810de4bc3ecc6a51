"""Signing in by browser at a stranger's issuer, with real redirects and cookies: the whole way, and what is refused."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx
import pytest
from fastapi.responses import RedirectResponse
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from shared.auth.browser.cookies import ATTEMPT, ATTEMPTS, Attempt
from shared.auth.browser.place import Place
from shared.db import Database
from shared.sealing import box
from shared.settings import Settings
from tests.shared.browser.doors import ADDRESS, COOKIE, KEY, browsing, cookie_of, path_of, product, returning
from tests.shared.browser.oidc import Issuer


async def test_who_opens_a_page_signs_in_and_is_there(browser: httpx.AsyncClient) -> None:
    arrived = await browser.get("/shared/desk?q=Mộc Châu&after=1")

    assert (arrived.status_code, arrived.json()) == (200, "Mai")
    assert dict(arrived.url.params) == {"q": "Mộc Châu", "after": "1"}


@pytest.mark.parametrize("way", ["client_secret_basic", "client_secret_post"])
async def test_a_client_with_a_secret_proves_itself_as_the_issuer_wants(
    browser: httpx.AsyncClient, stranger: Issuer, way: str
) -> None:
    stranger.way = way

    assert (await browser.get("/shared/desk")).json() == "Mai"


async def test_two_tabs_that_sign_in_at_once_both_arrive(browser: httpx.AsyncClient) -> None:
    first, second = await returning(browser, "/shared/desk?tab=1"), await returning(browser, "/shared/desk?tab=2")

    arrived = [path_of(await browser.get(address)) for address in (first, second)]

    assert arrived == ["/shared/desk?tab=1", "/shared/desk?tab=2"]


async def test_attempts_that_were_never_ended_do_not_pile_up(browser: httpx.AsyncClient) -> None:
    for _ in range(ATTEMPTS + 1):
        await returning(browser)

    assert len(browser.cookies.jar) == 1


async def test_a_browser_that_did_not_begin_is_refused(
    browser: httpx.AsyncClient, abroad: Settings, database: Database
) -> None:
    address = await returning(browser)

    async with browsing(product(abroad, database), ADDRESS) as another:
        with_nothing = await another.get(address)
        await returning(another)
        with_its_own = await another.get(address)

    assert [(answer.status_code, COOKIE in answer.cookies) for answer in (with_nothing, with_its_own)] == [
        (400, False)
    ] * 2
    assert "Đăng nhập chưa thành công" in with_nothing.text
    assert f'href="{ADDRESS}/shared/sign-in"' in with_nothing.text


@pytest.mark.parametrize(
    "change",
    [
        {"state": "another"},
        {"state": ""},
        {"state": "ẹ\0"},
        {"code": "another"},
        {"code": ""},
        {"iss": "https://evil.example"},
        {"code": "", "error": "access_denied"},
    ],
)
async def test_an_answer_that_was_changed_is_refused(browser: httpx.AsyncClient, change: dict[str, str]) -> None:
    address = httpx.URL(await returning(browser)).copy_merge_params(change)

    answer = await browser.get(address)

    assert (answer.status_code, COOKIE in browser.cookies) == (400, False)


async def test_the_same_answer_is_taken_once(browser: httpx.AsyncClient) -> None:
    address = await returning(browser)

    assert [(await browser.get(address)).status_code for _ in range(2)] == [200, 400]


async def test_an_attempt_is_good_for_ten_minutes(browser: httpx.AsyncClient) -> None:
    address = httpx.URL(await returning(browser))
    name = cookie_of(browser, "__Secure-lantoa-sign-in-")
    attempt = Attempt(state=address.params["state"], verifier="v" * 43, onward=ADDRESS).model_dump_json()
    sealed = box([KEY], purpose=ATTEMPT).encrypt_at_time(attempt.encode(), int(time.time()) - 601)
    browser.cookies.clear()
    browser.cookies.set(name, sealed.decode(), path="/shared/sign-in")

    assert (await browser.get(address)).status_code == 400


@pytest.mark.parametrize("change", [{"audience": "portal"}, {"lifetime_s": -60}, {"lifetime_s": -10}])
async def test_a_token_that_is_not_good_here_opens_no_session(
    browser: httpx.AsyncClient, stranger: Issuer, change: dict[str, Any]
) -> None:
    vars(stranger).update(change)

    answer = await browser.get("/shared/desk")

    assert (answer.status_code, COOKIE in browser.cookies) == (400, False)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "https:evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%5Cevil.example/\\",
        "/\t/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "@evil.example",
        ".evil.example",
        "/shared/desk\r\nset-cookie: a=b",
        "/shared/sign-in?next=/",
        "/shared/sign-out",
        f"/{'a' * 2000}",
    ],
)
async def test_nobody_is_sent_elsewhere(browser: httpx.AsyncClient, elsewhere: str) -> None:
    back = await browser.get(await returning(browser, elsewhere), follow_redirects=False)

    assert back.headers["location"] == f"{ADDRESS}/shared/desk"


@examples(max_examples=300, deadline=None)
@given(onward=st.text() | st.from_regex(r"[/\\]{1,3}[\w.@:%?#/\\ ]{0,20}", fullmatch=True))
def test_no_text_at_all_leads_elsewhere(onward: str) -> None:
    found = Place(Settings(_env_file=None, public_url=ADDRESS), "/shared").local(onward)

    location = RedirectResponse(found or f"{ADDRESS}/").headers["location"]
    assert httpx.URL(location).host == "lantoa.example"
    assert location.startswith(f"{ADDRESS}/")
    assert not location.startswith((f"{ADDRESS}//", f"{ADDRESS}/%5C"))


@pytest.mark.parametrize(
    "path", ["/%2F%2Fevil.example", "/..//evil.example", "/shared/desk?next=//evil.example", "/@evil"]
)
async def test_whatever_path_is_followed_it_is_at_our_own_address(browser: httpx.AsyncClient, path: str) -> None:
    back = await browser.get(await returning(browser, path), follow_redirects=False)

    assert back.headers["location"].startswith(f"{ADDRESS}/")


@pytest.mark.parametrize("trouble", [{"away": True}, {"delay_s": 5}], ids=["away", "silent"])
async def test_while_the_issuer_is_away_a_page_says_so_in_time(
    browser: httpx.AsyncClient, stranger: Issuer, trouble: dict[str, Any]
) -> None:
    vars(stranger).update(trouble)
    began = time.monotonic()

    answers = await asyncio.gather(*(browser.get("/shared/sign-in") for _ in range(5)))

    assert time.monotonic() - began < 2.9
    assert {(answer.status_code, answer.headers["retry-after"]) for answer in answers} == {(503, "2")}
    assert "máy chủ đăng nhập không trả lời" in answers[0].text


async def test_who_comes_back_while_the_issuer_is_away_may_load_the_page_again(
    browser: httpx.AsyncClient, stranger: Issuer
) -> None:
    address = await returning(browser)
    stranger.away = True

    refused = await browser.get(address)
    stranger.away = False
    arrived = await browser.get(address)

    assert (refused.status_code, arrived.json()) == (503, "Mai")


async def test_a_refusal_is_a_page_that_loads_nothing(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/shared/sign-in/callback")

    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert '<html lang="vi">' in answer.text
