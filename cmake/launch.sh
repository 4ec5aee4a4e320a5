#!/bin/sh
# Runs the compiler through ccache. A precompiled header is compiled without it, and with the old one out of the way:
# g++ would read the old one again instead of the headers.
previous=
for argument; do
  [ "$argument" = c++-header ] && header=yes
  [ "$previous" = -o ] && output=$argument
  previous=$argument
done
if [ "${header:-}" = yes ]; then
  rm -f "${output:?}"
  exec "$@"
fi
CCACHE_SLOPPINESS=pch_defines,time_macros exec ccache "$@"
