#!/usr/bin/env bash
# Makes the image that the Docker tests use, from the machine's static busybox: no registry is asked.
# drydock-test/busybox:latest has busybox as /bin/<every applet>; the engine is the one at DOCKER_HOST.
set -euo pipefail
image=drydock-test/busybox:latest
if docker image inspect "$image" >/dev/null 2>&1; then exit 0; fi
busybox=$(command -v busybox) || {
  echo "make_images.sh: no busybox (Debian: busybox-static)" >&2
  exit 1
}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/bin" "$root/tmp" "$root/etc" "$root/www"
cp "$busybox" "$root/bin/busybox"
"$busybox" --list | grep -vx busybox | while read -r applet; do ln -s busybox "$root/bin/$applet"; done
echo 'root:x:0:0:root:/:/bin/sh' >"$root/etc/passwd"
echo 'harbour' >"$root/www/index.html"
tar -C "$root" -c . | docker import --change 'ENV PATH=/bin' --change 'CMD ["/bin/sh"]' - "$image" >/dev/null
