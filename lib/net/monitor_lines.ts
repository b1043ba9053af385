/** `3: wlan0@if2: <UP>` and `3: wlan0    inet 10.1.0.2/24` of `ip -o monitor`, deleted or not. */
const BEGINS_WITH = /^(?:\[[A-Z]+\])?\s*(?:Deleted )?\d+: ([^\s:@]+)/;
/** `default via 10.1.0.1 dev wlan0`, and each way of a route with several. */
const GOES_OUT_OF = /\bdev (\S+)/g;

/** The devices that lines of `ip -o monitor` are about; empty where none is named. */
export function devicesNamed(lines: string): readonly string[] {
  const devices = new Set<string>();
  for (const line of lines.split("\n")) {
    const [, first] = BEGINS_WITH.exec(line) ?? [];
    if (first !== undefined) devices.add(first);
    for (const [, device = ""] of line.matchAll(GOES_OUT_OF)) devices.add(device);
  }
  return [...devices];
}
