"""What the guide shows does what the guide says."""

import contextlib
import http.client
import json
import re
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from served import SOURCE, Deadline, served
from websocket import CLOSE, Refused, websocket


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


@pytest.fixture(scope="module")
def sockets():
    with served("docs/snippet_websocket") as server:
        yield server


@pytest.fixture(scope="module")
def bodies():
    with served("docs/snippet_streaming") as server:
        yield server


@pytest.fixture(scope="module")
def shutdown():
    with served("docs/snippet_shutdown") as server:
        yield server


@pytest.fixture(scope="module")
def topics():
    with served("docs/snippet_topics") as server:
        yield server


SERVERS = {"first_server", "middleware", "sse", "sockets", "bodies", "shutdown", "topics"}


@pytest.fixture(autouse=True)
def deadline_of_its_own(request):
    """A server serves many tests; each has its own time."""
    for name in SERVERS & set(request.fixturenames):
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


# -- shutdown.md --------------------------------------------------------------


def of_anna():
    return {"Authorization": "Bearer s3cret-of-anna"}


def of_otto():
    return {"Authorization": "Bearer s3cret-of-otto"}


def test_who_is_revoked_loses_all_streams_and_nobody_else(shutdown):
    with contextlib.ExitStack() as stack:
        streams = [
            stack.enter_context(shutdown.asking("/inbox", fields=fields()))
            for fields in (of_anna, of_anna, of_otto)
        ]
        assert shutdown.ask("/session", "POST", fields=of_anna())[0] == 204
        assert shutdown.ask("/session", "DELETE", fields=of_anna())[0] == 204
        for stream in streams[:2]:
            assert "retry" not in stream.read().decode()
        assert shutdown.ask("/session", "DELETE", fields=of_otto())[0] == 204
        streams[2].read()


def test_a_stream_with_an_age_runs(shutdown):
    shutdown.read_until("/ticker", "data: open")


def test_at_the_end_a_stream_says_when_to_come_back():
    with served("docs/snippet_shutdown") as server:
        with server.asking("/ticker") as stream:
            assert stream.readline() == b":\n"
            assert server.leave() == 0
            said = re.findall(r"^retry: (\d+)$", stream.read().decode(), re.M)
    assert len(said) == 1 and 1000 <= int(said[0]) <= 10_000


def test_without_room_an_EventSource_is_told_when_to_come_back():
    with served("docs/snippet_shutdown", "--limits.streams=1") as server:
        with server.asking("/ticker") as first:
            assert first.readline() == b":\n"
            status, text, fields = server.ask("/ticker")
    assert status == 200
    assert fields["Content-Type"] == "text/event-stream"
    assert re.fullmatch(r"retry: \d+\n\n", text)


# -- websocket.md -------------------------------------------------------------


def test_an_echo_comes_back(sockets):
    with websocket(sockets, "/echo") as client:
        client.send("hi")
        assert client.text() == "hi"


def test_a_websocket_has_state_and_refuses_what_it_does_not_take(sockets):
    with websocket(sockets, "/tally") as client:
        assert client.text() == "hello"
        for octets in ("four", "three"):
            client.send(octets)
        assert [client.text(), client.text()] == ["4", "9"]
        client.send(b"\0", opcode=2)
        assert client.closing() == (1003, "text only")


def test_what_is_said_in_a_room_reaches_all_who_are_in(sockets):
    with websocket(sockets, "/room") as one, websocket(sockets, "/room") as two:
        # Not before both are in: each hears itself.
        for client in (one, two):
            client.send("here")
            while client.text() != "here":
                pass
        assert sockets.ask("/room", "POST", "hi")[0] == 202
        for client in (one, two):
            while client.text() != "hi":
                pass


def test_text_of_a_client_is_checked(sockets):
    assert sockets.ask("/room", "POST", b"\xff")[0] == 400


def test_a_websocket_with_messages_of_its_own_takes_them(sockets):
    with websocket(sockets, "/match") as client:
        assert client.text() == "1"


def test_a_code_of_ones_own_reaches_the_client_behind_the_rest(sockets):
    with websocket(sockets, "/word") as client:
        client.send("hi")
        assert client.text() == "hi"
        assert client.closing() == (4001, "one word is enough")


def refusal(server, path, fields):
    with pytest.raises(Refused) as refused:
        with websocket(server, path, fields):
            pass
    return refused.value.status


def test_pages_of_others_are_refused_unless_they_are_named(sockets):
    cafe, other = {"Origin": "https://cafe.example"}, {"Origin": "http://a.example"}
    own = {"Origin": f"http://{sockets.address}"}
    assert refusal(sockets, "/echo", cafe) == 403
    assert refusal(sockets, "/guests", other) == 403
    for path, fields in (("/guests", cafe), ("/guests", own), ("/echo", own)):
        with websocket(sockets, path, fields):
            pass


def test_origins_are_a_list_on_the_command_line():
    origins = '--websocket.origins=["https://a.example", "https://b.example"]'
    with served("docs/snippet_websocket", origins) as server:
        for name in "ab":
            with websocket(server, "/echo", {"Origin": f"https://{name}.example"}):
                pass
        # What a route says is all that counts for it.
        assert refusal(server, "/guests", {"Origin": "https://a.example"}) == 403


def test_origins_stand_in_a_file(tmp_path):
    file = tmp_path / "a.ini"
    file.write_text('[websocket]\norigins = ["https://a.example"]\n')
    with served("docs/snippet_websocket", f"--config-file={file}") as server:
        with websocket(server, "/echo", {"Origin": "https://a.example"}):
            pass


def test_the_best_subprotocol_of_ours_is_chosen(sockets):
    offer = {"Sec-WebSocket-Protocol": "v1.words, v2.words"}
    with websocket(sockets, "/words", offer) as client:
        assert client.fields["Sec-WebSocket-Protocol"] == "v2.words"
        assert client.text() == "v2.words"
    with websocket(sockets, "/words") as client:
        assert "Sec-WebSocket-Protocol" not in client.fields
        assert client.text() == "no words"


def test_compression_is_agreed_on_where_the_route_wants_it(sockets):
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate"}
    with websocket(sockets, "/small", offer) as client:
        agreed = client.fields["Sec-WebSocket-Extensions"]
        assert agreed.startswith("permessage-deflate; server_no_context_takeover")
    with websocket(sockets, "/echo", offer) as client:
        assert "Sec-WebSocket-Extensions" not in client.fields


def test_a_message_over_a_limit_is_a_1009(sockets):
    with websocket(sockets, "/small") as client:
        client.send("x" * 4096)
        assert len(client.text()) == 4096
        client.send("x" * 4097)
        assert client.closing()[0] == 1009
    with websocket(sockets, "/small") as client:
        for fragment in range(5):
            client.send("x", opcode=0 if fragment else 1, final=False)
        assert client.closing()[0] == 1009


def test_what_is_wrong_is_told_with_a_code(sockets):
    with websocket(sockets, "/echo") as client:
        client.send(b"\xff")
        assert client.closing()[0] == 1007
    with websocket(sockets, "/echo") as client:
        client.send("x", opcode=3)
        assert client.closing()[0] == 1002


def test_a_close_is_answered_with_its_code(sockets):
    with websocket(sockets, "/echo") as client:
        client.send((4000).to_bytes(2, "big") + b"bye", opcode=CLOSE)
        assert client.closing() == (4000, "")


def test_a_server_that_leaves_closes_with_1001():
    with served("docs/snippet_websocket") as server:
        with websocket(server, "/echo") as client:
            server.process.terminate()
            assert client.closing()[0] == 1001
            client.send((1001).to_bytes(2, "big"), opcode=CLOSE)
            assert server.process.wait(server.deadline.left()) == 0


def test_what_is_no_handshake_is_told_why(sockets):
    status, text, fields = sockets.ask("/echo")
    assert status == 426 and fields["Upgrade"] == "websocket" and text
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
    assert sockets.ask("/echo", fields=upgrade)[0] == 400
    assert refusal(sockets, "/echo", {"Sec-WebSocket-Version": "8"}) == 426
    assert sockets.ask("/echo", "HEAD", fields=upgrade)[0] == 405


def test_prices_come(sockets):
    with websocket(sockets, "/price") as client:
        assert int(client.text()) < int(client.text())


# -- streaming.md -------------------------------------------------------------


def test_a_body_is_made_line_by_line(bodies):
    status, text, fields = bodies.ask("/lines")
    assert status == 200 and fields["Content-Type"] == "text/plain"
    assert text == "".join(f"line {n}\n" for n in range(1, 1001))
    assert fields["Transfer-Encoding"] == "chunked"
    assert fields["Connection"] == "close"


def test_a_body_of_known_length_says_so(bodies):
    _, text, fields = bodies.ask("/alphabet")
    assert fields["Content-Length"] == "26" and len(text) == 26
    _, text, fields = bodies.ask("/alphabet", "HEAD")
    assert fields["Content-Length"] == "26" and not text


def test_a_body_that_fails_half_way_is_seen_to(bodies):
    with pytest.raises(http.client.IncompleteRead) as seen:
        bodies.ask("/half")
    assert seen.value.partial == b"the first half\n"


def test_a_body_may_come_from_another_actor(bodies):
    assert bodies.ask("/pieces")[1].splitlines()[-1] == "piece 10"


def test_a_file_is_sent_whole(bodies):
    status, text, fields = bodies.ask("/licence")
    assert status == 200 and fields["Content-Type"] == "text/plain"
    assert text.encode() == open(LICENCE, "rb").read()


LICENCE = "/usr/share/common-licenses/BSD"


def test_a_body_is_measured_while_it_comes(bodies):
    for size in (0, 13, 2_000_000):
        body = b"x" * size
        assert bodies.ask("/measure", "POST", body)[1] == f"{size} octets\n"


def files(server):
    return [file.name for file in server.folder.iterdir()]


PNG = {"Content-Type": "image/png"}


def test_a_reader_answers_early_and_undoes_what_is_not_whole(bodies):
    assert bodies.ask("/pictures", "POST", "x")[0] == 400
    assert bodies.ask("/pictures", "POST", "x" * 1_000_001, PNG)[0] == 413
    assert not files(bodies)
    assert bodies.ask("/pictures", "POST", "x" * 10, PNG)[0] == 201
    assert len(files(bodies)) == 1


def test_an_upload_that_is_broken_off_leaves_nothing_behind():
    with served("docs/snippet_streaming") as server:
        address = server.address.split(":")
        with socket.create_connection(address, server.deadline.left()) as client:
            head = f"POST /pictures HTTP/1.1\r\nHost: {server.address}\r\n"
            rest = "Content-Type: image/png\r\nContent-Length: 100\r\n\r\nhalf"
            client.sendall((head + rest).encode())
            while not files(server):
                server.deadline.left()
        while files(server):
            server.deadline.left()


def test_a_body_goes_both_ways(bodies):
    assert bodies.ask("/shout", "POST", "be loud")[1] == "BE LOUD"


def test_a_body_waits_for_an_actor(bodies):
    body = "x" * 300_000
    assert bodies.ask("/store", "POST", body)[1] == "300000 octets are kept\n"


def test_middleware_changes_bodies_both_ways(bodies):
    _, text, fields = bodies.ask("/signed/measure", "POST", "abc")
    assert text == "3 octets\n-- 9 octets\n"
    assert fields["Content-Length"] == str(len(text))
    _, text, fields = bodies.ask("/signed/shout", "POST", "abc")
    assert text == "ABC-- 3 octets\n"
    assert fields["Transfer-Encoding"] == "chunked"


# -- topics.md, resume.md and slow-clients.md ---------------------------------

TILL = {"Authorization": "Bearer s3cret"}


def publish(server, topic, **what):
    status, text, _ = server.ask(f"/topics/{topic}", "POST", json.dumps(what), TILL)
    return status, json.loads(text) if status < 300 else text


def blocks(lines):
    """The events of a stream: each a dictionary of what it says."""
    text = "\n".join(lines).strip("\n")
    made = [
        dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        for block in text.split("\n\n")
    ]
    return [one for one in made if "data" in one]


def data_until(server, path, last, fields=None):
    """The data of all events up to and with `last`."""
    said = server.read_until(path, f"data: {last}", fields)
    return [one["data"] for one in blocks(said)]


def keep_doing(what, until):
    """What a reader that begins now is to hear, it may have missed so far."""
    while not until.done():
        what()
    return until.result()


def test_what_is_published_reaches_who_reads_the_topic(topics):
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(topics.read_until, "/news", "data: it rains")

        def say():
            assert topics.ask("/news", "POST", "it rains")[0] == 202

        said = keep_doing(say, heard)
    assert any(re.fullmatch(r"id: [0-9a-f]+-\d+", line) for line in said)
    assert topics.ask("/news", "POST", b"\xff")[0] == 400


def test_a_position_resumes_by_field_and_by_query(topics):
    ids = [publish(topics, "news", data=f"no. {n}")[1]["id"] for n in range(4)]
    field = {"Last-Event-ID": ids[0]}
    rest = ["no. 1", "no. 2", "no. 3"]
    assert data_until(topics, "/news", "no. 3", field) == rest
    assert data_until(topics, f"/news?lastEventId={ids[1]}", "no. 3") == rest[1:]
    both = data_until(topics, f"/news?lastEventId={ids[0]}", "no. 3", {
        "Last-Event-ID": ids[2]})
    assert both == rest[2:]


def test_an_order_is_taken_once(topics):
    assert topics.ask("/orders/7", "POST", "tea")[:2] == (200, "taken\n")
    assert topics.ask("/orders/7", "POST", "tea")[:2] == (200, "again\n")
    assert topics.ask("/orders/8", "POST", b"\xff")[0] == 400


def test_a_reader_of_two_topics_gets_one_order(topics):
    first = publish(topics, "prices", data="a")[1]["id"]
    publish(topics, "orders", data="b")
    publish(topics, "prices", data="c")
    field = {"Last-Event-ID": first}
    assert data_until(topics, "/desk", "c", field) == ["b", "c"]


def test_a_filter_leaves_out_what_was_not_asked_for(topics):
    here = publish(topics, "prices", data="here")[1]["id"]
    for kind in ("tea", "milk"):
        assert topics.ask(f"/prices/{kind}", "POST")[0] == 202
    publish(topics, "prices", data="other name", event="note", key="tea")
    publish(topics, "prices", data="the end", event="halt", key="tea")
    field = {"Last-Event-ID": here}
    said = data_until(topics, "/kinds?kind=tea", "the end", field)
    assert said == ["tea 3.00", "the end"]


def test_a_topic_may_have_a_filter_of_its_own(topics):
    here = publish(topics, "news", data="here")[1]["id"]
    publish(topics, "prices", data="left out", event="price")
    publish(topics, "news", data="any", event="price")
    publish(topics, "prices", data="the end", event="halt")
    said = data_until(topics, "/digest", "the end", {"Last-Event-ID": here})
    assert said == ["any", "the end"]


def test_who_comes_and_goes_is_published(topics):
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(topics.read_until, "/people", "event: left")

        def visit():
            with topics.asking("/room?as=Ada") as answer:
                assert answer.status == 200

        said = keep_doing(visit, heard)
    assert "event: left" in said


def test_statistics_tell_of_each_topic(topics):
    publish(topics, "counted", data="1")
    assert "counted: 0 readers, 1 published, lag 0" in topics.ask("/statistics")[1]


def test_who_talks_does_not_hear_oneself(topics):
    with websocket(topics, "/talk") as one, websocket(topics, "/talk") as two:
        # Both are told first where they are.
        for client in (one, two):
            assert set(json.loads(client.text())) == {"id"}
        one.send("from one")
        said = json.loads(two.text())
        assert (said["topic"], said["event"]) == ("room", "message")
        assert said["data"] == "from one"
        two.send("from two")
        assert json.loads(one.text())["data"] == "from two"


def test_a_websocket_resumes_by_the_query(topics):
    here = publish(topics, "prices", data="here")[1]["id"]
    publish(topics, "prices", data="missed", event="price")
    with websocket(topics, f"/ws/prices?lastEventId={here}") as client:
        said = json.loads(client.text())
    assert (said["event"], said["data"]) == ("price", "missed")


def test_the_publish_route_answers_as_the_guide_says(topics):
    status, made = publish(topics, "route", data={"cups": 3}, id="order-7")
    assert (status, made["duplicate"]) == (201, False)
    status, again = publish(topics, "route", data={"cups": 3}, id="order-7")
    assert (status, again) == (200, {"id": made["id"], "duplicate": True})
    assert publish(topics, "route", cups=3)[0] == 400
    assert publish(topics, "people", data="x" * 201)[0] == 413
    assert topics.ask("/topics/route", "POST", '{"data": "x"}')[0] == 401


def test_a_new_client_may_get_the_history(topics):
    publish(topics, "news", data="an old story")
    assert "an old story" in data_until(topics, "/news/all", "an old story")


FOREIGN = {"Last-Event-ID": "0-5"}


def test_a_position_of_another_life_is_a_gap(topics):
    last = publish(topics, "news", data="behind the gap")[1]["id"]
    said = blocks(topics.read_until("/news", "data: behind the gap", FOREIGN))
    assert said[0]["event"] == "gap"
    told = json.loads(said[0]["data"])
    assert (told["topic"], told["from"]) == ("news", "0-5")
    assert told["to"].split("-")[0] == last.split("-")[0]
    assert "count" not in told


def test_a_gap_may_be_refused(topics):
    assert topics.ask("/news/strict", fields=FOREIGN)[0] == 410


def test_a_snapshot_takes_the_place_of_the_gap(topics):
    publish(topics, "prices", data="newest")
    said = blocks(topics.read_until("/prices", "data: newest", FOREIGN))
    assert (said[0]["event"], said[0]["data"]) == ("snapshot", '{"tea":3}')
    assert not any(one.get("event") == "gap" for one in said)


def test_who_coalesces_gets_the_newest_of_each_kind(topics):
    here = publish(topics, "prices", data="here")[1]["id"]
    for price in range(5):
        publish(topics, "prices", data=f"tea {price}", key="tea")
        publish(topics, "prices", data=f"milk {price}", key="milk")
    field = {"Last-Event-ID": here}
    said = data_until(topics, "/prices/latest", "milk 4", field)
    assert said == ["tea 4", "milk 4"]


def test_the_client_of_the_guide_resumes(topics):
    guide = (SOURCE / "docs/guide/resume.md").read_text(encoding="utf-8")
    program = re.search(r"^```python\n(.*?)^```$", guide, re.M | re.S)[1]
    client = {}
    exec(program, client)
    publish(topics, "news", data="one")
    address = f"http://{topics.address}/news/all"
    for name, data, position in client["events"](address):
        if data == "one":
            break
    publish(topics, "news", data="two\nlines")
    name, data, position = next(client["events"](address, position))
    assert (name, data) == ("message", "two\nlines")
