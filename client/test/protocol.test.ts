/** The TypeScript half of the protocol against the vectors that the Rust half wrote. */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { bodyDecoder } from "../src/protocol/body.js";
import { Connection } from "../src/protocol/connection.js";
import { isFailure } from "../src/protocol/failure.js";
import { CLOSE, FAIL, type Frame, frameDecoder, frameHeader, MalformedError, MESSAGE } from "../src/protocol/frame.js";
import * as limits from "../src/protocol/limits.js";
import * as media from "../src/protocol/media.js";
import { putVarint, takeVarint } from "../src/protocol/varint.js";
import { play } from "./twin.js";

/** The vectors lie above this file, however deep the build put it. */
const vectors = (name: string): any[] => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "tests/vectors"))) {
    assert.notEqual(folder, dirname(folder), "no tests/vectors above this file");
    folder = dirname(folder);
  }
  return JSON.parse(readFileSync(join(folder, "tests/vectors", name), "utf8")).vectors;
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

/** Feeds `bytes` in chunks of `size` and gives the code of the error it ends with. */
const feed = (decode: (chunk: Uint8Array) => unknown, bytes: Uint8Array, size: number): string | null => {
  try {
    for (let at = 0; at < bytes.length; at += size) decode(bytes.slice(at, at + size));
  } catch (error) {
    assert(error instanceof MalformedError);
    return error.code;
  }
  return null;
};

test("numbers are read and written as the vectors say", () => {
  for (const { value, bytes } of vectors("varint.json")) {
    const out: number[] = [];
    putVarint(out, value);
    assert.equal(hex(new Uint8Array(out)), bytes);
    assert.equal(takeVarint(unhex(`ffff${bytes}`), 2), value);
  }
});

test("frames are read as the vectors say, in chunks of any size", () => {
  for (const { name, bytes, frames, error } of vectors("frames.json")) {
    for (const size of [1, 2, 3, 7, 1 << 20]) {
      const found: Frame[] = [];
      const code = feed(
        frameDecoder(20_000, (frame) => found.push(frame)),
        unhex(bytes),
        size,
      );
      const spelled = found.map(({ kind, channel, payload }) => ({ kind, channel, payload: hex(payload) }));
      assert.deepEqual(spelled, frames, name);
      // The end of the bytes is no event here: a stream that did not end was cut, wherever that was.
      assert.equal(code, error === "truncated" ? null : error, name);
    }
  }
});

test("frames are written as the vectors say", () => {
  for (const { name, bytes, frames, canonical } of vectors("frames.json")) {
    let written = "";
    for (const { kind, channel, payload } of frames) {
      written += hex(frameHeader(kind, channel, payload.length / 2)) + payload;
    }
    if (canonical) assert.equal(written, bytes, name);
  }
});

test("bodies are read as the vectors say, in chunks of any size", () => {
  for (const { name, bytes, items, error, ended } of vectors("bodies.json")) {
    for (const size of [1, 3, 1 << 20]) {
      const found: unknown[] = [];
      let end = false;
      const decode = bodyDecoder((kind, json, parts) => {
        if (kind === MESSAGE) found.push({ json, parts: parts.map(hex) });
        if (kind === CLOSE) found.push("close");
        if (kind === FAIL) found.push({ fail: json });
      });
      const code = feed((chunk) => (end = decode(chunk)), unhex(bytes), size);
      assert.deepEqual(found, items, name);
      assert.equal(code, error, name);
      if (!error) assert.equal(end, ended, name);
    }
  }
});

test("a large frame in small chunks is read in linear time", () => {
  const chunk = new Uint8Array(16);
  let length = 0;
  const decode = frameDecoder(1 << 30, (frame) => (length = frame.payload.length));
  decode(frameHeader(MESSAGE, 0, 1 << 24));
  for (let at = 0; at < 1 << 24; at += chunk.length) decode(chunk);
  assert.equal(length, 1 << 24);
});

test("failures are told from anything else", () => {
  for (const { name, text, status } of vectors("failures.json")) {
    if (name === "not_json" || name === "unknown_code") continue;
    assert.equal(isFailure(JSON.parse(text)), status !== null, name);
  }
});

test("both sides have the same names and bounds", () => {
  const mine: Record<string, unknown> = {
    "media.JSON": media.JSON_TYPE,
    "media.FRAMES": media.FRAMES_TYPE,
    "media.FAILURE": media.FAILURE_TYPE,
    "media.SCHEMA_HEADER": media.SCHEMA_HEADER,
    "media.INTEGERS_HEADER": media.INTEGERS_HEADER,
    "media.INTEGERS_EXACT": media.INTEGERS_EXACT,
    "media.BASE_PATH": media.BASE_PATH,
    "limits.FRAME": limits.FRAME,
    "limits.PARTS": limits.PARTS,
    "limits.INITIAL_CREDIT": limits.INITIAL_CREDIT,
    "limits.OVERHEAD": limits.OVERHEAD,
    "limits.FRAGMENT": limits.FRAGMENT,
    "limits.WIRE_FRAME": limits.WIRE_FRAME,
    "limits.LABEL": limits.LABEL,
    "limits.FAILURE": limits.FAILURE,
    "limits.REQUESTS": limits.REQUESTS,
  };
  const theirs = vectors("constants.json").map(({ name, value }) => [name, value]);
  assert.deepEqual(Object.entries(mine), theirs);
});

test("the connection answers every step as the Rust core did", () => {
  for (const script of vectors("connection.json")) play(script);
});

test("a server that breaks a rule ends the connection, by name", () => {
  const [{ limits }] = vectors("connection.json");
  for (const { name, frames, end } of vectors("violations.json")) {
    const connection = new Connection(0, new Uint8Array(16), limits);
    connection.attach(0, 1);
    for (const { payload, ...frame } of frames) connection.handleFrame(0, 1, { ...frame, payload: unhex(payload) });
    assert.equal(connection.ended?.name, end, name);
    assert.match(Buffer.from(connection.pollTransmit()!.bytes).toString(), new RegExp(`${end}$`), name);
  }
});

test("the core knows no clock, socket, timer, task or promise", () => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "client/src/protocol"))) folder = dirname(folder);
  for (const name of readdirSync(join(folder, "client/src/protocol"))) {
    const text = readFileSync(join(folder, "client/src/protocol", name), "utf8");
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    assert.doesNotMatch(
      code,
      /setTimeout|setInterval|Date\.|performance|fetch\(|WebSocket|Promise|async|await|queueMicrotask/,
      name,
    );
  }
});
