/** Asks the TypeScript core what the Rust core was asked, and compares every answer. */

import assert from "node:assert/strict";
import { createInterface } from "node:readline";

import type { Message } from "../src/protocol/channel.js";
import { Connection } from "../src/protocol/connection.js";
import type { Event } from "../src/protocol/event.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
const message = ({ json, parts }: any): Message => ({ json: unhex(json), parts: parts.map(unhex) });

/** An event with its bytes in hex, as scripts spell it. */
const spell = (event: Event | undefined): unknown =>
  event === undefined
    ? null
    : event.kind === "ended"
      ? { kind: event.kind, end: event.end.name }
      : JSON.parse(JSON.stringify(event, (_, value) => (value instanceof Uint8Array ? hex(value) : value)));

/** Plays one script; throws where the answers differ. */
export const play = ({ name, limits, steps }: any): void => {
  const connection = new Connection(0, new Uint8Array(16).fill(1), limits);
  steps.forEach(([verb, ...a]: any[], index: number) => {
    const same = (found: unknown, expected: unknown): void =>
      assert.deepEqual(found, expected, `${name}, step ${index}, ${verb}`);
    if (verb === "attach") connection.attach(a[0], a[1]);
    else if (verb === "frame") {
      connection.handleFrame(a[0], a[1], { kind: a[2], channel: a[3], payload: unhex(a[4]) });
    } else if (verb === "lost") connection.handleWireLost(a[0], a[1]);
    else if (verb === "timeout") {
      const next = connection.pollTimeout();
      same(next === Infinity ? null : next, a[1]);
      connection.handleTimeout(a[0]);
    } else if (verb === "transmit") {
      const found = connection.pollTransmit();
      same(found && [found.wire, hex(found.bytes)], a.length ? a : undefined);
    } else if (verb === "event") same(spell(connection.pollEvent()), a[0]);
    else if (verb === "open") same(connection.open(unhex(a[0])), a[1]);
    else if (verb === "send") same(connection.send(a[0], message(a[1])) ?? null, a[2]);
    else if (verb === "request") same(connection.request(a[0], message(a[1])), a[2]);
    else if (verb === "reply") same(connection.reply(a[0], a[1], message(a[2])) ?? null, a[3]);
    else if (verb === "refuse") same(connection.refuse(a[0], a[1], unhex(a[2])) ?? null, a[3]);
    else if (verb === "cancel") connection.cancel(a[0], a[1]);
    else if (verb === "consume") connection.consume(a[0], a[1], a[2]);
    else if (verb === "close") connection.close(a[0], a[1]);
    else if (verb === "abort") same(connection.abort(a[0], a[1], unhex(a[2])) ?? null, a[3]);
    else assert.fail(`an unknown verb: ${verb}`);
  });
  assert.equal(connection.channels, 0, name);
};

/** As a program: one script a line on stdin, one answer a line on stdout. */
if (process.argv[2] === "--serve") {
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      play(JSON.parse(line));
      console.log("same");
    } catch (error) {
      console.log(JSON.stringify(String(error).slice(0, 2000)));
    }
  }
}
