#!/usr/bin/env bash
# Builds the image from build/drydock: docker/build.sh [name:tag]. Needs no registry and no network.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
name=${1:-drydock:latest}
binary=build/drydock
[ -x "$binary" ] || { echo "there is no $binary: run ./dev build first" >&2; exit 1; }

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
cp docker/Dockerfile "$context"
root=$context/rootfs
install -D "$binary" "$root/usr/bin/drydock"
strip "$root/usr/bin/drydock"
mkdir -p "$root/data" "$root/tmp" "$root/etc"
chmod 1777 "$root/tmp"
echo 'root:x:0:0:root:/data:/sbin/nologin' >"$root/etc/passwd"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
# The loader and the shared libraries: glibc's own only, everything else is in the binary.
ldd "$binary" | grep -o '/[^ ]*' | while read -r library; do
  install -D "$(readlink -f "$library")" "$root$library"
done
docker build -q -t "$name" "$context" >/dev/null
docker image inspect --format "$name: {{.Size}} bytes" "$name"
