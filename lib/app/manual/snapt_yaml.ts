import type { SettingsPage } from "./settings_page.ts";

/** What can be written in snapt.yaml. */
export const SNAPT_YAML: SettingsPage = {
  name: "snapt.yaml",
  program: "snapt",
  summary: "configuration of snapt",
  description: [
    "`snapt init` writes it with comments, `snapt check` says what is wrong in it and where. Times " +
    "are written as 500ms, 30s, 10m, 7d, sizes as 64KiB or 1MB, addresses as HOST:PORT.",
  ],
  sections: [
    {
      title: "THE PROGRAM",
      settings: [
        ["name", "the machine's", "What this SNAPT is called on the other side."],
        ["listen", "[::]:7787", "Where CNAPTs connect to: one or a list."],
        ["status", "127.0.0.1:7788", "Where the other commands talk to the running snapt, or off."],
        [
          "metrics",
          "off",
          "Where metrics are collected, 0.0.0.0:9787 for other machines too: /metrics, /healthz, /readyz.",
        ],
        ["security", "tls", "tls, or none: only inside a network that you trust."],
        ["mapping", "off", "auto: the router is asked to lead the port here; off: it is not."],
        [
          "through.NAME",
          "HOST:PORT",
          "A relay by which it is reached as well; `snapt through CODE`.",
        ],
        ["places", "auto", "Whether CNAPTs are told the addresses of SNAPT: auto, or off."],
        ["balancers", "", "Load balancers that tell with the PROXY protocol who connects."],
        ["log", "info", "How much is logged: info, debug, warn or error; or both of what follows."],
        [
          "log.form",
          "text",
          "text, or json: an object on each line. Under systemd, text has a priority for the time.",
        ],
        ["log.level", "info", "As above."],
        ["timeouts.switch", "7d", "How long the session of a CNAPT without a network is kept."],
        ["timeouts.inactivity", "30s", "After how long a silence a CNAPT counts as away."],
        ["timeouts.handshake", "10s", "How long a new connection has to prove its key."],
        [
          "timeouts.drain",
          "5s",
          "How long written bytes may take to arrive when the program ends.",
        ],
        ["notify", "", "Who is told when a path changes: a list of post, command or udp."],
        ["notify.post", "URL", "Sends the notice there."],
        [
          "notify.command",
          "[PROGRAM, ARGUMENT]",
          "Gives the notice to a program's standard input.",
        ],
        ["notify.udp", "HOST:PORT", "Sends the notice as a datagram."],
      ],
    },
    {
      title: "SERVICES",
      settings: [
        ["services.NAME.to", "", "Where the server is: HOST:PORT or unix:PATH."],
        ["services.NAME.port", "", "On which port CNAPT offers it, when not on the same."],
        ["services.NAME.protocol", "tcp", "tcp or udp."],
        ["services.NAME.proxy", "", "v2: tells the server with the PROXY protocol who connects."],
        ["services.NAME.compress", "none", "zstd, deflate or none."],
        [
          "services.NAME.keepalive",
          "",
          "When a silent server is asked whether it lives; 0s never.",
        ],
        ["services.NAME.hold", "200ms", "How long datagrams are held in a switch."],
        ["services.NAME.holdOrder", "newest", "newest or oldest first."],
        ["services.NAME.idle", "60s", "When a silent UDP conversation ends."],
        ["services.NAME.from", "", "anyPort: answers may come from other ports."],
        [
          "destinations",
          "",
          "What CNAPTs may reach besides, a list of HOST:PORT with * and ranges.",
        ],
      ],
    },
    {
      title: "CLIENTS",
      settings: [
        ["clients.NAME.destinations", "", "What this CNAPT may reach besides."],
        ["clients.NAME.clientServices", "", "Which ports it may offer: a list, or all."],
        ["clients.NAME.address", "", "The virtual address that stands for it."],
        [
          "clients.NAME.trustSource",
          "false",
          "Whether servers are told whom it says it relays for.",
        ],
        ["clients.NAME.direct", "", "The port on which it may be dialled."],
        ["clientServices", "", "Which ports every CNAPT may offer."],
        ["virtual.addresses", "", "Which addresses stand for CNAPTs."],
        ["virtual.manage", "false", "Whether snapt adds them to the machine, with the privilege."],
        ["virtual.interface", "lo", "To which interface."],
        ["virtual.allow", "", "Who may connect to them."],
      ],
    },
    {
      title: "LIMITS",
      settings: [
        ["limits.clients", "256", "How many sessions there may be."],
        ["limits.streams", "4096", "How many connections one session may have."],
        ["limits.flows", "4096", "How many UDP conversations one session may have."],
        ["limits.ring", "4MiB", "What is kept of one connection until it has arrived."],
        ["limits.sessionMemory", "256MiB", "The same for one session."],
        ["limits.processMemory", "1GiB", "The same for the program."],
        ["limits.pending", "4096", "How many connections may be without a proven key."],
        ["limits.pendingPerSource", "512", "The same of one address."],
        ["limits.failuresPerSecond", "20", "How often a second one address may fail to prove one."],
      ],
    },
  ],
};
