/** What is run on a server to see what is there. It changes nothing. */

/** Which snapt, which configuration, which service: the same for all scripts. */
export const FIND = `
folder=$HOME/.config/snapt
usual=$HOME/.local/bin/snapt
program=
for one in "$(command -v snapt 2>/dev/null)" "$usual" /usr/local/bin/snapt /usr/bin/snapt; do
  case $one in
    /*) if [ -z "$program" ] && [ -x "$one" ] && [ ! -d "$one" ]; then program=$one; fi ;;
  esac
done
if [ "$(id -u)" = 0 ]; then whose= scope=--system unitfolder=/etc/systemd/system
else whose=--user scope=--user unitfolder=\${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user
fi
inunit() {
  sed -n "s/^ExecStart=.* --$2 \\"\\([^\\"]*\\)\\".*/\\1/p
    s/^ExecStart=.* --$2 \\([^\\" ][^ ]*\\).*/\\1/p" "$1" 2>/dev/null | head -n 1
}
ask() { "$program" "$@" --config "$config" \${state:+--state "$state"} </dev/null; }
config=
state=
service=none
if [ -f "$unitfolder/snapt.service" ]; then
  service=own
  config=$(inunit "$unitfolder/snapt.service" config)
  state=$(inunit "$unitfolder/snapt.service" state)
elif systemctl is-active --quiet snapt 2>/dev/null; then
  service=machine
  for one in /etc/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
    if [ -z "$config" ]; then config=$(inunit "$one/snapt.service" config); fi
  done
elif [ -f "$HOME/Library/LaunchAgents/local.snapt.plist" ]; then
  service=own
fi
if [ -z "$config" ]; then
  config=$folder/snapt.yaml
  if [ ! -e "$config" ] && [ -n "$program" ] && [ -r /etc/snapt/snapt.yaml ]; then
    config=/etc/snapt/snapt.yaml
  fi
fi
detached() {
  pid=$(head -n 1 "$folder/snapt.pid" 2>/dev/null)
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  kill -0 "$pid" 2>/dev/null || return 1
  # One that has ended and that nobody collects, as in a container without an init, keeps its name.
  case $(ps -p "$pid" -o stat= 2>/dev/null) in Z*) return 1 ;; esac
  case $(ps -p "$pid" -o args= 2>/dev/null || cat "/proc/$pid/cmdline" 2>/dev/null | tr '\\0' ' ') in
    *snapt*) return 0 ;;
  esac
  return 1
}
`;

/** Tells what `server_look.ts` reads. */
export const LOOK = `
say system "$(uname -s)"
say machine "$(uname -m)"
say home "$HOME"
say user "$(id -un)"
say uid "$(id -u)"
set -- \${SSH_CONNECTION-}
say sshPort "\${4-}"
say program "$program"
say config "$config"
say service "$service"
say made "$(cat "$folder/set-up-by-cnapt" 2>/dev/null | tr '\\n' ' ')"
manager=none
case $(uname -s) in
  Darwin) if launchctl print "gui/$(id -u)" >/dev/null 2>&1; then manager=launchd; fi ;;
  *) case $(systemctl $whose is-system-running 2>/dev/null) in
       initializing | starting | running | degraded | maintenance) manager=systemd ;;
     esac ;;
esac
say manager "$manager"
spot=$HOME/.local/bin
while [ ! -e "$spot" ] && [ -n "$spot" ]; do spot=\${spot%/*}; done
if [ -d "$spot" ] && [ -w "$spot" ]; then say locked ""; else say locked "\${spot:-/}"; fi
set -- $(df -Pk "\${spot:-/}" 2>/dev/null | tail -n 1)
say freeKiB "\${4-}"
hasher=
for one in sha256sum shasum openssl; do
  if [ -z "$hasher" ] && command -v $one >/dev/null 2>&1; then hasher=$one; fi
done
say hasher "$hasher"
firewall=
if grep -q '^ENABLED=yes' /etc/ufw/ufw.conf 2>/dev/null; then firewall=ufw
elif systemctl is-active --quiet firewalld 2>/dev/null; then firewall=firewalld
fi
say firewall "$firewall"
running=no
if [ -n "$program" ]; then
  say version "$("$program" --version 2>/dev/null </dev/null | head -n 1)"
  if [ "$service" = machine ] && [ ! -r "$config" ]; then say configState locked
  elif [ ! -e "$config" ]; then say configState missing
  elif checked=$(ask check --json 2>&1); then
    say configState good
    say check "$(printf '%s\\n' "$checked" | grep '^{' | head -n 1)"
    say list "$(ask list --json 2>/dev/null | head -n 1)"
  else
    say configState wrong
    say problem "$(printf '%s\\n' "$checked" | head -n 1 | cut -c1-600)"
  fi
  if ask status --json >/dev/null 2>&1; then running=yes
  elif [ "$service" = own ] && systemctl $whose is-active --quiet snapt 2>/dev/null; then running=yes
  elif [ "$service" = machine ]; then running=yes
  elif detached; then running=yes
  fi
elif [ -e "$config" ]; then say configState unread
else say configState missing
fi
say running "$running"
`;
