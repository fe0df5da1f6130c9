"""What the guide shows does what the guide says."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from served import SOURCE, Deadline, served


@pytest.fixture(scope="module")
def first_server():
    with served("docs/snippet_first_server") as server:
        yield server


@pytest.fixture(scope="module")
def middleware():
    with served("docs/snippet_middleware") as server:
        yield server


@pytest.fixture(scope="module")
def sse():
    with served("docs/snippet_sse") as server:
        yield server


@pytest.fixture(autouse=True)
def deadline_of_its_own(request):
    """A server serves many tests; each has its own time."""
    for name in {"first_server", "middleware", "sse"} & set(request.fixturenames):
        request.getfixturevalue(name).deadline = Deadline()


def test_every_snippet_program_is_started_here():
    programs = {f.stem for f in (SOURCE / "docs/snippets").glob("*.cpp")}
    started = set(re.findall(r'served\("docs/snippet_(\w+)"', text_of_this_file()))
    assert programs == started


def text_of_this_file():
    return (SOURCE / "test/docs/snippets_test.py").read_text(encoding="utf-8")


def test_a_server_can_live_in_a_program_of_its_own():
    with served("docs/snippet_embedded"):
        pass


# -- first-server.md ----------------------------------------------------------


def test_a_handler_reads_the_query(first_server):
    assert first_server.ask("/greeting")[1] == "Good morning, you.\n"
    assert first_server.ask("/greeting?name=Ada%21")[1] == "Good morning, Ada!.\n"


def test_a_handler_refuses_by_an_error(first_server):
    assert first_server.ask("/orders", "POST", "tea")[:2] == (201, "ordered: tea")
    status, text, _ = first_server.ask("/orders", "POST", "")
    assert (status, text) == (400, "an order says what is ordered")


def test_a_cookie_is_http_only_and_same_site_lax(first_server):
    status, _, fields = first_server.ask("/tables/7", "PUT")
    assert status == 204
    cookie = fields["Set-Cookie"]
    assert cookie.startswith("table=7;")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_two_stars_are_all_that_is_left(first_server):
    assert first_server.ask("/files/a/b.txt")[1] == "a/b.txt"


def test_a_wrong_method_is_told_the_right_ones(first_server):
    status, _, fields = first_server.ask("/greeting", "POST")
    assert status == 405
    assert fields["Allow"] == "GET, HEAD, OPTIONS"


def test_a_trailing_slash_counts(first_server):
    assert first_server.ask("/greeting/")[0] == 404


def test_a_body_limit_set_in_code_holds(first_server):
    assert first_server.ask("/orders", "POST", "x" * 64 * 1024)[0] == 201
    assert first_server.ask("/orders", "POST", "x" * (64 * 1024 + 1))[0] == 413


def test_the_command_line_wins_over_the_code():
    with served("docs/snippet_first_server", "--limits.body-bytes=3") as server:
        assert server.ask("/orders", "POST", "abcd")[0] == 413


def test_a_handler_that_is_an_actor_has_state(first_server):
    numbers = [first_server.ask("/cups", "POST")[1] for _ in range(3)]
    assert numbers == [f"cup number {n}\n" for n in (1, 2, 3)]


# -- middleware.md ------------------------------------------------------------


def test_enter_answers_instead_of_the_handler(middleware):
    assert middleware.ask("/closed")[:2] == (503, "closed\n")


def test_what_stands_everywhere_reviews_refusals_too(middleware):
    assert int(middleware.ask("/closed")[2]["X-Exchange-Id"]) > 0
    assert int(middleware.ask("/nowhere")[2]["X-Exchange-Id"]) > 0


def test_an_attribute_reaches_the_handler_and_a_shared_actor_has_one_state(
    middleware,
):
    german = {"Accept-Language": "de-DE"}
    assert middleware.ask("/a")[1] == "en, visit 1\n"
    assert middleware.ask("/a", fields=german)[1] == "de, visit 2\n"
    assert middleware.ask("/b")[1] == "en, visit 1\n"


def bearer(token):
    return {"Authorization": f"Bearer {token}", "Origin": "https://cafe.example"}


def test_a_member_gets_the_stream_with_the_fields_of_all(middleware):
    fields = bearer("s3cret-of-anna")
    middleware.read_until("/news", "data: open", fields)
    with middleware.asking("/news", fields=fields) as answer:
        assert answer.status == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        allowed = answer.headers["Access-Control-Allow-Origin"]
        assert allowed == "https://cafe.example"


def test_a_stream_that_was_asked_for_is_refused_by_a_review(middleware):
    status, text, fields = middleware.ask("/news", fields=bearer("s3cret-of-otto"))
    assert (status, text) == (403, "streams are for members\n")
    assert fields["Access-Control-Allow-Origin"] == "https://cafe.example"


def test_a_refusal_without_token_can_be_read_by_the_page(middleware):
    status, _, fields = middleware.ask(
        "/news", fields={"Origin": "https://cafe.example"}
    )
    assert status == 401
    assert fields["WWW-Authenticate"].startswith("Bearer ")
    assert fields["Access-Control-Allow-Origin"] == "https://cafe.example"


def test_a_verdict_may_wait_for_another_actor(middleware):
    assert middleware.ask("/known")[0] == 200


# -- sse.md -------------------------------------------------------------------


def test_what_on_open_pushes_comes_first(sse):
    said = sse.read_until("/clock", "data: 1")
    first = said[2 : said.index("", 2)]
    assert said[:2] == [":", ""]
    assert sorted(first) == ["data: hello", "event: greeting", "retry: 2000"]


def test_close_ends_a_stream_behind_what_was_pushed(sse):
    assert sse.ask("/three")[1].count("data: tick") == 3


def test_a_client_comes_back_to_where_it_was(sse):
    assert "data: line 0" in sse.read_until("/lines", "id: 2")
    again = sse.read_until("/lines", "id: 9", {"Last-Event-ID": "7"})
    assert [x for x in again if x.startswith("id: ")] == ["id: 8", "id: 9"]
    query = sse.read_until("/lines?lastEventId=41", "id: 42")
    assert [x for x in query if x.startswith("id: ")] == ["id: 42"]


def test_an_id_that_is_no_number_starts_anew(sse):
    assert "id: 0" in sse.read_until("/lines", "id: 1", {"Last-Event-ID": "7x"})


def test_a_producer_pushes_as_fast_as_the_client_reads(sse):
    text = sse.ask("/numbers")[1]
    assert re.findall(r"^data: (\d+)$", text, re.M) == [str(n) for n in range(10_000)]


def test_what_is_said_reaches_all_who_listen(sse):
    with ThreadPoolExecutor(3) as pool:
        heard = [pool.submit(sse.read_until, "/said", "data: hi") for _ in range(3)]
        while not all(one.done() for one in heard):
            assert sse.ask("/said", "POST", "hi")[0] == 202
    for one in heard:
        assert "event: said" in one.result()


def test_become_goes_on_with_other_handlers(sse):
    said = sse.read_until("/halves", "data: full time")
    assert said.index("data: half time") < said.index("data: full time")


def test_a_handler_decides_by_the_request(sse):
    assert sse.ask("/time")[1] == "late\n"
    sse.read_until("/time?live", "data: 1")


def test_a_stream_with_options_of_its_own_runs(sse):
    sse.read_until("/prices", "data: hello")


def test_a_connection_with_messages_of_its_own_opens(sse):
    assert sse.read_until("/match", "") == [":", ""]
