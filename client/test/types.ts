/** What the compiler accepts and refuses; `tsc` is the test, nothing here runs. */

import {
  Abort,
  type CallOptions,
  type Client,
  call,
  close,
  configure,
  createClient,
  isAbort,
  type JsonValue,
  ServerError,
  safe,
  stream,
  type Throws,
  ValidationError,
  withClient,
} from "../src/index.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Equal<A, B>): void => {};

interface Room {
  id: number;
}
type JoinError = { kind: "noSuchRoom" } | { kind: "full"; max: number };

// The stubs as the generator prints them.
export function onJoin(room: string, options?: CallOptions): Promise<Room> & Throws<JoinError> {
  return call(onJoin, "rooms.onJoin", "1a2b3c4d", [room], options);
}
export function onLeave(options?: CallOptions): Promise<void> & Throws<null> {
  return call(onLeave, "rooms.onLeave", "1a2b3c4d", [], options);
}
export function onPlain(a: number, b?: string | null, options?: CallOptions): Promise<string> {
  return call(onPlain, "rooms.onPlain", "1a2b3c4d", [a, b], options);
}
export function onTicks(from: number, options?: CallOptions): AsyncGenerator<number> & Throws<JoinError> {
  return stream(onTicks, "rooms.onTicks", "1a2b3c4d", [from], options);
}

export async function values(): Promise<void> {
  same<Room, Awaited<ReturnType<typeof onJoin>>>(true);
  const room: Room = await onJoin("a");
  // @ts-expect-error the room has no name
  room.name;
  for await (const tick of onTicks(3)) same<typeof tick, number>(true);
  await using ticks = onTicks(3);
  const { done, value } = await ticks.next();
  if (!done) same<typeof value, number>(true);
  // @ts-expect-error a promise is no generator
  for await (const _ of onPlain(1)) break;
}

export async function options(client: Client): Promise<void> {
  const { signal } = new AbortController();
  await onJoin("a", { signal, headers: { a: "b" }, timeout: 5, client });
  await onJoin("a", { headers: new Headers() });
  await onJoin("a", { signal: undefined, headers: undefined, timeout: undefined, client: undefined });
  // @ts-expect-error milliseconds are a number
  await onJoin("a", { timeout: "5" });
  // @ts-expect-error there is no such option
  await onJoin("a", { retries: 5 });
  // @ts-expect-error a client is made by createClient
  await onJoin("a", { client: {} });
  configure({ url: "/x", headers: () => ({ a: "b" }), credentials: "include", timeout: 5 });
  configure({ headers: async () => [["a", "b"]], fetch });
  // @ts-expect-error there are three words for it
  configure({ credentials: "always" });
  createClient({ fetch: globalThis.fetch });
}

export async function refusals(): Promise<void> {
  try {
    await onJoin("a");
  } catch (error) {
    if (isAbort(onJoin, error)) {
      same<typeof error.value, JoinError>(true);
      if (error.value.kind === "full") same<typeof error.value.max, number>(true);
      // @ts-expect-error only a full room has a maximum
      else error.value.max;
    }
    if (isAbort(onLeave, error)) same<typeof error.value, null>(true);
    if (isAbort(onTicks, error)) same<typeof error.value, JoinError>(true);
    if (isAbort(onPlain, error)) same<typeof error.value, unknown>(true);
    if (error instanceof ValidationError) same<(typeof error.issues)[0]["path"], (string | number)[]>(true);
    // @ts-expect-error a telefunction comes first
    isAbort(error, onJoin);
  }
}

export async function outcomes(): Promise<void> {
  const outcome = await safe(onJoin("a"));
  if (outcome.ok) {
    same<typeof outcome.value, Room>(true);
    // @ts-expect-error a value came, no error
    outcome.error;
  } else {
    const { error } = outcome;
    if (error instanceof Abort) same<typeof error.value, JoinError>(true);
    if (error instanceof ServerError) same<typeof error.id, string>(true);
    if (isAbort(onJoin, error)) same<typeof error.value, JoinError>(true);
    same<typeof error.message, string>(true);
    // @ts-expect-error not every error is a refusal
    error.value;
  }
  // @ts-expect-error it is not known yet whether there is a value
  outcome.value;

  const plain = await safe(onPlain(1));
  if (!plain.ok && plain.error instanceof Abort) same<typeof plain.error.value, unknown>(true);
  const left = await safe(onLeave());
  if (left.ok) same<typeof left.value, void>(true);
  const next = await safe(onTicks(1).next());
  if (next.ok && !next.value.done) same<typeof next.value.value, number>(true);
}

export async function clients(client: Client): Promise<void> {
  same<number, ReturnType<typeof withClient<() => number>>>(true);
  const room: Room = await withClient(client, () => onJoin("a"));
  const bound = withClient(client, onJoin);
  same<typeof bound, typeof onJoin>(true);
  same<ReturnType<typeof withClient<typeof onLeave>>, typeof onLeave>(true);
  close(room);
  close(bound("a"));
}

export const json: JsonValue = { a: [1, "x", null, { b: true }] };
// @ts-expect-error JSON has no dates
export const date: JsonValue = { a: new Date() };
