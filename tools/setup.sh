# Shared by examples/run and test/run; sourced from the top of the tree.
# shellcheck shell=bash

# What one checkout has compiled serves another: names in debug information are
# relative to it. Precompiled headers are told apart by what is in them.
export CCACHE_NOHASHDIR=true CCACHE_SLOPPINESS=pch_defines,time_macros

fail() {
  echo "$*" >&2
  exit 1
}

# Prints the packages of the sets named, for this release.
packages_of() {
  local release
  release=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
  local wanted=" $* "
  local pass set where packages named=" "
  # Lines for this release come first: they replace those for any other.
  for pass in "$release" '*'; do
    while read -r set where packages; do
      [[ $wanted == *" $set "* && $where == "$pass" ]] || continue
      [[ $pass == '*' && $named == *" $set "* ]] && continue
      [[ $pass == '*' ]] || named+="$set "
      echo "$packages"
    done < <(grep -v '^#' tools/packages)
  done
}

# Installs what is missing of the sets named. Touches nothing, and needs no
# rights, where all is there.
need_packages() {
  local package missing=()
  # Elsewhere meson says what it does not find.
  command -v apt-get >/dev/null || return 0
  for package in $(packages_of "$@"); do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null |
      grep -qx installed || missing+=("$package")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  local as_root=()
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null ||
      fail "Missing packages, and neither root nor sudo to install them: ${missing[*]}"
    as_root=(sudo)
  fi
  echo "installing ${missing[*]}" >&2
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq)
  local log
  log=$(mktemp)
  if ! { "${apt[@]}" update &&
    "${apt[@]}" -o Dpkg::Use-Pty=0 install -y --no-install-recommends \
      "${missing[@]}"; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "Could not install: ${missing[*]}"
  fi
  rm -f "$log"
}

# configure FOLDER [OPTION...]: sets a build folder up, or brings an older one
# to these options; nothing is done where it has them.
configure() {
  local folder=$1
  shift
  local done_with=$folder/configured-with mode=() log
  if [[ -e $folder/build.ninja ]]; then
    [[ $(cat "$done_with" 2>/dev/null) != "$*" ]] || return 0
    mode=(--reconfigure)
  fi
  log=$(mktemp)
  if ! meson setup "${mode[@]}" "$folder" "$@" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
  echo "$*" >"$done_with"
}
