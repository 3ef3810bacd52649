#!/bin/sh
# Boots a systemd of its own: process 1 of `unshare --mount --pid --net --ipc --uts --fork` runs this.
# Arguments: a folder that both sides see, the executable under test, the runtime of the tests, and a name for the group
# of processes that all of it belongs to.
set -eu
bed=$1 executable=$2 runtime=$3 group=$4
here=$(cd "$(dirname "$0")" && pwd)

# A group of processes of its own, which this systemd takes for the top of the machine.
if [ "${5:-}" != inside ]; then
  mount --make-rprivate /
  # The machine's /proc is still there, so this is the number by which others know this process.
  read -r pid _ </proc/self/stat
  echo "$pid" >"$bed/pid"
  mkdir "$bed/group"
  mount -t cgroup2 none "$bed/group"
  mkdir "$bed/group/$group"
  echo $$ >"$bed/group/$group/cgroup.procs"
  exec unshare --cgroup -- sh "$here/bed.sh" "$bed" "$executable" "$runtime" "$group" inside
fi
umount "$bed/group"
mount -t cgroup2 none /sys/fs/cgroup
mount -t proc proc /proc
echo bed >/proc/sys/kernel/hostname

# The machine's files as they are, with empty places where this one writes.
mount -t tmpfs -o mode=755 none /run
for place in /var/lib/systemd /var/log /etc/systemd/system /etc/systemd/user /home; do
  [ ! -d "$place" ] || mount -t tmpfs -o mode=755 none "$place"
done
{
  grep -v '^me:' /etc/passwd
  echo 'me:x:1717:1717:Me:/home/me:/bin/sh'
} >/run/passwd
{
  grep -v '^me:' /etc/group
  echo 'me:x:1717:'
} >/run/group
mount --bind /run/passwd /etc/passwd
mount --bind /run/group /etc/group
echo b0000000000000000000000000000bed >/run/machine-id
[ ! -e /etc/machine-id ] || mount --bind /run/machine-id /etc/machine-id

# A home as people have it, private, with the program where an installer puts it.
mkdir /home/me
mount -t tmpfs -o mode=700,uid=1717,gid=1717 none /home/me
mkdir -p /home/me/.local/bin
cp "$executable" /home/me/.local/bin/openclaw
chmod 755 /home/me/.local/bin/openclaw
chown -R 1717:1717 /home/me

mkdir -p /run/bed /run/files /run/systemd/system /var/lib/systemd/linger
cp "$here"/units/* /run/bed/
touch /run/runtime
mount --bind "$runtime" /run/runtime
mount --bind "$bed" /run/files
mount -t tmpfs -o mode=1777 none /tmp

for systemd in /usr/lib/systemd/systemd /lib/systemd/systemd; do [ ! -x $systemd ] || break; done
cd /
exec env -i \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  container=bed \
  SYSTEMD_UNIT_PATH=/run/bed:/etc/systemd/system \
  $systemd --system --unit=bed.target --log-target=journal-or-kmsg --show-status=no
