import { assert } from "../../assert.ts";
import type { Host } from "../kit/host.ts";
import { LabFailure } from "../kit/lab_failure.ts";
import type { LabProcess } from "../kit/lab_process.ts";
import { START_LIMIT_MS, type Target } from "./target.ts";

/** What has to be installed. */
export const UDP_PROGRAMS: readonly string[] = ["dnsmasq", "dig", "iperf3", "openssl", "sipp"];

export const DNS_PORT = 5300;
export const IPERF_PORT = 5201;
export const DTLS_PORT = 4433;
export const SIP_PORT = 5060;
/** The same on the laptop: the one who is called says where it is. */
export const RTP_PORT = 26_000;

/** Starts dnsmasq as the ordinary user: every name below `lab` has the address 192.0.2.77. */
export async function startDnsServer(server: Host): Promise<LabProcess> {
  const process = server.start([
    ...["dnsmasq", "--no-daemon", "--no-resolv", "--no-hosts", "--conf-file=/dev/null"],
    ...[`--port=${DNS_PORT}`, "--listen-address=127.0.0.1", "--bind-interfaces", "--pid-file="],
    ...["--address=/lab/192.0.2.77", "--user=", "--log-facility=-"],
  ]);
  await process.waitFor(/started, version/, AbortSignal.timeout(START_LIMIT_MS));
  return process;
}

/** Asks for one name after the other, each with a socket of its own; a line for each answer. */
export function startQuestions(client: Host, { host, port }: Target, count: number): LabProcess {
  const ask = `dig +short +tries=5 +time=1 @${host} -p ${port} n$i.lab A`;
  return client.start([
    "sh",
    "-c",
    `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo "$i $(${ask})"; sleep 0.05; done`,
  ]);
}

/** Checks that every question was answered. */
export function checkAnswers(questions: LabProcess, count: number): void {
  // Where dig has to ask again, a line of its own that says so comes before the answer.
  const answered = [...questions.output.matchAll(/192\.0\.2\.77$/gm)].length;
  assert(answered === count, `${answered} of ${count} were answered:\n${questions.output}`);
}

export async function startIperfServer(server: Host): Promise<LabProcess> {
  const process = server.start(["iperf3", "-s", "-p", `${IPERF_PORT}`, "--forceflush"]);
  await process.waitFor(/Server listening/, AbortSignal.timeout(START_LIMIT_MS));
  return process;
}

/** Sends datagrams of 1000 bytes, a thousand a second; its output is a report in JSON. */
export function startIperf(
  client: Host,
  { host, port }: Target,
  seconds: number,
  isReverse = false,
): LabProcess {
  const flow = ["-u", "-b", "8M", "-l", "1000", "-t", `${seconds}`];
  const direction = isReverse ? ["-R"] : [];
  return client.start(["iperf3", "-c", host, "-p", `${port}`, ...flow, ...direction, "--json"]);
}

export interface LossReport {
  readonly packets: number;
  readonly lost: number;
}

/** What iperf3 says at its end. */
export function lossReport({ output }: LabProcess): LossReport {
  const report: {
    end?: { sum?: { packets?: number; lost_packets?: number } };
    error?: string;
  } = JSON.parse(output);
  const { packets, lost_packets: lost } = report.end?.sum ?? {};
  if (packets === undefined || lost === undefined) {
    throw new LabFailure(`Cannot read the report of iperf3: ${report.error ?? output}`);
  }
  return { packets, lost };
}

/** Starts a DTLS server that shows what it hears and says what is typed. */
export async function startDtlsServer(server: Host): Promise<LabProcess> {
  const [key, cert] = [`${server.home}/dtls.key`, `${server.home}/dtls.pem`];
  await server.run([
    ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    ...["-nodes", "-keyout", key, "-out", cert, "-subj", "/CN=lab", "-days", "2"],
  ]);
  const process = server.start([
    ...["openssl", "s_server", "-dtls", "-accept", `127.0.0.1:${DTLS_PORT}`, "-4"],
    ...["-key", key, "-cert", cert, "-mtu", "1200", "-quiet"],
  ]);
  await server.run(["sh", "-c", "sleep 0.5"]); // it says nothing when it is ready
  return process;
}

export function startDtlsClient(client: Host, { host, port }: Target): LabProcess {
  return client.start([
    ...["openssl", "s_client", "-dtls", "-connect", `${host}:${port}`, "-mtu", "1200", "-quiet"],
    ...["-verify_quiet", "-no_ign_eof"],
  ]);
}

/** A call with media: what the caller says comes back from the one who is called. */
const CALLER = (seconds: number, voice: string) =>
  `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="call">
<send retrans="500"><![CDATA[
INVITE sip:service@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: caller <sip:caller@[local_ip]:[local_port]>;tag=[call_number]
To: service <sip:service@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: sip:caller@[local_ip]:[local_port]
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=user1 53655765 2353687637 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [rtpstream_audio_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000
]]></send>
<recv response="100" optional="true"></recv>
<recv response="180" optional="true"></recv>
<recv response="200" rtd="true"></recv>
<send><![CDATA[
ACK sip:service@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: caller <sip:caller@[local_ip]:[local_port]>;tag=[call_number]
To: service <sip:service@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Contact: sip:caller@[local_ip]:[local_port]
Max-Forwards: 70
Content-Length: 0
]]></send>
<nop><action><exec rtp_stream="${voice},-1,8"/></action></nop>
<pause milliseconds="${seconds * 1000}"/>
<send retrans="500"><![CDATA[
BYE sip:service@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: caller <sip:caller@[local_ip]:[local_port]>;tag=[call_number]
To: service <sip:service@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 2 BYE
Contact: sip:caller@[local_ip]:[local_port]
Max-Forwards: 70
Content-Length: 0
]]></send>
<recv response="200" crlf="true"></recv>
</scenario>
`;

/** Starts the one who is called: answers with the address of its media, and sends media back. */
export function startSipServer(server: Host): LabProcess {
  return server.start([
    ...["sipp", "-sn", "uas", "-i", "127.0.0.1", "-p", `${SIP_PORT}`, "-nostdin"],
    ...["-mi", "127.0.0.1", "-mp", `${RTP_PORT}`, "-rtp_echo"],
  ]);
}

/** Makes one call with media for some seconds; succeeds if the call did. */
export async function startSipCall(
  client: Host,
  { host, port }: Target,
  seconds: number,
): Promise<LabProcess> {
  const [scenario, voice] = [`${client.home}/call.xml`, `${client.home}/voice.wav`];
  await client.run(["tee", scenario], { input: CALLER(seconds, voice) });
  await client.run(["dd", "if=/dev/urandom", `of=${voice}`, "bs=8000", "count=4"]);
  return client.start([
    ...["sipp", "-sf", scenario, `${host}:${port}`, "-i", "127.0.0.1", "-p", "5070", "-nostdin"],
    ...["-mi", "127.0.0.1", "-mp", "30000", "-m", "1"],
  ]);
}
