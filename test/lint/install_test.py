"""What others get: the installed tree, pkg-config, and the subproject."""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import tap

ROOT, BUILD = (pathlib.Path(arg).resolve() for arg in sys.argv[1:3])
MESON, COMPILER = (shlex.split(arg) for arg in sys.argv[3:5])
HERE = pathlib.Path(__file__).resolve().parent
FOLDER = tempfile.TemporaryDirectory()
STAGE = pathlib.Path(FOLDER.name, "stage")


def run(command, **options):
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        **options,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_it_installs():
    run([*MESON, "install", "-C", BUILD, "--no-rebuild", "--destdir", STAGE])


def one(pattern):
    """The one installed path of that name."""
    found = sorted(STAGE.rglob(pattern))
    assert found, f"no {pattern} is installed"
    return found[0]


def includes_of(header):
    return re.findall(r'^#include "(lungo/[^"]+)"', header.read_text(), re.M)


def test_an_installed_header_includes_installed_headers_only():
    root = one("include/lungo").parent
    headers = sorted(root.rglob("*.hpp"))
    assert headers
    missing = [
        f"{header.relative_to(root)} includes {include}"
        for header in headers
        for include in includes_of(header)
        if not (root / include).exists()
    ]
    assert not missing, missing


def test_the_folder_of_the_broker_is_not_installed():
    assert not list(one("include/lungo").rglob("broker"))


def pkg_config(*args):
    env = os.environ | {
        "PKG_CONFIG_PATH": str(one("lungo.pc").parent),
        "PKG_CONFIG_SYSROOT_DIR": str(STAGE),
    }
    return run(["pkg-config", *args], env=env).split()


def program_works(source, package):
    program = pathlib.Path(FOLDER.name, source).with_suffix("")
    flags = pkg_config("--cflags", "--libs", package)
    run([*COMPILER, HERE / source, "-O0", "-o", program, *flags])
    libraries = one("liblungo.*").parent
    run([program], env=os.environ | {"LD_LIBRARY_PATH": str(libraries)})


def test_a_program_builds_with_the_package_lungo():
    program_works("outside_lib.cpp", "lungo")


def test_a_program_builds_with_the_package_lungo_actors():
    program_works("outside_actors.cpp", "lungo-actors")


def test_liblungo_does_not_need_CAF():
    needed = run(["readelf", "--dynamic", "--wide", one("liblungo.so")])
    assert "NEEDED" in needed
    assert not re.search(r"NEEDED.*caf", needed), needed


def test_it_is_a_subproject():
    """Set up, and one file compiled: the rest is compiled as here."""
    outer = pathlib.Path(FOLDER.name, "outer")
    (outer / "subprojects").mkdir(parents=True)
    (outer / "subprojects" / "lungo").symlink_to(ROOT)
    (outer / "main.cpp").symlink_to(HERE / "outside_lib.cpp")
    (outer / "meson.build").write_text(
        "project('outer', 'cpp', default_options: 'cpp_std=c++20')\n"
        "lungo = dependency('lungo', fallback: 'lungo')\n"
        "executable('main', 'main.cpp', dependencies: lungo)\n"
    )
    run([*MESON, "setup", outer / "build", outer], env=with_compiler())
    run(["ninja", "-C", outer / "build", "main.p/main.cpp.o"])


def with_compiler():
    return os.environ | {"CXX": shlex.join(COMPILER)}


if __name__ == "__main__":
    tap.main(globals())
