"""The table says what was measured, and no more."""

import pathlib
import tempfile

import tap
from table import rounds, samples, scenarios, servers, text


def row(*bars, scale=1):
    return scenarios.Row("CPU", "cpu", *bars, scale=scale)


def line(a_row, **figures):
    """The cells behind the label, of servers with the figures of each round."""
    measured = {name: [{"cpu": value} for value in values]
                for name, values in figures.items()}
    return text.line_of(a_row, list(figures), measured)[1:]


def test_a_figure_is_the_median_of_its_rounds():
    assert line(row(scale=2), floor=[1, 9, 2])[0] == "4.00"


def test_a_ratio_is_taken_round_by_round():
    # The second round was slow for all, and the third for one.
    cells = line(row(("floor", 2)), floor=[1, 10, 4], lungo=[2, 20, 4])
    assert cells[2] == "2.00"
    assert cells[-1] == "meets 2 x floor (1.00 to 2.00)"


def test_a_bar_that_is_missed_says_so():
    cells = line(row(("floor", 1.5)), floor=[1], lungo=[2])
    assert cells[-1] == "MISSES 1.5 x floor"


def test_a_row_may_have_two_bars():
    cells = line(row(("floor", 3), (None, 1)), floor=[1], lungo=[2])
    assert cells[-1] == "meets 3 x floor; MISSES 1"


def test_no_growth_meets_a_bar_of_none():
    bar = row((None, 0))
    assert line(bar, floor=[0], lungo=[0])[-1] == "meets 0"
    assert line(bar, floor=[0], lungo=[1])[-1] == "MISSES 0"


def test_a_bar_of_a_server_that_did_not_run_says_nothing():
    assert line(row(("go", 1)), floor=[1], lungo=[2])[-1] == ""
    assert line(row(("floor", 1), (None, 1)), floor=[1])[-1] == ""


def test_each_row_has_a_cell_for_each_column():
    cells = line(row(), floor=[1], beast=[1], lungo=[1])
    assert cells == ["1.00", "1.00", "1.00", "1.00", "1.00", ""]
    assert len(line(row(), lungo=[1])) == 1 + len(text.COMPARED) + 1


def test_a_scenario_has_a_name_of_its_own():
    names = [each.name for each in scenarios.all_scenarios(quick=True)]
    assert len(set(names)) == len(names)


def test_another_server_begins_in_each_round():
    programs = [servers.Program(name, []) for name in "abc"]
    one = scenarios.get("")
    begin = [rounds.in_turn(one, programs, n)[0].name for n in range(4)]
    assert begin == ["a", "b", "c", "a"]


def test_a_server_has_only_the_scenarios_that_it_can_serve():
    programs = servers.own(pathlib.Path("."))
    batching = [each for each in programs if each.name == "floor-batch"]
    assert not rounds.in_turn(scenarios.get(""), batching, 0)
    assert rounds.in_turn(scenarios.window(16, ""), batching, 0) == batching


def test_faults_are_told_with_their_place():
    programs = [servers.Program("floor", []), servers.Program("go", [])]
    results = {"fast": {"floor": [{"lost": 0}, {"lost": 2}], "go": [{}]}}
    assert rounds.faults_of(programs, results) == ["fast, floor: 2 lost"]


def peers_of(script):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "some")
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        pathlib.Path(folder, "some.conf").write_text("")
        return servers.peers(pathlib.Path(folder))


def test_a_peer_says_what_it_serves_and_what_the_client_needs():
    [peer] = peers_of("echo get; echo window-1; echo --publish=body")
    assert peer.name == "some"
    assert peer.scenarios == {"get", "window-1"}
    assert peer.load_arguments == ["--publish=body"]


def test_a_peer_that_lacks_what_it_needs_is_left_out():
    assert not peers_of("exit 77")


def test_what_a_peer_fails_it_is_not_asked_again():
    peer = servers.Program("some", ["false"], {"get"}, of_others=True)
    assert rounds.measure_if_able("", [0, 0], scenarios.get(""), peer) is None
    assert not rounds.in_turn(scenarios.get(""), [peer], 1)


# -- profiles -----------------------------------------------------------------

SCRIPT = """
\tffffffff81 tcp_sendmsg+0x10 ([kernel.kallsyms])
\tffffffff82 __x64_sys_sendto+0x20 ([kernel.kallsyms])
\t      3e10 __send+0x57 (/usr/lib/libc.so.6)

\t      9812 malloc+0xa7 (/usr/lib/libc.so.6)
\t      1000 [unknown] ([unknown])

\t      4a10 lungo::outbox::push(frame)+0x1 (/x/liblungo.so.0.1)
"""


def test_a_sample_is_booked_on_the_call_it_is_in():
    stacks = list(samples.stacks_in(SCRIPT.splitlines()))
    assert [samples.spent_on(each) for each in stacks] == [
        "kernel: send", "memory", "our code"]


def test_a_sample_of_no_known_place_is_booked_all_the_same():
    assert samples.spent_on([("do_softirq", "[kernel.kallsyms]")]) \
        == "kernel: other"
    assert samples.spent_on([("memcpy", "/usr/lib/libc.so.6")]) == "other"


def test_each_sample_has_a_row():
    booked = {what for *_, what in samples.CALLS + samples.LIBRARIES}
    assert booked <= set(samples.ROWS)


if __name__ == "__main__":
    tap.main(globals())
