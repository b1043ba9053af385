#!/bin/sh
# Installs cnapt and snapt for this user:
#
#   curl -fsSL URL/install.sh | sh
#
# Downloads the archive for this machine, checks its SHA-256 sum, and puts the two programs into
# ~/.local/bin. Environment: CNAPT_VERSION (another version), CNAPT_BIN (another folder),
# CNAPT_BASE (another place: CNAPT_BASE/vVERSION/ has the files).
# `deno task release` fills in what is between the two signs below.
set -eu

base=${CNAPT_BASE:-'@BASE@'}
version=${CNAPT_VERSION:-'@VERSION@'}

fail() {
  echo "Cannot install cnapt: $*" >&2
  exit 1
}

has() {
  command -v "$1" >/dev/null 2>&1
}

# The xz of busybox is another one, which cannot unpack all that xz packs.
has_xz() {
  has xz && xz --version 2>/dev/null | grep -q 'XZ Utils'
}

# fetch URL FILE
fetch() {
  if has curl; then
    curl -fsSL --retry 2 -o "$2" "$1"
  elif has wget; then
    # By itself it would try a broken download twenty times.
    wget -q -t 3 -O "$2" "$1"
  else
    fail "neither curl nor wget is here"
  fi
}

sum_of() {
  if has sha256sum; then
    sha256sum "$1" | cut -d ' ' -f 1
  elif has shasum; then
    shasum -a 256 "$1" | cut -d ' ' -f 1
  else
    fail "neither sha256sum nor shasum is here, so that the download cannot be checked"
  fi
}

platform() {
  system=$(uname -s)
  machine=$(uname -m)
  # A terminal under Rosetta says x86_64 on a Mac that is not.
  if [ "$system" = Darwin ] && [ "$(sysctl -n hw.optional.arm64 2>/dev/null || true)" = 1 ]; then
    machine=arm64
  fi
  case $system in
    Linux) system=linux ;;
    Darwin) system=macos ;;
    *) fail "there is no program for $system; for Windows there is winget, or the zip archive" ;;
  esac
  case $machine in
    x86_64 | amd64) machine=x64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) fail "there is no program for the processor $machine" ;;
  esac
  if [ "$system" = linux ] && ls /lib/ld-musl-* >/dev/null 2>&1 &&
    ! ls /lib*/ld-linux-* >/dev/null 2>&1; then
    fail "the programs need glibc, and this system has musl"
  fi
  echo "$system-$machine"
}

# All of it is in a function, so that a download of this script that breaks off does nothing.
main() {
  case $base$version in
    *@*) fail "this copy does not know from where: take the one of a release, or set CNAPT_BASE and CNAPT_VERSION" ;;
  esac
  if [ -z "${CNAPT_BIN:-}" ]; then
    if [ "$(id -u)" = 0 ]; then
      fail "this is root, and the programs need no root; as another user it works, and CNAPT_BIN=/usr/local/bin installs for all"
    fi
    [ -n "${HOME:-}" ] || fail "HOME is not set; CNAPT_BIN=FOLDER says where to"
  fi
  bin=${CNAPT_BIN:-$HOME/.local/bin}
  # Before a long download, not after it.
  if [ -d "$bin" ] && [ ! -w "$bin" ]; then fail "$bin cannot be written"; fi
  here=$(platform)
  name=cnapt-$version-$here

  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM
  fetch "$base/v$version/SHA256SUMS" "$work/SHA256SUMS" ||
    fail "$base/v$version/SHA256SUMS cannot be downloaded"
  wanted=
  for packing in tar.xz tar.gz; do
    if [ $packing = tar.xz ] && ! has_xz; then continue; fi
    archive=$name.$packing
    wanted=$(awk -v file="$archive" '$2 == file { print $1 }' "$work/SHA256SUMS")
    [ -z "$wanted" ] || break
  done
  [ -n "$wanted" ] || fail "version $version has no archive for $here"
  echo "Downloading $base/v$version/$archive"
  fetch "$base/v$version/$archive" "$work/$archive" ||
    fail "$base/v$version/$archive cannot be downloaded"
  found=$(sum_of "$work/$archive")
  [ "$found" = "$wanted" ] || fail "$archive is not what was published (SHA-256 $found instead of $wanted)"

  case $packing in
    tar.xz) xz -dc "$work/$archive" | tar -xf - -C "$work" ;;
    *) gzip -dc "$work/$archive" | tar -xf - -C "$work" ;;
  esac
  "$work/$name/cnapt" --version >/dev/null || fail "the program does not run on this machine"

  # Beside the old ones first: a program that runs cannot be written, and half of one must not stay.
  mkdir -p "$bin" || fail "the folder $bin cannot be made"
  cp "$work/$name/cnapt" "$bin/.cnapt.new" || fail "$bin cannot be written"
  mv -f "$bin/.cnapt.new" "$bin/cnapt"
  rm -f "$bin/.snapt.new"
  ln "$bin/cnapt" "$bin/.snapt.new" 2>/dev/null || cp "$bin/cnapt" "$bin/.snapt.new"
  mv -f "$bin/.snapt.new" "$bin/snapt"
  rm -f "$bin/.snapt.new"
  echo "Installed $("$bin/cnapt" --version) as $bin/cnapt and $bin/snapt"
  case :$PATH: in
    *":$bin:"*) ;;
    *) echo "$bin is not in PATH: add \`export PATH=\"$bin:\$PATH\"\` to your shell's start file" ;;
  esac
}

main
