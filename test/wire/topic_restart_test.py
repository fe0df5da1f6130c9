"""A server that dies, or leaves, under many clients that come back."""

import signal
import time

import pytest

from deadline import SLOWNESS, Deadline, scaled
from topic_reader import Course, Crowd, Follower, flood, number, position

CLIENTS = max(60, int(500 / SLOWNESS))
AT_A_TIME = 10
PATIENCE = [scaled(name, 60) for name in [
    "init-timeout", "limits.exchange-timeout", "limits.verdict-timeout"]]


def publish(server, crowd, count, first=0):
    """While the crowd reads."""
    for n in range(first, first + count, AT_A_TIME):
        flood(server, "news", AT_A_TIME, first=n)
        crowd.step()


def life_of(position_text):
    return position(position_text)[0]


class Past:
    """What a client has seen before its server ended."""

    def __init__(self, course):
        self.last_id = course.last_id
        self.events = len(course.events)
        self.gaps = len(course.gaps)


def had_one_gap_and_then_everything(course, past, count):
    """The gap is between the two lives, and each event came once."""
    (gap,) = course.gaps[past.gaps:]
    assert gap["from"] == past.last_id
    assert life_of(gap["to"]) != life_of(past.last_id)
    assert course.numbers[past.events:] == list(range(count))


@pytest.mark.parametrize("which, exit_code", [
    (signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 0)],
    ids=["SIGKILL", "SIGTERM"])
def test_each_client_is_told_of_a_gap_and_gets_every_event_of_the_new_life(
        start, which, exit_code):
    server = start(*PATIENCE, exit_code=exit_code)
    followers = [Follower(server.address, "/topics/news", Course(dense=True))
                 for _ in range(CLIENTS)]
    with Crowd(followers, Deadline(60)) as crowd:
        crowd.until(lambda each: each.course.last_id)
        publish(server, crowd, 50)
        crowd.until(lambda each: each.course.events)
        # Some are ahead of others when it ends.
        publish(server, crowd, 100, first=50)
        server.send_signal(which)
        crowd.until(lambda each: each in crowd.waiting)
        assert server.wait(15) == exit_code
        pasts = [Past(each.course) for each in followers]

        begin = time.monotonic()
        again = start(*PATIENCE, f"--port={server.address[1]}")
        publish(again, crowd, 300)
        crowd.until(lambda each: each.course.has_come_to(299))
        print(f"{CLIENTS} clients had all of it in "
              f"{time.monotonic() - begin:.2f} s")
        for each, past in zip(followers, pasts):
            had_one_gap_and_then_everything(each.course, past, 300)
            assert each.connected == 2
            assert each.clean_ends == (which == signal.SIGTERM)


def test_clients_get_through_several_lives_of_their_server(start):
    server = start(*PATIENCE, exit_code=-9)
    followers = [Follower(server.address, "/topics/news", Course(dense=True))
                 for _ in range(CLIENTS // 5)]
    with Crowd(followers, Deadline(60)) as crowd:
        crowd.until(lambda each: each.course.last_id)
        for life in range(3):
            publish(server, crowd, 50)
            crowd.until(lambda each: each.course.has_come_to(49))
            server.send_signal(signal.SIGKILL)
            assert server.wait(15) == -9
            crowd.until(lambda each: each in crowd.waiting)
            server = start(*PATIENCE, f"--port={server.address[1]}",
                           exit_code=-9 if life < 2 else 0)
            # Who comes back is told, whether there has been an event or not.
            crowd.until(lambda each: len(each.course.gaps) == life + 1)
        publish(server, crowd, 50)
        crowd.until(lambda each: each.course.has_come_to(49))
        for each in followers:
            assert [number(e) for e in each.course.events] == [
                *range(50)] * 4
            assert len(each.course.gaps) == 3


def test_clients_that_are_all_cut_at_once_miss_nothing(start):
    """Nothing is lost where the server goes on: there is no gap."""
    server = start(*PATIENCE)
    followers = [Follower(server.address, "/topics/news", Course(dense=True))
                 for _ in range(CLIENTS // 5)]
    with Crowd(followers, Deadline(60)) as crowd:
        crowd.until(lambda each: each.course.last_id)
        for n in range(5):
            publish(server, crowd, 50, first=n * 100)
            crowd.cut()
            publish(server, crowd, 50, first=n * 100 + 50)
        crowd.until(lambda each: each.course.has_come_to(499))
        for each in followers:
            assert each.course.numbers == list(range(500))
            assert each.course.gaps == []
            assert each.connected >= 2
