#!/bin/sh
# Ends a machine and takes away what it left. Arguments: the folder that both sides saw, the process that booted it, and
# the name of its group of processes.
bed=$1 booted_by=$2 group=$3

# The first process of a namespace takes all others with it.
kill -KILL "$(cat "$bed/pid")" || kill -KILL "$booted_by"

# The group outlives its processes; it is seen where the kernel's tree of groups is.
mkdir -p "$bed/groups"
unshare --mount sh -c '
  mount -t cgroup2 none "$1/groups" && cd "$1/groups" || exit 1
  for _ in $(seq 100); do
    [ -d "$2" ] || exit 0
    find "$2" -depth -type d -exec rmdir {} + && exit 0
    sleep 0.05
  done
  exit 1' sh "$bed" "$group"
rm -rf "$bed"
