/** What is run on a server to set it up, step by step; each step says why it failed. */
import type { ScriptValues } from "./remote_script.ts";
import { type SetUpPlan, USUAL_PORT } from "./server_plan.ts";

const FIRST_UNPRIVILEGED = 1_024;
const LAST_PORT = 65_535;

/** What the set-up needs beside the plan. */
export interface SetUpOrder {
  readonly plan: Extract<SetUpPlan, { kind: "plan" }>;
  /** Of the program that is sent; 0: none is. */
  readonly bytes: number;
  /** Of the program, in hexadecimal. */
  readonly sha256: string;
  readonly sshPort: number;
}

/** The values of `SET_UP`. */
export function setUpValues({ plan, bytes, sha256, sshPort }: SetUpOrder): ScriptValues {
  const { program, newPort, start } = plan;
  return {
    SIZE: program === null ? "" : String(bytes),
    SUM: sha256,
    CONFIG_TEXT: newPort === null ? "" : configText(newPort, sshPort),
    START: start,
  };
}

/**
 * The port of the status endpoint: beside that of SNAPT, since who asked for another port may share
 * the machine with a SNAPT of somebody else, which has the usual one.
 */
function statusPort(port: number): number {
  const isFree = port >= FIRST_UNPRIVILEGED && port < LAST_PORT;
  return isFree ? port + 1 : USUAL_PORT + 1;
}

/** The configuration that a new SNAPT gets. */
export function configText(port: number, sshPort: number): string {
  return `# The configuration of SNAPT, which \`cnapt join ssh://…\` wrote. \`snapt check\` finds mistakes
# in it; snapt.yaml(5) says what else can stand here.

# Where CNAPTs connect to. One TCP port serves everything.
listen: "[::]:${port}"

# Where \`snapt status\` and \`snapt revoke\` talk to the running SNAPT; or: off
status: 127.0.0.1:${statusPort(port)}

# The servers that CNAPTs are allowed to reach.
services:
  ssh: { to: 127.0.0.1:${sshPort} }
`;
}

/** Stands behind `FIND`; the program comes on its input. */
export const SET_UP = `
umask 077
made() {
  mkdir -p "$folder" && { grep -qx "$1" "$folder/set-up-by-cnapt" 2>/dev/null ||
    printf '%s\\n' "$1" >>"$folder/set-up-by-cnapt"; }
}
sum256() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum "$1"
  elif command -v shasum >/dev/null 2>&1; then shasum -a 256 "$1"
  else openssl dgst -sha256 -r "$1"
  fi | cut -c1-64
}
notes() { printf '%s\\n' "$1" | while IFS= read -r line; do say note "$line"; done; }
part=
trap 'if [ -n "$part" ]; then rm -f "$part"; fi' EXIT
# A laptop that leaves in the middle takes the pipe along in which this would be said.
trap 'exit 1' HUP INT PIPE TERM

if [ -n "$SIZE" ]; then
  (umask 022; mkdir -p "$HOME/.local/bin") || fail program "its folder cannot be made"
  part=$HOME/.local/bin/snapt.new.$$
  said=$( { cat >"$part"; } 2>&1 ) || fail program "$said"
  here=$(wc -c <"$part" | tr -d ' ')
  [ "$here" = "$SIZE" ] || fail program "$here of $SIZE bytes have arrived"
  [ "$(sum256 "$part")" = "$SUM" ] || fail program "it has another SHA-256 than what was sent"
  chmod 755 "$part" || fail program "it cannot be made a program"
  said=$("$part" --version 2>&1 </dev/null) || fail foreign "$said"
  case $said in 'snapt '*) ;; *) fail foreign "it is no SNAPT: $said" ;; esac
  said=$(mv -f "$part" "$usual" 2>&1) || fail program "$said"
  part=
  program=$usual
  made program
fi

if [ -n "$CONFIG_TEXT" ]; then
  config=$folder/snapt.yaml
  said=$( { mkdir -p "$folder" && printf '%s' "$CONFIG_TEXT" >"$config.new" &&
    mv -f "$config.new" "$config"; } 2>&1 ) || { rm -f "$config.new"; fail config "$said"; }
  made config
fi
if [ "$START" != running ] && ! ask check >/dev/null 2>&1; then
  said=$(ask init 2>&1) || fail config "$said"
fi

if [ "$START" = service ]; then
  if [ "$service" = none ]; then
    made service # before: what fails may have written the file of the service already
    said=$("$program" service install $scope --config "$config" 2>&1 </dev/null) || fail service "$said"
    notes "$said"
  fi
  said=$("$program" service start $scope --config "$config" 2>&1 </dev/null) || fail service "$said"
elif [ "$START" = detached ]; then
  made detached
  log=$folder/snapt.log
  if [ -f "$log" ]; then mv -f "$log" "$log.old"; fi
  : >"$log"
  nohup "$program" run --config "$config" \${state:+--state "$state"} >"$log" 2>&1 </dev/null &
  pid=$!
  printf '%s\\n' "$pid" >"$folder/snapt.pid"
  tries=0
  while [ $tries -lt 50 ] && ! grep -q ' listening ' "$log"; do
    kill -0 $pid 2>/dev/null || { rm -f "$folder/snapt.pid"; fail start "$(tail -n 3 "$log")"; }
    tries=$((tries + 1))
    sleep 0.2 2>/dev/null || sleep 1
  done
  say note "It runs in the background; its log is $log."
fi
`;

/** Stands behind `FIND`: makes a code. */
export const INVITE = `
if [ "$AGAIN" = yes ]; then
  said=$(ask revoke "$CLIENT" 2>&1) || fail invite "$said"
fi
said=$(ask invite "$CLIENT" --address "$ADDRESS" --json 2>&1) || fail invite "$said"
say invited "$(printf '%s\\n' "$said" | grep '^{' | head -n 1)"
`;

/** Stands behind `FIND`: takes the code back. */
export const TAKE_BACK = `
said=$(ask remove "$CLIENT" 2>&1) || fail invite "$said"
`;
