import type { SettingsPage } from "./settings_page.ts";

/** What can be written in cnapt.yaml. */
export const CNAPT_YAML: SettingsPage = {
  name: "cnapt.yaml",
  program: "cnapt",
  summary: "configuration of cnapt",
  description: [
    "`cnapt join` writes it, `cnapt check` says what is wrong in it and where. It has keys in it, so " +
    "only its owner may read it. Times are written as 500ms, 30s, 10m, 7d, sizes as 64KiB or 1MB, " +
    "addresses as HOST:PORT.",
  ],
  sections: [
    {
      title: "THE PROGRAM",
      settings: [
        ["status", "127.0.0.1:7786", "Where the other commands talk to the running cnapt, or off."],
        ["log", "info", "How much is logged: info, debug or warn."],
        ["allow", "", "Which other hosts may use what is offered where they reach it, a list."],
        ["timeouts.switch", "7d", "How long a connection without a network is kept."],
        ["timeouts.sites", "5s", "How long sites wait for one another in a switch."],
        [
          "timeouts.drain",
          "5s",
          "How long written bytes may take to arrive when the program ends.",
        ],
        [
          "heartbeat.interval",
          "",
          "How often the path is asked; decision.sensitivity has it unless given.",
        ],
        ["heartbeat.dead", "", "After how long a silence a network is given up."],
        ["limits.flows", "4096", "How many UDP conversations there may be."],
        ["limits.ring", "4MiB", "What is kept of one connection until it has arrived."],
        ["limits.sessionMemory", "256MiB", "The same for all connections of one site."],
        ["limits.processMemory", "1GiB", "The same for the program."],
        ["notify", "", "Who is told when the path changes: a list of post, command or udp."],
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
      title: "SITES",
      settings: [
        [
          "sites.NAME.ticket",
          "",
          "What cnapt join wrote: certificate and key, a secret. Or where that line is: { file: " +
          "PATH }, { credential: NAME } for one in $CREDENTIALS_DIRECTORY.",
        ],
        [
          "sites.NAME.address",
          "",
          "Where SNAPT is, when not only where the ticket says: one or a list.",
        ],
        ["sites.NAME.serverName", "", "What is asked for in TLS, in the clear."],
        ["sites.NAME.socks5", "", "Where programs ask for other destinations, as with SOCKS5."],
        ["sites.NAME.http", "", "The same by HTTP CONNECT."],
        ["sites.NAME.directPort", "", "Where SNAPT dials this machine for reach: direct."],
        ["sites.NAME.services", "", "What is offered here; without it, all that SNAPT announces."],
        [
          "sites.NAME.services.S.listen",
          "",
          "Where programs connect to: ADDRESS:PORT or unix:PATH.",
        ],
        ["sites.NAME.services.S.mode", "", 'Permissions of a Unix socket, as "0660".'],
        ["sites.NAME.services.S.protocol", "tcp", "tcp or udp."],
        [
          "sites.NAME.services.S.compress",
          "",
          "zstd, deflate or none, instead of what snapt.yaml says.",
        ],
        ["sites.NAME.services.S.allow", "", "Which other hosts may use this service."],
        [
          "sites.NAME.clientServices.S.to",
          "",
          "A port of this side that server applications reach.",
        ],
        [
          "sites.NAME.clientServices.S.port",
          "",
          "On which port they reach it, when not on the same.",
        ],
        ["sites.NAME.clientServices.S.protocol", "tcp", "tcp or udp."],
        [
          "sites.NAME.clientServices.S.reach",
          "links",
          "links, or direct: SNAPT dials this machine.",
        ],
        ["sites.NAME.clientServices.S.compress", "none", "zstd, deflate or none."],
        [
          "sites.NAME.clientServices.S.keepalive",
          "",
          "When a silent application is asked; 0s never.",
        ],
        ["sites.NAME.clientServices.S.hold", "200ms", "How long datagrams are held in a switch."],
        ["sites.NAME.clientServices.S.holdOrder", "newest", "newest or oldest first."],
        ["sites.NAME.clientServices.S.idle", "60s", "When a silent UDP conversation ends."],
        ["sites.NAME.clientServices.S.from", "", "anyPort: answers may come from other ports."],
      ],
    },
    {
      title: "NETWORKS",
      settings: [
        ["providers.interface", "", "The network of this interface; a list of such entries."],
        ["providers.address", "", "The network of this address."],
        ["providers.match", "", "All networks of this name, type or range of addresses."],
        ["providers.name", "", "What it is called."],
        ["providers.use", "", "always or never."],
        ["providers.priority", "", "1 to 100, the least first."],
        ["providers.metered", "", "Whether bytes cost something there."],
        ["providers.cost", "0", "Points against it."],
        ["providers.confirm", "false", "Whether cnapt asks before it uses it."],
        ["providers.services", "", "Only these services may use it."],
        ["providers.withoutServices", "", "All services but these may use it."],
        ["providers.via.proxy", "", "The HTTP proxy that leads out of it."],
        ["providers.up", "", "The command that connects it."],
        ["providers.down", "", "The command that takes it down."],
        ["providers.timeouts.up", "", "How long connecting may take."],
        ["providers.timeouts.down", "", "How long taking down may take."],
        ["providers.vpn.up", "", "The command that connects a VPN over it."],
        ["providers.vpn.down", "", "The command that takes that down."],
        ["providers.vpn.interface", "", "The interface of that VPN."],
      ],
    },
    {
      title: "DECISION",
      settings: [
        ["decision.mode", "automatic", "automatic, manual (asks) or off."],
        [
          "decision.sensitivity",
          "normal",
          "How soon a silent network is given up: calm, normal, fast.",
        ],
        ["decision.check", "1s", "How often the network in use is looked at."],
        ["decision.search", "10s", "How often the others are."],
        ["decision.searchMetered", "10m", "The same where bytes cost something."],
        ["decision.stable", "30s", "How long a better network must be well first."],
        [
          "decision.standby",
          "unmetered",
          "On which networks links wait: unmetered, always or never.",
        ],
        ["decision.prefer", "balanced", "What counts most, for instance speed."],
        [
          "decision.weights",
          "",
          "Points by name: metered, priority, cost, roundTrip, loss, rate, history, services.",
        ],
        ["decision.answerWithin", "1m", "How long a question waits."],
        ["decision.askAgain", "10m", "When the same is asked again."],
        [
          "decision.thresholds.roundTrip",
          "",
          "warning, warningRecovery, critical, criticalRecovery as times.",
        ],
        ["decision.thresholds.jitter", "", "The same for its changes."],
        ["decision.thresholds.loss", "", "The same for losses, in percent."],
        ["decision.thresholds.signal", "", "The same for the Wi-Fi signal, in percent."],
        [
          "decision.thresholds.worseCount",
          "",
          "So many measurements beyond a threshold make it worse.",
        ],
        ["decision.thresholds.betterCount", "", "So many within make it better."],
      ],
    },
  ],
};
