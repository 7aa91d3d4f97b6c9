#!/usr/bin/env bash
# Runs a command in a Debian 13 root, on a machine whose libstdc++ is older than libtorch wants (GLIBCXX_3.4.32,
# GCC 13.2): everything else is the machine's own, the clone, the .NET SDK, the NuGet cache and /tmp at the same paths.
#
#   build/debian-root.sh COMMAND ARGUMENT...    in the current folder, which lies in the clone
#   build/debian-root.sh --bind FOLDER ...      shows this folder too (data that a manifest names); may be repeated
#   build/debian-root.sh --can                  ends with 0 where this works, else says what is missing and ends with 3
#
# The tests on libtorch run in it by themselves ('./build.sh Test'). The product does as well:
#
#   ./build.sh TorchEngine                                              # outside: restores, builds
#   build/debian-root.sh ./build.sh Experiment --name NAME              # or: artifacts/bin/Composer.Cli/release/composer run NAME
#
# Needs Linux, root, and 'debootstrap'. The root is made once, in about a minute, and kept in artifacts/debian-root
# (COMPOSER_DEBIAN_ROOT: elsewhere, so that clones share it; COMPOSER_DEBIAN_MIRROR: from another mirror). It is bound
# together in a mount namespace of the command's own: nothing of it is seen outside, nothing is left when it ends.
set -euo pipefail

unset CDPATH
clone="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)"
root="${COMPOSER_DEBIAN_ROOT:-$clone/artifacts/debian-root}"
packages=libstdc++6,libgomp1,libicu76,libssl3t64,procps,openmpi-bin

what_lacks() {
  if [ "$(uname -s)" != Linux ]; then echo "it is for Linux"; return; fi
  if [ "$(id -u)" != 0 ]; then echo "it needs root, for a mount namespace and chroot"; return; fi
  if ! command -v unshare > /dev/null || ! unshare -m true 2> /dev/null; then echo "this machine lets nobody make a mount namespace"; return; fi
  if ! is_made && ! command -v debootstrap > /dev/null; then echo "it needs debootstrap ('apt-get install debootstrap')"; fi
}

is_made() { [ "$(cat "$root/.packages" 2> /dev/null)" = "$packages" ]; }

# Under another name until it is whole: a run that is killed leaves no half root, and the next one begins anew.
make_root() {
  if is_made; then return; fi
  mkdir -p "$(dirname "$root")"
  exec 9> "$root.lock"
  flock 9
  if ! is_made; then
    rm -rf "$root" "$root".new.*
    echo "making a Debian 13 root in $root: once, about a minute" >&2
    if ! debootstrap --variant=minbase --include="$packages" trixie "$root.new.$$" \
        ${COMPOSER_DEBIAN_MIRROR:+"$COMPOSER_DEBIAN_MIRROR"} > "$root.log" 2>&1 9>&-; then
      tail -5 "$root.log" >&2
      echo "debian-root.sh: debootstrap failed; all that it said is in $root.log" >&2
      rm -rf "$root.new.$$"
      exit 1
    fi
    rm -f "$root.new.$$"/var/cache/apt/archives/*.deb
    echo "$packages" > "$root.new.$$/.packages"
    mv -T "$root.new.$$" "$root"
  fi
  exec 9>&-
}

bind() {
  local folder
  for folder in "$@"; do
    if [ -d "$folder" ]; then
      mkdir -p "$root$folder"
      mount --bind "$folder" "$root$folder"
    fi
  done
}

# In the namespace: what the command needs, at the paths that it has outside.
enter() {
  local dotnet sdk
  dotnet="$(command -v dotnet || true)"
  sdk="${DOTNET_ROOT:-}"
  if [ -n "$dotnet" ]; then sdk="$(dirname "$(readlink -f "$dotnet")")"; fi
  mount --rbind /proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  bind /tmp /etc/ssl "$clone" "${HOME:-/root}/.nuget" ${NUGET_PACKAGES:+"$NUGET_PACKAGES"} ${sdk:+"$sdk"} ${folders[@]+"${folders[@]}"}
  if [ -f /etc/resolv.conf ]; then
    touch "$root/etc/resolv.conf"
    mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
  fi
  export DOTNET_ROOT="$sdk" PATH="$sdk:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  exec chroot "$root" /usr/bin/env -C "$PWD" "$@"
}

folders=()
inside=false
while [ $# -gt 0 ]; do
  case "$1" in
    --can)
      lacking="$(what_lacks)"
      if [ -n "$lacking" ]; then echo "$lacking"; exit 3; fi
      exit 0
      ;;
    --bind) folders+=("$(cd "$2" && pwd -P)"); shift 2 ;;
    --inside) inside=true; shift ;;
    *) break ;;
  esac
done
if [ $# = 0 ]; then
  sed -n '2,/^set -e/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
  exit 2
fi
if $inside; then enter "$@"; fi
lacking="$(what_lacks)"
if [ -n "$lacking" ]; then
  echo "debian-root.sh: no Debian 13 root here: $lacking." >&2
  exit 3
fi
make_root
binds=()
for folder in ${folders[@]+"${folders[@]}"}; do binds+=(--bind "$folder"); done
exec unshare -m --propagation private "$clone/build/debian-root.sh" --inside ${binds[@]+"${binds[@]}"} "$@"
