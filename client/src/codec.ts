/** The values that JSON can not say, and where in a larger value they stand. Generated stubs are built from these. */

/** Turns a value from the wire's form into the page's, or back; `parts` are what stands beside the JSON. */
export type Codec = (value: any, parts: Parts) => any;

/** The raw bytes beside a JSON text, and what its live values belong to. */
export interface Parts extends Array<Uint8Array> {
  live?: Live | undefined;
  /** The live values that the text says it holds, and that were not met yet. */
  ids?: Set<number>;
  /** What was opened for the functions in a value. */
  opened?: Map<unknown, Opened[]>;
}

/** A channel for a function. One function may stand at places with different types. */
export interface Opened {
  readonly codecs: CallbackCodecs;
  readonly id: number;
  close(): void;
}

/** What codecs and bodies ask of the live part, which is loaded when the first call needs it; `live/scope.ts` has it. */
export interface Live {
  /** The connection that the live values ride on, as a header names it. */
  readonly token: string;
  /** Gives the server a function to call; gives the id in its place. */
  callback(fn: (...args: any[]) => unknown, codecs: CallbackCodecs, parts: Parts): number;
  /** Brings a live value to life. */
  revive(kind: "callback" | "channel", id: unknown, codecs: object, parts: Parts): unknown;
  /** Decodes a message that may mention live values. */
  read(payload: Uint8Array, parts: Parts, decode: (text: string, parts: Parts) => any): any;
  /** Says that the call is over; what it opened may live on. */
  over(): void;
}

/** How the arguments and the result of a callback are coded, where plain JSON does not do. */
export interface CallbackCodecs {
  args?: (Codec | undefined)[];
  result?: Codec;
}

/** How the messages of a channel are coded; `in` is what the server receives. */
export interface ChannelCodecs {
  in?: Codec;
  out?: Codec;
  inReply?: Codec;
  outReply?: Codec;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const apply = (codec: Codec | undefined, value: unknown, parts: Parts): unknown =>
  codec ? codec(value, parts) : value;

const own = (codecs: Record<string, Codec>, name: unknown): Codec | undefined =>
  typeof name === "string" && Object.hasOwn(codecs, name) ? codecs[name] : undefined;

/** The result of a function that gives nothing. */
export const nothing: Codec = () => undefined;

/** A date, from its RFC 3339 text. */
export const toDate: Codec = (text) => new Date(text);

/** A large integer, from what `exactJson` read. */
export const toBigInt: Codec = (value) => BigInt(value);

/** Raw bytes, from the index of their part. */
export const toBytes: Codec = (index, parts) => {
  const part = parts[index];
  if (!part) throw new RangeError(`there is no part ${index}`);
  // A copy: the part shares its memory with everything else that came in the same chunk.
  return part.slice();
};

/** A date as it is sent. One that is no time at all is refused as the `NaN` that it stands for. */
export const fromDate: Codec = (date) =>
  date instanceof Date ? (Number.isNaN(+date) ? Number.NaN : date.toISOString()) : date;

/** A large integer as `exactJson` writes it. */
export const fromBigInt: Codec = (value) => value;

/** Raw bytes as they are sent: a part, and its index in their place. */
export const fromBytes: Codec = (bytes, parts) => (bytes instanceof Uint8Array ? parts.push(bytes) - 1 : bytes);

/** A function that the server may call. */
export const fromCallback =
  (codecs: CallbackCodecs = plain): Codec =>
  (fn, parts) =>
    typeof fn === "function" ? parts.live!.callback(fn, codecs, parts) : fn;

/** A function of the server's that the page may call. */
export const toCallback =
  (codecs: CallbackCodecs = plain): Codec =>
  (id, parts) =>
    parts.live!.revive("callback", id, codecs, parts);

/** The client's end of a channel. */
export const toChannel =
  (codecs: ChannelCodecs = plain): Codec =>
  (id, parts) =>
    parts.live!.revive("channel", id, codecs, parts);

/** Every element of an array. */
export const list =
  (codec: Codec): Codec =>
  (value, parts) =>
    Array.isArray(value) ? value.map((item) => codec(item, parts)) : value;

/** Every value of an object with open keys. */
export const record =
  (codec: Codec): Codec =>
  (value, parts) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, codec(item, parts)])) : value;

/** Some elements of an array, by their index. */
export const tuple =
  (codecs: (Codec | undefined)[]): Codec =>
  (value, parts) =>
    Array.isArray(value) ? value.map((item, i) => apply(codecs[i], item, parts)) : value;

/** Some fields of an object; those that are absent stay so, and others are kept as they are. */
export const fields =
  (codecs: Record<string, Codec>): Codec =>
  (value, parts) => {
    if (!isObject(value)) return value;
    const copy = { ...value };
    for (const name of Object.keys(codecs)) {
      if (Object.hasOwn(copy, name)) copy[name] = apply(codecs[name], copy[name], parts);
    }
    return copy;
  };

/** A value that may be `null` or absent. */
export const nullable =
  (codec: Codec): Codec =>
  (value, parts) =>
    value == null ? value : codec(value, parts);

/** An object whose field `tag` says which codec is its own. */
export const tagged =
  (tag: string, codecs: Record<string, Codec>): Codec =>
  (value, parts) =>
    apply(own(codecs, value?.[tag]), value, parts);

/** The JSON kinds by which the values of an untagged union differ. */
export interface Kinds {
  string?: Codec;
  object?: Codec;
  array?: Codec;
  number?: Codec;
  boolean?: Codec;
}

/** A value of an untagged union, told by the kind that it has in JSON. */
export const kinds =
  (codecs: Kinds): Codec =>
  (value, parts) =>
    apply(value === null ? undefined : codecs[kindOf(value)], value, parts);

/** A codec that refers to itself. */
export const lazy =
  (codec: () => Codec): Codec =>
  (value, parts) =>
    codec()(value, parts);

const plain = {};

/** What a value is, or becomes, in JSON. */
const kindOf = (value: unknown): keyof Kinds =>
  Array.isArray(value)
    ? "array"
    : value instanceof Date
      ? "string"
      : typeof value === "bigint" || typeof value === "function" || value instanceof Uint8Array
        ? "number"
        : (typeof value as keyof Kinds);
