#!/usr/bin/env bash
# Makes build/drydock_<version>_<architecture>.deb from build/drydock.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
binary=build/drydock
[ -x "$binary" ] || { echo "there is no $binary: run ./dev build first" >&2; exit 1; }
version=$("$binary" --version | grep -o '[0-9][0-9.]*' | head -n 1)
architecture=$(dpkg --print-architecture)
# What of glibc the binary asks for is what it needs; everything else is linked statically.
glibc=$(objdump -T "$binary" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1)

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
install -D "$binary" "$root/usr/bin/drydock"
strip "$root/usr/bin/drydock"
install -Dm644 packaging/drydock.service "$root/lib/systemd/system/drydock.service"
install -Dm644 packaging/default "$root/etc/default/drydock"
install -d "$root/usr/share/man/man1" "$root/DEBIAN"
packaging/man.py "$binary" | gzip -9nc >"$root/usr/share/man/man1/drydock.1.gz"
install -d "$root/usr/share/bash-completion/completions" "$root/usr/share/zsh/vendor-completions" \
  "$root/usr/share/fish/vendor_completions.d"
"$binary" completion bash >"$root/usr/share/bash-completion/completions/drydock"
"$binary" completion zsh >"$root/usr/share/zsh/vendor-completions/_drydock"
"$binary" completion fish >"$root/usr/share/fish/vendor_completions.d/drydock.fish"
echo /etc/default/drydock >"$root/DEBIAN/conffiles"
cat >"$root/DEBIAN/control" <<TEXT
Package: drydock
Version: $version
Architecture: $architecture
Maintainer: Drydock
Depends: libc6 (>= ${glibc#GLIBC_})
Suggests: docker.io | docker-ce, awscli
Section: devel
Priority: optional
Description: Amazon ECS on your own machine
 A local control plane that the unmodified aws CLI, SDKs and deploy tools talk
 to, and that runs tasks and services as containers of this machine's Docker
 engine or on a simulated runtime with a clock that can be turned.
TEXT
cat >"$root/DEBIAN/postinst" <<'TEXT'
#!/bin/sh
set -e
if [ "$1" = configure ] && [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
TEXT
cat >"$root/DEBIAN/prerm" <<'TEXT'
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then systemctl stop drydock.service || true; fi
TEXT
chmod 755 "$root/DEBIAN/postinst" "$root/DEBIAN/prerm"
package=build/drydock_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
echo "$package"
