"""Runs the scenarios against the servers, round by round."""

import json
import subprocess
import sys

from .servers import Server, pinned

FAULTS = ["lost", "repeated", "out_of_order", "stalled"]


def run(load, cores, scenarios, programs, rounds):
    """Returns the figures by scenario, server and round."""
    results = {}
    for number in range(rounds):
        for scenario in scenarios:
            if scenario.rounds is not None and number >= scenario.rounds:
                continue
            for program in in_turn(scenario, programs, number):
                print(f"round {number + 1} of {rounds}: {scenario.name}, "
                      f"{program.name}", file=sys.stderr)
                figures = measure(load, cores, scenario, program)
                results.setdefault(scenario.name, {}).setdefault(
                    program.name, []).append(figures)
    return results


def in_turn(scenario, programs, number):
    """Who serves it; another begins in each round."""
    mine = [each for each in programs if scenario.is_for(each)]
    shift = number % len(mine) if mine else 0
    return mine[shift:] + mine[:shift]


def measure(load, cores, scenario, program):
    with Server(program, cores[0]) as running:
        command = [load, *scenario.arguments, *program.load_arguments,
                   f"--port={running.port}", f"--server={running.process.pid}"]
        done = subprocess.run(pinned(cores[1], command), stdout=subprocess.PIPE,
                              text=True, timeout=scenario.seconds, check=True)
        return json.loads(done.stdout)


def faults_of(results):
    """Every event that went astray, in any round."""
    found = []
    for scenario, servers in results.items():
        for server, rounds in servers.items():
            for fault in FAULTS:
                count = sum(each.get(fault, 0) for each in rounds)
                if count:
                    found.append(f"{scenario}, {server}: {count:g} {fault}")
    return found
