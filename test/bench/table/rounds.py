"""Runs the scenarios against the servers, round by round."""

import contextlib
import json
import subprocess
import sys

from .servers import Server, pinned

FAULTS = ["lost", "repeated", "out_of_order", "stalled"]


def run(load, cores, scenarios, programs, rounds):
    """Returns the figures by scenario, server and round. The first core is the
    server's, the others are the client's."""
    results = {}
    for number in range(rounds):
        for scenario in scenarios:
            if scenario.rounds is not None and number >= scenario.rounds:
                continue
            for program in in_turn(scenario, programs, number):
                print(f"round {number + 1} of {rounds}: {scenario.name}, "
                      f"{program.name}", file=sys.stderr)
                figures = measure_if_able(load, cores, scenario, program)
                if figures:
                    results.setdefault(scenario.name, {}).setdefault(
                        program.name, []).append(figures)
    return results


def in_turn(scenario, programs, number):
    """Who serves it; another begins in each round."""
    mine = [each for each in programs if scenario.is_for(each)]
    shift = number % len(mine) if mine else 0
    return mine[shift:] + mine[:shift]


def measure_if_able(load, cores, scenario, program):
    """None of a server of others that fails, which then stays out of the
    scenario. What fails of ours fails the run."""
    try:
        return measure(load, cores, scenario, program)
    except (RuntimeError, subprocess.SubprocessError) as error:
        if not program.of_others:
            raise
        print(f"{program.name} fails: {error}", file=sys.stderr)
        program.scenarios.discard(scenario.name)
        return None


def measure(load, cores, scenario, program, watch=None):
    """`watch` makes a context of the server's process ID, around the load."""
    watch = watch or (lambda process: contextlib.nullcontext())
    with (Server(program, cores[0]) as running,
          watch(running.process.pid)):
        command = [load, *scenario.arguments, *program.load_arguments,
                   f"--threads={len(cores) - 1}", f"--port={running.port}",
                   f"--server={running.process.pid}"]
        done = subprocess.run(pinned(cores[1:], command),
                              stdout=subprocess.PIPE, text=True,
                              timeout=scenario.seconds, check=True)
        return json.loads(done.stdout)


def faults_of(programs, results):
    """Every event that went astray, in any round."""
    found = []
    for scenario, servers in results.items():
        for program in programs:
            for fault in FAULTS:
                count = sum(each.get(fault, 0)
                            for each in servers.get(program.name, []))
                if count:
                    found.append(
                        f"{scenario}, {program.name}: {count:g} {fault}")
    return found
