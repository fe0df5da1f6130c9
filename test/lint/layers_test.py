"""The include rules hold in the tree, and find what they should."""

import sys

import layers
import tap

ROOT = sys.argv[1]


def found(**files):
    """Faults in files given as lib__lungo__error_hpp='included/header'."""
    sources = {
        name.replace("__", "/")[:-4] + "." + name[-3:]: f"#include <{include}>\n"
        for name, include in files.items()
    }
    return list(layers.faults(sources))


def test_the_tree_keeps_the_layers():
    sources = layers.sources_under(ROOT)
    assert sources
    faults = list(layers.faults(sources))
    assert not faults, "\n" + "\n".join(faults)


def test_lib_with_CAF_is_found():
    assert len(found(lib__lungo__error_hpp="caf/all.hpp")) == 1


def test_lib_with_a_thread_or_a_socket_is_found():
    for header in ("thread", "mutex", "boost/asio.hpp", "sys/socket.h"):
        assert found(lib__lungo__error_cpp=header), header


def test_lib_with_a_clock_is_found_but_not_in_a_comment():
    asks = {"lib/lungo/a.cpp": "auto t = std::chrono::steady_clock::now();"}
    tells = {"lib/lungo/a.cpp": "// no steady_clock::now here\n"}
    assert len(list(layers.faults(asks))) == 1
    assert not list(layers.faults(tells))


def test_lib_may_be_given_a_point_in_time():
    given = {"lib/lungo/a.hpp": "void at(std::chrono::steady_clock::time_point);"}
    assert not list(layers.faults(given))


def test_lib_may_use_durations_and_its_own_headers():
    assert not found(lib__lungo__a_hpp="chrono")
    assert not found(lib__lungo__a_hpp="string", lib__lungo__b_cpp="lungo/a.hpp")


def test_lib_with_a_header_of_actors_is_found():
    assert found(lib__lungo__a_cpp="lungo/interfaces.hpp")


def test_Beast_is_for_the_codec_only():
    assert found(lib__lungo__http__router_cpp="boost/beast/http.hpp")
    assert found(lib__lungo__http__codec_hpp="boost/beast/http.hpp")
    assert not found(lib__lungo__http__codec_cpp="boost/beast/http/parser.hpp")


def test_Asio_is_for_the_folder_of_the_broker_only():
    assert found(actors__lungo__server_cpp="boost/asio.hpp")
    assert not found(actors__lungo__broker__broker_hpp="boost/asio.hpp")


def test_a_header_of_the_broker_is_for_the_server_only():
    broker = "lungo/broker/acceptor.hpp"
    assert found(actors__lungo__supervisor_cpp=broker)
    assert found(actors__lungo__server_hpp=broker)
    assert not found(actors__lungo__server_cpp=broker)


def test_an_actor_with_another_actors_header_is_found():
    assert found(actors__lungo__supervisor_cpp="lungo/pipeline.hpp")
    assert found(actors__lungo__broker__session_hpp="lungo/supervisor.hpp")
    assert found(actors__lungo__middleware__cors_cpp="lungo/topic_log.hpp")


def test_an_actor_may_include_its_own_header_and_the_interfaces():
    assert not found(actors__lungo__pipeline_cpp="lungo/pipeline.hpp")
    assert not found(actors__lungo__middleware__cors_cpp="lungo/middleware/cors.hpp")
    assert not found(actors__lungo__pipeline_cpp="lungo/interfaces.hpp")


def test_the_named_exceptions_pass_and_no_others():
    assert not found(actors__lungo__server_cpp="lungo/pipeline.hpp")
    base = "lungo/stateful_connection.hpp"
    assert not found(actors__lungo__sse_connection_hpp=base)
    assert not found(actors__lungo__stateful_connection_hpp="lungo/connection.hpp")
    assert found(actors__lungo__sse_connection_hpp="lungo/connection.hpp")
    assert found(actors__lungo__sse_connection_hpp="lungo/pipeline.hpp")


if __name__ == "__main__":
    tap.main(globals())
