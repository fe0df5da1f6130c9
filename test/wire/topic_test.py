"""What readers of topics see: order, ids, resuming, gaps."""

import contextlib
import json

import pytest

from client import request
from topic_reader import (POSITION, Course, Reader, SocketReader, flood, number,
                          position, publish, statistics)
from websocket import opened, text


def data_of(events):
    return [event.data for event in events]


def resumed(server, last_id, topic, count, query="", dense=False):
    """What comes behind that id."""
    with server.connect() as client:
        reader = Reader(client, f"/topics/{topic}{query}",
                        Course(last_id, dense))
        return reader.read(count)


# -- order and ids ------------------------------------------------------------

def test_events_come_in_the_order_of_their_publishing(start):
    server = start()
    with server.connect() as client:
        reader = Reader(client, "/topics/news", Course(dense=True)).begun()
        flood(server, "news", 500)
        flood(server, "news", 500, first=500)
        events = reader.read(1000)
        assert [number(event) for event in events] == list(range(1000))
        assert [position(event.last_id)[1] for event in events] == list(
            range(1, 1001))


def test_every_reader_gets_the_same_events_with_the_same_ids(server):
    with server.connect() as one, server.connect() as other:
        readers = [Reader(client, "/topics/same").begun()
                   for client in (one, other)]
        flood(server, "same", 100)
        first, second = (reader.read(100) for reader in readers)
        assert first == second


def test_an_id_is_of_characters_that_need_no_preflight(server):
    id_ = publish(server, "alphabet", "x")
    assert POSITION.fullmatch(id_)
    assert len(id_) < 128


def test_names_and_texts_of_events_arrive_as_published(server):
    texts = ["", " two\nlines ", "\u00e9\u20ac\U0001f600", "data: x", "{}"]
    with server.connect() as client:
        reader = Reader(client, "/topics/texts").begun()
        ids = [publish(server, "texts", text, event="tick") for text in texts]
        events = reader.read(len(texts))
        assert data_of(events) == texts
        assert {event.type for event in events} == {"tick"}
        assert [event.last_id for event in events] == ids


def test_a_reader_of_the_oldest_begins_with_the_history(server):
    ids = [publish(server, "oldest", str(n)) for n in range(3)]
    with server.connect() as client:
        reader = Reader(client, "/topics/oldest?from=oldest")
        assert [event.last_id for event in reader.read(3)] == ids
        ids.append(publish(server, "oldest", "3"))
        assert reader.read(1)[0].last_id == ids[-1]


def test_several_topics_on_one_connection_come_in_one_order(server):
    with server.connect() as client:
        reader = Reader(client, "/topics/left,right").begun()
        for n in range(50):
            publish(server, "left" if n % 3 else "right", str(n))
        assert data_of(reader.read(50)) == [str(n) for n in range(50)]


def test_one_id_resumes_several_topics(server):
    with server.connect() as client:
        reader = Reader(client, "/topics/a1,a2,a3").begun()
        for n in range(12):
            publish(server, f"a{n % 3 + 1}", str(n))
        live = reader.read(12)
    for at, event in enumerate(live[:-1]):
        behind = live[at + 1:]
        assert resumed(server, event.last_id, "a1,a2,a3",
                       len(behind)) == behind
        assert resumed(server, event.last_id, "a3,a1", 1) == [
            event for event in behind if event.data not in ("1", "4", "7", "10")
        ][:1]


def test_an_event_of_another_name_is_not_for_this_reader(server):
    with server.connect() as client:
        reader = Reader(client, "/topics/named?events=a,message").begun()
        for n, name in enumerate(["a", "b", "message", "c", "a"]):
            publish(server, "named", str(n), event=name)
        publish(server, "named", "5")
        assert data_of(reader.read(4)) == ["0", "2", "4", "5"]


# -- resuming -----------------------------------------------------------------

def test_a_client_that_saw_no_event_resumes_at_where_it_connected(server):
    publish(server, "quiet", "before")
    with server.connect() as client:
        reader = Reader(client, "/topics/quiet")
        block = reader.next()
        assert not block.type
    publish(server, "quiet", "meanwhile")
    publish(server, "quiet", "then")
    assert data_of(resumed(server, block.last_id, "quiet", 2)) == [
        "meanwhile", "then"]


def test_resuming_at_any_id_gives_what_came_behind_it(start):
    server = start()
    with server.connect() as client:
        reader = Reader(client, "/topics/run", Course(dense=True))
        begin = reader.next().last_id
        flood(server, "run", 20)
        live = reader.read(20)
    for at, last_id in enumerate([begin] + [e.last_id for e in live[:-1]]):
        assert resumed(server, last_id, "run", 20 - at, dense=True) == live[at:]


def test_replay_goes_over_into_live_events(server):
    ids = [publish(server, "over", str(n)) for n in range(5)]
    with server.connect() as client:
        reader = Reader(client, "/topics/over", Course(ids[1]))
        assert reader.read(1)[0].last_id == ids[2]
        ids.append(publish(server, "over", "5"))
        assert [event.last_id for event in reader.read(3)] == ids[3:]


@pytest.mark.parametrize("by_header, by_query, behind", [
    (1, None, 2), (None, 1, 2), (2, 0, 3), (0, 2, 1)])
def test_the_header_has_the_say_before_the_query(
        server, by_header, by_query, behind):
    topic = f"say{by_header}{by_query}"
    ids = [publish(server, topic, str(n)) for n in range(4)]
    fields = ([] if by_header is None else
              [("Last-Event-ID", ids[by_header])])
    query = "" if by_query is None else f"?lastEventId={ids[by_query]}"
    with server.connect() as client:
        reader = Reader(client, f"/topics/{topic}{query}", fields=fields)
        assert data_of(reader.read(4 - behind)) == [
            str(n) for n in range(behind, 4)]


def test_a_filter_holds_for_what_is_resumed(server):
    ids = [publish(server, "part", str(n), event="ab"[n % 2])
           for n in range(6)]
    events = resumed(server, ids[0], "part", 3, "?events=b")
    assert data_of(events) == ["1", "3", "5"]


def test_head_starts_no_reader(server):
    publish(server, "head", "x")
    with server.connect() as client:
        before = client.ask_json("/counts")["spawned"]
        head = client.ask("/topics/head?from=oldest", "HEAD").head
        assert head.get("Content-Type") == "text/event-stream"
        assert client.ask_json("/counts")["spawned"] == before
    assert statistics(server, "head")["readers"] == 0


def test_what_is_resumed_passes_the_middleware_of_its_route(server):
    id_ = publish(server, "guarded", "a secret")
    publish(server, "guarded", "another")
    fields = [("Last-Event-ID", id_)]
    for query in ("", "?from=oldest", f"?lastEventId={id_}"):
        answer = server.ask("/guarded/topics/guarded" + query, fields=fields)
        assert answer.status == 401
        assert b"another" not in answer.body
    assert statistics(server, "guarded")["readers"] == 0
    with server.connect() as client:
        reader = Reader(client, "/guarded/topics/guarded", Course(id_),
                        [("Authorization", "Bearer secret")])
        assert data_of(reader.read(1)) == ["another"]


def test_what_is_resumed_has_the_fields_of_the_middleware(start):
    server = start("everywhere")
    id_ = publish(server, "cors", "0")
    publish(server, "cors", "1")
    with server.connect() as client:
        reader = Reader(client, "/topics/cors", Course(id_),
                        [("Origin", "http://elsewhere.example")])
        assert reader.stream.head.get("Access-Control-Allow-Origin") == "*"
        assert data_of(reader.read(1)) == ["1"]


# -- gaps ---------------------------------------------------------------------

FOREIGN = ["0-0", "123456789abc-7", "41", "x", "\u00e9", "-1", "1-2-3",
           "0123-4"]


def gap_of(event):
    assert event.type == "gap", event
    return json.loads(event.data)


@pytest.mark.parametrize("last_id", FOREIGN)
def test_behind_an_id_of_nobody_there_is_a_gap_and_then_all_there_is(
        start, last_id):
    server = start()
    ids = [publish(server, "news", str(n)) for n in range(3)]
    gap, *events = resumed(server, last_id, "news", 4, dense=True)
    epoch, _ = position(ids[0])
    assert gap_of(gap) == {"topic": "news", "from": last_id,
                           "to": f"{epoch}-0"}
    assert [event.last_id for event in events] == ids


def test_an_id_that_is_yet_to_come_is_of_nobody(server):
    epoch, seq = position(publish(server, "future", "0"))
    with server.connect() as client:
        gap, event = client.open_stream(
            "/topics/future",
            [("Last-Event-ID", f"{epoch}-{seq + 1000}")]).read(2)
        assert gap_of(gap)["from"] == f"{epoch}-{seq + 1000}"
        assert event.data == "0"


def test_behind_the_end_of_the_history_there_is_a_gap_that_counts(start):
    server = start()
    with server.connect() as client:
        reader = Reader(client, "/topics/small", Course(dense=True))
        begin = reader.next().last_id
        for n in range(30):
            flood(server, "small", 1, first=n)
            reader.read(1)
        live = reader.course.events
    epoch, _ = position(begin)
    # Ten of them are kept.
    for last_id, missing in [(begin, 20), (live[0].last_id, 19),
                             (live[18].last_id, 1)]:
        gap, *events = resumed(server, last_id, "small", 11, dense=True)
        assert gap_of(gap) == {"topic": "small", "from": last_id,
                               "to": live[19].last_id, "count": missing}
        assert events == live[20:]
    assert resumed(server, live[19].last_id, "small", 10,
                   dense=True) == live[20:]
    counted = statistics(server, "small")
    assert (counted["gaps"], counted["missed"]) == (3, 40)


def test_a_client_that_is_cut_behind_a_gap_is_told_no_second_time(start):
    server = start()
    begin = publish(server, "small", "0")
    flood(server, "small", 30)
    gap, *_ = resumed(server, begin, "small", 2, dense=True)
    first, *_ = resumed(server, gap.last_id, "small", 10, dense=True)
    assert first.type == "message" and number(first) == 20


def test_a_gap_of_one_topic_loses_nothing_of_another(server):
    begin = publish(server, "beside", "begin")
    publish(server, "beside", "0")
    flood(server, "small", 15)
    publish(server, "beside", "1")
    came = resumed(server, begin, "small,beside", 13)
    (gap,) = [event for event in came if event.type == "gap"]
    assert gap_of(gap)["topic"] == "small"
    assert came[0] == gap
    rest = [event.data.strip() for event in came if event.type != "gap"]
    assert rest == ["0", *map(str, range(5, 15)), "1"]


def test_who_is_cut_within_a_gap_of_one_topic_misses_nothing_of_another(
        server):
    """Wherever it is cut, it resumes with what it has not had."""
    begin = publish(server, "within", "begin")
    publish(server, "within", "0")
    flood(server, "small", 15)
    publish(server, "within", "1")
    whole = resumed(server, begin, "small,within", 13)
    expected = [event.data for event in whole if event.type == "message"]
    for cut in range(1, 13):
        course = Course(begin)
        for count in (cut, 13):
            with server.connect() as client:
                reader = Reader(client, "/topics/small,within", course)
                while len(reader.course.events) < min(count, 12):
                    reader.next()
        assert data_of(course.events) == expected


def test_a_client_that_may_not_have_a_gap_is_answered_with_410(start):
    server = start("everywhere")
    id_ = publish(server, "small", "0")
    flood(server, "small", 30)
    with server.connect() as client:
        for last_id in (id_, "0-0", "x"):
            answer = client.ask(
                "/topics/small?on_gap=refuse",
                fields=[("Last-Event-ID", last_id),
                        ("Origin", "http://elsewhere.example")])
            assert answer.status == 410
            assert answer.head.get("Access-Control-Allow-Origin") == "*"
            assert answer.head.get("Content-Type").startswith("text/plain")
            assert b"snapshot" in answer.body
        # The connection goes on, and no actor of a connection is left.
        server.until_connections(0)
        assert client.ask("/health").status == 200
    assert statistics(server, "small")["readers"] == 0


def test_refusing_gaps_refuses_nobody_without_one(server):
    ids = [publish(server, "whole", str(n)) for n in range(3)]
    events = resumed(server, ids[0], "whole", 2, "?on_gap=refuse")
    assert data_of(events) == ["1", "2"]
    with server.connect() as client:
        reader = Reader(client, "/topics/whole?on_gap=refuse").begun()
        publish(server, "whole", "3")
        assert data_of(reader.read(1)) == ["3"]


def test_a_bridge_has_its_place_where_the_gap_would_be(start):
    server = start()
    id_ = publish(server, "small", "0")
    flood(server, "small", 30)
    with server.connect() as client:
        stream = client.open_stream("/topics/small?bridge=all-of-it",
                                    [("Last-Event-ID", id_)])
        snapshot, *events = stream.read(11)
        assert (snapshot.type, snapshot.data) == ("snapshot", "all-of-it")
        assert [number(event) for event in events] == list(range(20, 30))
        assert {event.type for event in events} == {"message"}


# -- WebSockets ---------------------------------------------------------------

def test_an_event_is_a_text_of_json_on_a_websocket(server):
    with opened(server, "/ws/topics/envelope/read") as socket:
        block = json.loads(socket.receive()[1])
        assert block.keys() == {"id"} and POSITION.fullmatch(block["id"])
        ids = [publish(server, "envelope", "a \"text\"\n", event="tick"),
               publish(server, "envelope", {"n": 1})]
        said = [json.loads(socket.receive()[1]) for _ in range(2)]
        assert said == [
            {"topic": "envelope", "id": ids[0], "event": "tick",
             "data": "a \"text\"\n"},
            {"topic": "envelope", "id": ids[1], "event": "message",
             "data": '{"n":1}'}]


def test_a_websocket_resumes_by_its_query(server):
    ids = [publish(server, "again", str(n)) for n in range(6)]
    for at in range(5):
        with opened(server, "/ws/topics/again/read?lastEventId="
                    + ids[at]) as socket:
            reader = SocketReader(socket, Course(ids[at]))
            assert [event.last_id for event in reader.read(5 - at)] == ids[
                at + 1:]


def test_a_websocket_is_told_of_gaps(start):
    server = start()
    id_ = publish(server, "small", "x")
    flood(server, "small", 30)
    with opened(server, "/ws/topics/small/read?lastEventId=" + id_) as socket:
        reader = SocketReader(socket, Course(id_, dense=True))
        gap, *events = reader.read(11)
        assert gap_of(gap)["count"] == 20
        assert [number(event) for event in events] == list(range(20, 30))


def test_who_talks_does_not_hear_itself(server):
    with opened(server, "/ws/topics/talk") as one, opened(
            server, "/ws/topics/talk") as other:
        readers = [SocketReader(socket).begun() for socket in (one, other)]
        one.send(text("of one"))
        assert data_of(readers[1].read(1)) == ["of one"]
        other.send(text("of the other"))
        assert data_of(readers[0].read(1)) == ["of the other"]
        publish(server, "talk", "of a third")
        for reader in readers:
            assert data_of(reader.read(1)) == ["of a third"]


def test_all_transports_see_one_order(server):
    with opened(server, "/ws/topics/both/read") as socket, \
            server.connect() as client:
        readers = [SocketReader(socket).begun(),
                   Reader(client, "/topics/both").begun()]
        flood(server, "both", 200)
        one, other = (reader.read(200) for reader in readers)
        assert one == other


# -- names and numbers of topics ----------------------------------------------

def test_a_reader_of_too_many_topics_or_of_a_bad_name_is_refused(server):
    many = ",".join(f"t{n}" for n in range(101))
    for target, what in [(f"/topics/{many}", b"too many topics"),
                         ("/topics/a%0Ab", b"1 to 200 octets"),
                         ("/topics/" + "x" * 201, b"1 to 200 octets"),
                         ("/topics/%FF", b"UTF-8")]:
        answer = server.ask(target)
        assert answer.status == 400
        assert what in answer.body
    # What was made for those that were fine is read by nobody.
    assert (statistics(server, "t0") or {"readers": 0})["readers"] == 0


# -- the end of a log ---------------------------------------------------------

def test_readers_of_a_log_that_dies_get_a_gap_and_go_on(start):
    server = start()
    with server.connect() as one, server.connect() as other, opened(
            server, "/ws/topics/news/read") as socket:
        readers = [Reader(one, "/topics/news", Course(dense=True)).begun(),
                   Reader(other, "/topics/news,more").begun(),
                   SocketReader(socket, Course(dense=True)).begun()]
        flood(server, "news", 50)
        for reader in readers:
            reader.read(50)
        before = server.counts()
        answer = server.ask("/kill-topics", "POST", body=b"")
        assert answer.body == b"killed"
        gaps = [reader.read(1)[0] for reader in readers]
        for reader, gap in zip(readers, gaps):
            assert gap.type == "gap"
            told = gap_of(gap)
            assert position(told["to"])[0] != position(told["from"])[0]
            assert told["from"] == reader.course.events[-1].last_id
        flood(server, "news", 50, first=50)
        for reader in readers:
            events = reader.read(50 + (reader is readers[1]))
            if reader is readers[1]:
                assert gap_of(events[0])["topic"] in ("news", "more")
                events = events[1:]
            assert [number(event) for event in events] == list(range(50, 100))
        after = server.counts()
        # Nobody was disconnected, and nobody else has come.
        assert after["connections"] == before["connections"] == 3
        assert after["spawned"] == before["spawned"]
    assert statistics(server, "news")["published"] == 50
    assert statistics(server, "small")["published"] == 0


def test_who_comes_while_the_log_dies_reads_its_next_life(start):
    server = start()
    before, after = 5, 15
    for _ in range(5):
        with contextlib.ExitStack() as stack:
            clients = [stack.enter_context(server.connect(8))
                       for _ in range(before + 1 + after)]
            killer = clients.pop()
            for client in clients[:before]:
                client.send(request("/topics/news"))
            killer.send(request("/kill-topics", "POST", body=b""))
            for client in clients[before:]:
                client.send(request("/topics/news"))
            assert killer.read_response().body == b"killed"
            # Sooner than an init may take.
            assert {client.read_head().status for client in clients} == {200}


def test_a_topic_keeps_its_own_limits_in_another_life(start):
    server = start()
    with server.connect() as client:
        Reader(client, "/topics/small").begun()
        server.ask("/kill-topics", "POST", body=b"")
        with server.connect() as other:
            reader = Reader(other, "/topics/small", Course("0-0"))
            reader.begun()
        flood(server, "small", 30)
        assert statistics(server, "small")["events"] == 10


# -- who is there -------------------------------------------------------------

def heard(stream):
    event = stream.read(1)[0]
    return event.type, event.data


def test_a_watcher_hears_of_who_comes_and_goes(server):
    with server.connect() as watching:
        with server.connect() as early:
            Reader(early, "/topics/room?as=early").begun()
            stream = watching.open_stream("/presence/room")
            assert heard(stream) == ("joined", "early 1")
            with opened(server, "/ws/topics/room?as=talker"):
                assert heard(stream) == ("joined", "talker 2")
            assert heard(stream) == ("left", "talker 1")
        assert heard(stream) == ("left", "early 0")


def test_a_reader_that_vanishes_has_left(server):
    with server.connect() as watching, opened(
            server, "/ws/topics/vanishing?as=one") as socket:
        stream = watching.open_stream("/presence/vanishing")
        assert heard(stream) == ("joined", "one 1")
        socket.reset()
        assert heard(stream) == ("left", "one 0")
    assert statistics(server, "vanishing")["readers"] == 0


def test_a_reader_of_several_topics_is_in_each(server):
    with server.connect() as one, server.connect() as other:
        streams = [client.open_stream(f"/presence/{topic}")
                   for client, topic in ((one, "hall"), (other, "yard"))]
        with server.connect() as client:
            Reader(client, "/topics/hall,yard?as=both").begun()
            for stream in streams:
                assert heard(stream) == ("joined", "both 1")
        for stream in streams:
            assert heard(stream) == ("left", "both 0")


def test_a_watcher_hears_of_a_log_that_dies_and_of_its_next_life(start):
    server = start()
    with server.connect() as watching, server.connect() as client, \
            server.connect() as late:
        reader = Reader(client, "/topics/room?as=one").begun()
        stream = watching.open_stream("/presence/room")
        assert heard(stream) == ("joined", "one 1")
        for _ in range(2):
            server.ask("/kill-topics", "POST", body=b"")
            assert heard(stream) == ("left", "one 0")
            assert heard(stream) == ("joined", "one 1")
            assert reader.read(1)[0].type == "gap"
        Reader(late, "/topics/room?as=another")
        assert heard(stream) == ("joined", "another 2")
