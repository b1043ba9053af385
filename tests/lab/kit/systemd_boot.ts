/** What makes a folder a small machine on which systemd is the first process. */

/** What is said when systemd takes orders. */
export const BOOTED = "booted";
/** The ordinary user there. */
export const MACHINE_USER = { name: "lab", id: 1_000, home: "/home/lab" } as const;
/** Whom a service of the machine runs as there. */
export const MACHINE_SERVICE_USER = "snapt";

/** What of `/etc` programs of the system want to find; the rest of it is the machine's own. */
const ETC = "pam.d security login.defs nsswitch.conf dbus-1 alternatives " +
  "ld.so.cache ld.so.conf ld.so.conf.d";
/** All that is started at a boot, except what services need, would touch the real machine. */
const KEPT = "systemd-journald.service systemd-journald.socket systemd-journald-dev-log.socket " +
  "systemd-journal-flush.service dbus.service dbus.socket systemd-logind.service " +
  "systemd-user-sessions.service systemd-tmpfiles-setup.service";

/**
 * Shell for a new mount namespace: takes away what tests that were killed have left of theirs, named
 * `lab-PID-…`, makes a cgroup named `$1` with this process in it, and replaces
 * itself with the second part, in namespaces of its own. `$2` is the folder of the new machine,
 * `$3` the second part, what follows are pairs of a file and where it is seen there.
 */
export const ENTER = `set -e
mount -t tmpfs -o mode=0755 none "$2"
mkdir "$2/cgroups"
mount -t cgroup2 none "$2/cgroups"
for old in "$2"/cgroups/lab-*; do
  pid=\${old##*/lab-}
  if [ -d "$old" ] && [ ! -d "/proc/\${pid%%-*}" ]; then find "$old" -depth -type d -exec rmdir {} +; fi
done
mkdir "$2/cgroups/$1"
echo $$ >"$2/cgroups/$1/cgroup.procs"
umount "$2/cgroups"
rmdir "$2/cgroups"
shift
exec unshare --pid --fork --kill-child --cgroup --uts --ipc --net -- sh -c "$2" boot "$@"`;

/** Shell for a new mount namespace: takes the cgroup `$1` away again, by the empty folder `$2`. */
export const REMOVE_CGROUP = `mount -t cgroup2 none "$2"
if [ -d "$2/$1" ]; then find "$2/$1" -depth -type d -exec rmdir {} +; fi`;

/** The second part. The machine's programs are in it, but nothing that it could change. */
export const BOOT = `set -e
cd "$1"
shift 2
mkdir usr proc sys dev run tmp etc var home root opt srv old
mount --rbind /usr usr
mount -o remount,bind,ro usr
for link in bin sbin lib lib64; do
  if [ -d "/$link" ]; then ln -s "usr/$link" "$link"; fi
done
for file in ${ETC}; do
  if [ -e "/etc/$file" ]; then cp -a "/etc/$file" etc/; fi
done
cat >etc/passwd <<'END'
root:x:0:0:root:/root:/bin/sh
messagebus:x:101:101::/nonexistent:/usr/sbin/nologin
${MACHINE_SERVICE_USER}:x:102:102::/nonexistent:/usr/sbin/nologin
${MACHINE_USER.name}:x:${MACHINE_USER.id}:${MACHINE_USER.id}:lab:${MACHINE_USER.home}:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
END
cat >etc/group <<'END'
root:x:0:
adm:x:4:
tty:x:5:
utmp:x:43:
messagebus:x:101:
${MACHINE_SERVICE_USER}:x:102:
systemd-journal:x:103:
${MACHINE_USER.name}:x:${MACHINE_USER.id}:
nogroup:x:65534:
END
printf '%s:*:1::::::\\n' root ${MACHINE_SERVICE_USER} ${MACHINE_USER.name} >etc/shadow
chmod 0640 etc/shadow
echo 127.0.0.1 localhost >etc/hosts
echo machine >etc/hostname
echo 0123456789abcdef0123456789abcdef >etc/machine-id
mkdir -p var/log/journal var/lib etc/systemd/system opt/bin
ln -s /run var/run
mkdir -m 0750 home/${MACHINE_USER.name}
chown ${MACHINE_USER.id}:${MACHINE_USER.id} home/${MACHINE_USER.name}
for unit in /usr/lib/systemd/system/*.target.wants/*; do
  name=\${unit##*/}
  case " ${KEPT} " in *" $name "*) ;; *) ln -sf /dev/null "etc/systemd/system/$name" ;; esac
done
ln -s /usr/lib/systemd/system/multi-user.target etc/systemd/system/default.target
mkdir etc/systemd/system/multi-user.target.wants
ln -s ../booted.service etc/systemd/system/multi-user.target.wants
cat >etc/systemd/system/booted.service <<'END'
[Unit]
After=dbus.service systemd-logind.service systemd-user-sessions.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo ${BOOTED} >/run/booted'
END
while [ $# -gt 1 ]; do
  touch "./$2"
  mount --bind "$1" "./$2"
  shift 2
done
mount -t proc proc proc
for closed in sys sysrq-trigger; do
  if [ ! -e "proc/$closed" ]; then continue; fi
  mount --bind "proc/$closed" "proc/$closed"
  mount -o remount,bind,ro "proc/$closed"
done
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=0755 none dev
for device in null zero full random urandom tty; do
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs none dev/shm
mount -t tmpfs -o mode=0755 none run
mount -t tmpfs -o mode=1777 none tmp
pivot_root . old
umount -l /old
ip link set lo up
hostname machine
mkfifo /run/booted
cat /run/booted & # ends with the word
exec setpriv --bounding-set -sys_module,-sys_time,-sys_rawio,-syslog \\
  env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
  /lib/systemd/systemd --system --log-target=journal --show-status=no`;
