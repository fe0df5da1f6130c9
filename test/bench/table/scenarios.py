"""The kinds of load, and the rows of the table that each yields."""

import resource

LOAD_SECONDS = 120
# Many readers: the first event of all may take its time.
PATIENT = ["--stall-after-ms=5000"]
# For figures that hardly differ from one round to the next.
STEADY_ROUNDS = 3
KIB = 1 / 1024
MIB = KIB / 1024
MS = 1 / 1000


class Scenario:
    """One kind of load. `rounds` is the most of these that it has."""

    def __init__(self, name, arguments, rows, only=None, rounds=None,
                 seconds=LOAD_SECONDS):
        self.name = name
        self.arguments = arguments
        self.rows = rows
        self.only = only
        self.rounds = rounds
        self.seconds = seconds

    def is_for(self, program):
        return (self.only in (None, program.name)
                and (program.scenarios is None
                     or self.name in program.scenarios))


class Row:
    """One figure. A bar is (server, the most that Lungo may be of it), or
    (None, the most that Lungo may have)."""

    def __init__(self, label, figure, *bars, scale=1):
        self.label = label
        self.figure = figure
        self.bars = bars
        self.scale = scale


def get(length):
    return Scenario(
        "get",
        ["get", "--connections=64", length],
        [
            Row("GET /health, requests/s", "requests_per_s"),
            Row("GET /health, CPU us per request", "cpu_us_per_request",
                ("beast", 1.5), ("go", 1)),
        ],
    )


def window(events, length, *bars):
    label = f"1,000 streams, window {events}"
    return Scenario(
        f"window-{events}",
        ["fanout", "--connections=1000", f"--window={events}", length],
        [
            Row(f"{label}, CPU us per event", "cpu_us_per_event", *bars),
            Row(f"{label}, p99 us", "latency_p99_us"),
        ],
    )


def unbounded(length):
    label = "1,000 streams, as many as are taken"
    return Scenario(
        "unbounded",
        ["fanout", "--connections=1000", "--window=1024", "--at-once=16",
         length, *PATIENT],
        [
            Row(f"{label}, events/s", "events_per_s"),
            Row(f"{label}, CPU us per event", "cpu_us_per_event"),
        ],
        rounds=1,
    )


def paced(length_ms):
    label = "1,000 streams, 10 events/s"
    return Scenario(
        "paced",
        ["paced", "--connections=1000", "--interval-ms=100",
         f"--length-ms={length_ms}"],
        [
            Row(f"{label}, p50 us", "latency_p50_us"),
            Row(f"{label}, p99 us", "latency_p99_us", ("floor", 1.3)),
            Row(f"{label}, ms until all have it, p50", "all_have_it_p50_us",
                ("floor", 1.3), scale=MS),
            Row(f"{label}, ms until all have it, max", "all_have_it_max_us",
                scale=MS),
        ],
    )


def idle(streams):
    label = f"{streams:,} idle streams"
    return Scenario(
        "idle",
        ["idle", f"--connections={streams}", "--length-ms=1000"],
        [
            Row(f"{label}, own KiB each", "anonymous_per_stream", (None, 3),
                scale=KIB),
            Row(f"{label}, setup CPU us each", "setup_cpu_us_per_stream",
                ("floor", 3)),
            Row(f"{label}, setup streams/s", "setup_per_s"),
        ],
        rounds=STEADY_ROUNDS,
    )


def idle_events(streams, seconds):
    label = f"{streams:,} streams, 1 event/s"
    return Scenario(
        "idle-events",
        ["paced", f"--connections={streams}", "--interval-ms=1000",
         f"--length-ms={seconds * 1000}", *PATIENT],
        [
            Row(f"{label}, CPU us per event", "cpu_us_per_event"),
            Row(f"{label}, ms until all have it, p50", "all_have_it_p50_us",
                scale=MS),
            Row(f"{label}, ms until all have it, max", "all_have_it_max_us",
                scale=MS),
        ],
        rounds=1,
    )


def churn(length_ms):
    label = "2,000 connects/s"
    return Scenario(
        "churn",
        ["churn", "--rate=2000", "--rounds=5", f"--length-ms={length_ms}"],
        [
            Row(f"{label}, CPU us each", "cpu_us_per_connect", ("floor", 2)),
            Row(f"{label}, reached", "connects_per_s"),
            Row(f"{label}, growth of own KiB, round 1 to 5",
                "anonymous_growth", (None, 256), scale=KIB),
            Row(f"{label}, growth of descriptors, round 1 to 5",
                "descriptor_growth", (None, 0)),
        ],
        rounds=STEADY_ROUNDS,
    )


def fast(length):
    return Scenario(
        "fast",
        ["fast", "--connections=200", length],
        [
            Row("200 ticking streams, events/s", "events_per_s"),
            Row("200 ticking streams, CPU us per event", "cpu_us_per_event",
                ("floor", 1.6)),
        ],
    )


def soak(length_ms):
    return Scenario(
        "soak",
        ["fast", "--connections=200", f"--length-ms={length_ms}"],
        [
            Row(f"200 ticking streams for {length_ms // 1000} s: own KiB, "
                "first third", "memory_first_third", scale=KIB),
            Row("the same, last third", "memory_last_third", scale=KIB),
            # 64 KiB may be on their way to each stream, in events so small that
            # to hold one takes more than twice its octets.
            Row("the same, peak", "memory_peak", (None, 200 * 64 * 3),
                scale=KIB),
        ],
        only="lungo",
        rounds=1,
    )


def echo(sockets, length, *bars, rounds=None):
    label = f"{sockets:,} WebSockets echoing"
    return Scenario(
        f"echo-{sockets}",
        ["echo", f"--connections={sockets}", "--window=1", length],
        [
            Row(f"{label}, messages/s", "events_per_s"),
            Row(f"{label}, CPU us per message", "cpu_us_per_event", *bars),
            Row(f"{label}, p50 us", "latency_p50_us"),
            Row(f"{label}, p99 us", "latency_p99_us"),
        ],
        rounds=rounds,
    )


def idle_websockets(sockets):
    label = f"{sockets:,} idle WebSockets"
    return Scenario(
        "idle-websockets",
        ["idle_websockets", f"--connections={sockets}", "--length-ms=1000"],
        [
            Row(f"{label}, own KiB each", "anonymous_per_stream", (None, 4.5),
                scale=KIB),
            Row(f"{label}, setup CPU us each", "setup_cpu_us_per_stream"),
        ],
        rounds=1,
    )


def body(direction, mib):
    label = f"{direction} of {mib:,} MiB"
    return Scenario(
        direction,
        [direction, f"--mib={mib}"],
        [
            Row(f"{label}, MiB/s", "mib_per_s"),
            Row(f"{label}, CPU us per MiB", "cpu_us_per_mib"),
            Row(f"{label}, peak resident MiB", "peak_resident", (None, 64),
                scale=MIB),
        ],
        rounds=1,
    )


def topic(readers, events):
    label = f"{readers:,} readers of a topic"
    return Scenario(
        "topic-10000",
        ["topic", f"--connections={readers}", f"--rounds={events}", *PATIENT],
        [
            Row(f"{label}, CPU us per event", "cpu_us_per_event"),
            Row(f"{label}, ms until all have it, p50", "all_have_it_p50_us",
                scale=MS),
            Row(f"{label}, ms until all have it, max", "all_have_it_max_us",
                scale=MS),
            Row(f"{label}, own KiB each", "anonymous_per_stream", scale=KIB),
        ],
        rounds=1,
    )


def slow_readers(readers, silent, mib):
    label = f"{silent} of {readers:,} readers read nothing of {mib} MiB"
    return Scenario(
        "slow-readers",
        ["slow_readers", f"--connections={readers}", f"--silent={silent}",
         f"--mib={mib}", "--event-bytes=16384", "--window=16", *PATIENT],
        [
            Row(f"{label}: others with each event", "complete"),
            Row("the same, cut of those that do not read", "silent_cut"),
            Row("the same, MiB/s to the others", "mib_per_s"),
            Row("the same, CPU us per event", "cpu_us_per_event"),
            # The history, and what is on its way to those who do not read.
            Row("the same, growth to peak resident MiB", "peak_growth",
                (None, 16), scale=MIB),
            Row("the same, growth of own memory, MiB", "anonymous_growth",
                scale=MIB),
            Row("the same, GET /health p50 ms", "health_p50_us", scale=MS),
            Row("the same, GET /health p99 ms", "health_p99_us", scale=MS),
            Row("the same, GET /health max ms", "health_max_us", (None, 50),
                scale=MS),
        ],
        rounds=1,
        # Nearly a thousand times as much is sent.
        seconds=400,
    )


def most_streams():
    """As many as a process may have sockets, in round numbers."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = most == resource.RLIM_INFINITY
    return 10000 if unlimited or most > 10100 else 2000 if most > 2100 else 500


def all_scenarios(quick):
    """In the order of the table: first what has a bar of its own."""
    length_ms = 1000 if quick else 1500
    length = f"--length-ms={length_ms}"
    streams = 1000 if quick else most_streams()
    mib = 128 if quick else 1024
    return [
        window(1, length, ("floor", 1.7), ("beast", 1)),
        window(16, length, ("floor", 1.1)),
        unbounded(length),
        paced(2 * length_ms),
        idle(streams),
        idle_events(streams, 2 if quick else 4),
        fast(length),
        get(length),
        churn(200 if quick else 1000),
        echo(200, length, ("beast", 2)),
        # One round: what it is for is that no message goes astray.
        echo(2000, length, rounds=1),
        idle_websockets(streams),
        topic(streams, 10 if quick else 30),
        slow_readers(1000, 50, 8 if quick else 24),
        body("upload", mib),
        body("download", mib),
        soak(10000 if quick else 25000),
    ]
