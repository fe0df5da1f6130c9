"""The rules of who may include whom: layers.py ROOT

Rules are data: a group of files, what none of them may include (or, for the
clock, say), and the reason. Exceptions stand in one table, with theirs.
"""

import pathlib
import re
import sys

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.M)

# (name, which files, which includes are refused, why)
RULES = [
    (
        "lib knows no actors",
        r"lib/",
        r"caf/",
        "the value layer is tested and used without an actor system",
    ),
    (
        "lib knows no sockets, threads or event loops",
        r"lib/",
        r"boost/asio|sys/(socket|epoll|un)\.h|netinet/|arpa/|unistd\.h|poll\.h"
        r"|(thread|mutex|shared_mutex|condition_variable|future|stop_token"
        r"|semaphore|barrier|latch)$|pthread\.h",
        "lib decides, actors act: a decision needs none of them",
    ),
    (
        "only the codec of lib uses Beast",
        r"lib/(?!lungo/http/codec\.cpp$)",
        r"boost/beast",
        "Beast's parser is one implementation, behind one file",
    ),
    (
        "only the broker's folder uses Asio and Beast",
        r"actors/(?!lungo/broker/)",
        r"boost/(asio|beast)",
        "sockets have one home",
    ),
    (
        "installed headers use neither Asio nor Beast",
        r"(lib|actors)/(?!lungo/broker/).*\.hpp$",
        r"boost/(asio|beast)",
        "they cost every user seconds per file",
    ),
    (
        "the broker's folder is private",
        r"(lib|actors)/(?!lungo/broker/)",
        r"lungo/broker/",
        "it is not installed, and nobody but the server starts it",
    ),
    (
        "code of the libraries uses no test and no example",
        r"(lib|actors)/",
        r"(test|examples|doctest)/",
        "dependencies run one way",
    ),
]

# Headers that declare an actor. Others reach it through interfaces.hpp.
ACTOR = re.compile(
    r"lungo/(pipeline|supervisor|connection|\w+_connection|topic_log"
    r"|middleware/\w+|broker/broker)\.hpp$"
)
ACTOR_RULE = "an actor includes no other actor's header"

# (rule, file, include, why)
EXCEPTIONS = [
    (
        "the broker's folder is private",
        r"actors/lungo/server\.cpp$",
        r"lungo/broker/",
        "the server wires all actors",
    ),
    (
        ACTOR_RULE,
        r"actors/lungo/server\.(hpp|cpp)$",
        r"",
        "the server wires all actors",
    ),
    (
        ACTOR_RULE,
        r"actors/lungo/(sse|websocket|stream)_connection\.hpp$",
        r"lungo/stateful_connection\.hpp$",
        "what they are made of",
    ),
    (
        ACTOR_RULE,
        r"actors/lungo/stateful_connection\.hpp$",
        r"lungo/connection\.hpp$",
        "their base class",
    ),
    (
        ACTOR_RULE,
        r"actors/lungo/connection_topics\.cpp$",
        r"lungo/connection\.hpp$",
        "that part of it which reads topics",
    ),
    (
        ACTOR_RULE,
        r"actors/lungo/topics\.cpp$",
        r"lungo/topic_log\.hpp$",
        "it starts that actor, and starts it anew",
    ),
    (
        ACTOR_RULE,
        r"actors/lungo/stream_file\.hpp$",
        r"lungo/stream_connection\.hpp$",
        "a file is a streamed body",
    ),
]

# Points in time may be passed in; asking for the present one may not be done.
CLOCK = re.compile(r"\b\w*clock::now\b|\bstd::time\s*\(|\bclock_gettime\b")


def code_of(text):
    """`text` without comments, lines kept."""
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), text, flags=re.S)
    return re.sub(r"//[^\n]*", "", text)


def excepted(rule, path, include):
    return any(
        rule == name and re.match(files, path) and re.match(what, include)
        for name, files, what, _ in EXCEPTIONS
    )


def own_header(path, include):
    return path.rpartition(".")[0] == "actors/" + include.rpartition(".")[0]


def faults_of_include(path, include):
    """(rule, why) of each rule that this include breaks."""
    for name, files, refused, why in RULES:
        if re.match(files, path) and re.match(refused, include):
            yield name, why
    is_actor = path.startswith("actors/") and ACTOR.match(include)
    if is_actor and not own_header(path, include):
        yield ACTOR_RULE, "actors know each other by interfaces.hpp only"


def faults(sources):
    """One line per fault in `sources`, a mapping of path to text."""
    for path, text in sorted(sources.items()):
        code = code_of(text)
        for include in INCLUDE.findall(code):
            yield from (
                f"{path} includes {include}: {name}; {why}"
                for name, why in faults_of_include(path, include)
                if not excepted(name, path, include)
            )
            if path.startswith("lib/") and include.startswith("lungo/"):
                if "lib/" + include not in sources:
                    yield f"{path} includes {include}, which is not in lib"
        if path.startswith("lib/") and (found := CLOCK.search(code)):
            yield f"{path} says {found[0]}: time is given to lib, not asked for"


def sources_under(root):
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for folder in ("lib/lungo", "actors/lungo")
        for path in pathlib.Path(root, folder).rglob("*.[hc]pp")
    }


if __name__ == "__main__":
    found = list(faults(sources_under(sys.argv[1])))
    print(*found, sep="\n")
    sys.exit(1 if found else 0)
