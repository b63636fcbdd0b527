/**
 * Calls the functions of `telefunc-codegen/tests/fixture/exact.rs` through their generated client (in the folder that is
 * the first argument) with a server that is played here: what plain JSON can't say must arrive, and leave, as it is.
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(join(folder, name)));
const client = await load("fixture/exact.js");
const { configure, isAbort } = await load("runtime/index.js");

const [PART, MESSAGE, CLOSE] = [0x11, 0x10, 0x12];
/** A QUIC variable-length integer of at most two bytes. */
const varint = (n) => (n < 64 ? [n] : [0x40 | (n >> 8), n & 0xff]);
const frame = (kind, payload) => [...varint(payload.length + 2), kind, 0, ...payload];
const json = (text) => frame(MESSAGE, new TextEncoder().encode(text));

/** The next answer, and the last request. */
let answer = {};
let sent = {};
configure({
  url: "http://server.test",
  fetch: async (_, init) => {
    sent = { type: init.headers.get("content-type"), exact: init.headers.get("telefunc-integers") };
    sent.body = typeof init.body === "string" ? init.body : new Uint8Array(await init.body.arrayBuffer());
    const { text, frames, status = 200, type = frames ? "application/vnd.telefunc" : "application/json" } = answer;
    return new Response(frames ? new Uint8Array(frames) : text, { status, headers: { "content-type": type } });
  },
});

const time = "2024-02-29T12:00:00.000Z";
const at = new Date(time);
const bytes = new Uint8Array([1, 2, 3]);

answer = { frames: [...frame(PART, bytes), ...json(`{"at":"${time}","until":null,"payload":0,"name":"0"}`)] };
assert.deepEqual(await client.onEvent({ at, payload: bytes, name: "x" }), {
  at,
  until: null,
  payload: bytes,
  name: "0",
});
assert.equal(sent.type, "application/vnd.telefunc");
assert.deepEqual([...sent.body.slice(0, 6)], [...frame(PART, bytes)]);
assert.deepEqual([...sent.body.slice(6)], json(`[{"at":"${time}","payload":0,"name":"x"}]`));

const big = "170141183460469231731687303715884105727";
answer = { text: `{"balance":${big},"events":[],"by_day":{"a":[]},"pair":[7,"${time}",null]}` };
const account = { balance: BigInt(big), events: [], by_day: { a: [] }, pair: [7, at, null] };
assert.deepEqual(await client.onAccount(1, account), account);
assert.equal(sent.body, `[1,{"balance":${big},"events":[],"by_day":{"a":[]},"pair":[7,"${time}",null]}]`);

answer = { frames: [...json(`{"at":"${time}","replies":[{"at":"${time}","replies":[]}]}`), ...frame(CLOSE, [])] };
const thread = { at, replies: [{ at, replies: [] }] };
const threads = [];
for await (const item of client.onThread(thread)) threads.push(item);
assert.deepEqual(threads, [thread]);
assert.deepEqual(JSON.parse(sent.body), [{ at: time, replies: [{ at: time, replies: [] }] }]);

answer = { text: `[{"kind":"renamed","to":"${time}"},{"kind":"moved","to":"${time}"}]` };
assert.deepEqual(await client.onChange({ kind: "moved", to: at }), [
  { kind: "renamed", to: time },
  { kind: "moved", to: at },
]);
assert.equal(sent.body, `[{"kind":"moved","to":"${time}"}]`);

for (const [value, refusal] of [
  ['"Never"', "Never"],
  [`{"At":"${time}"}`, { At: at }],
  [`{"Between":["${time}","${time}"]}`, { Between: [at, at] }],
  [`{"Of":{"thread":{"at":"${time}","replies":[]}}}`, { Of: { thread: { at, replies: [] } } }],
]) {
  answer = { status: 403, type: "application/vnd.telefunc.error+json", text: `{"kind":"abort","value":${value}}` };
  const error = await client.onChange({ kind: "renamed", to: "" }).catch((error) => error);
  assert.ok(isAbort(client.onChange, error));
  assert.deepEqual(error.value, refusal);
}

for (const [value, loose] of [
  [`"${time}"`, at],
  ["7", 7],
  [`["${time}"]`, [at]],
  ["null", null],
]) {
  answer = { text: value };
  assert.deepEqual(await client.onLoose(loose ?? 0), loose);
}
answer = { text: "null" };
await client.onLoose([at]);
assert.equal(sent.body, `[["${time}"]]`);

const inner = `{"sent":"${time}","content":{"at":"${time}","until":"${time}","payload":0,"name":""},"more":[]}`;
answer = { frames: [...frame(PART, bytes), ...json(`{"sent":"${time}","content":${inner},"more":[]}`)] };
const envelope = await client.onEnvelope({ sent: at, content: at, more: [at] }, { sent: at, content: time, more: [] });
assert.deepEqual(envelope.content.content, { at, until: at, payload: bytes, name: "" });
assert.equal(
  sent.body,
  `[{"sent":"${time}","content":"${time}","more":["${time}"]},{"sent":"${time}","content":"${time}","more":[]}]`,
);

answer = { text: '{"t":"Nothing"}' };
assert.deepEqual(await client.onAdjacent({ t: "Date", c: at }), { t: "Nothing" });
assert.equal(sent.body, `[{"t":"Date","c":"${time}"}]`);

answer = { frames: [...frame(PART, bytes), ...json("0")] };
assert.deepEqual(await client.onUpload("a", bytes), bytes);

answer = { text: big };
assert.equal(await client.onTotal([1n, BigInt(big)]), BigInt(big));
assert.equal(sent.body, `[[1,${big}]]`);
assert.equal(sent.exact, null);

answer = { text: '{"id":7,"size":8,"big":18446744073709551615,"by_id":{"18446744073709551615":9}}' };
const ids = { id: 7, size: 8, big: 18446744073709551615n, by_id: { "18446744073709551615": 9 } };
assert.deepEqual(await client.onIds(ids), ids);
