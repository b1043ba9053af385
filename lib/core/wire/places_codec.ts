import { LocalMisuse } from "../local_misuse.ts";
import type { ByteReader } from "./byte_reader.ts";
import type { ByteWriter } from "./byte_writer.ts";
import { MAX_HOST_BYTES } from "./message.ts";
import {
  MAX_PLACES,
  MAX_ROUTE_BYTES,
  PLACE_ADVICE,
  PLACE_STANDINGS,
  type Places,
  type ToldPlace,
} from "./places_message.ts";
import { ProtocolViolation } from "./protocol_violation.ts";

type Told = Pick<Places, "advice" | "places">;

/** @throws {LocalMisuse} they are too many */
export function writePlaces(writer: ByteWriter, { advice, places }: Told): void {
  if (places.length > MAX_PLACES) {
    throw new LocalMisuse(`Cannot encode ${places.length} places: at most ${MAX_PLACES}`);
  }
  writer.choice(PLACE_ADVICE, advice).u16(places.length);
  for (const { host, port, route, standing } of places) {
    writer.text(host, MAX_HOST_BYTES).u16(port).text(route, MAX_ROUTE_BYTES)
      .choice(PLACE_STANDINGS, standing ?? "open");
  }
}

/** @throws {ProtocolViolation} they are too many, or one has no such form */
export function readPlaces(reader: ByteReader): Told {
  const advice = reader.choice(PLACE_ADVICE);
  const count = reader.u16();
  if (count > MAX_PLACES) {
    throw new ProtocolViolation("tooLong", `Cannot read ${count} places: at most ${MAX_PLACES}`);
  }
  return { advice, places: Array.from({ length: count }, () => readPlace(reader)) };
}

function readPlace(reader: ByteReader): ToldPlace {
  const place = {
    host: reader.text(MAX_HOST_BYTES),
    port: reader.u16(),
    route: reader.text(MAX_ROUTE_BYTES),
  };
  return reader.choice(PLACE_STANDINGS) === "last" ? { ...place, standing: "last" } : place;
}
