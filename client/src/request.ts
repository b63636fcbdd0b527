/** What a call and a stream have in common: arguments go out, an answer or an error comes back. */

import { type Client, clientOf } from "./client.js";
import type { Codec, Parts } from "./codec.js";
import { Abort, ConnectionError, ProtocolError, ServerError, type TelefuncError, ValidationError } from "./errors.js";
import type { Frames } from "./frames.js";
import { checker, type Json } from "./json.js";
import type { Failure } from "./protocol/failure.js";
import {
  BASE_PATH,
  FAILURE_TYPE,
  INTEGERS_EXACT,
  INTEGERS_HEADER,
  JSON_TYPE,
  SCHEMA_HEADER,
} from "./protocol/media.js";
import type { CallOptions } from "./types.js";

/** How a function's values are coded, where plain JSON does not do. */
export interface Codecs {
  args?: (Codec | undefined)[];
  result?: Codec;
  refusal?: Codec;
  /** For functions with integers beyond 2⁵³−1: `exactJson`. */
  json?: Json;
  /** For functions with raw bytes among their arguments or in a plain result `frames`, for those with live values `live`. */
  frames?: Frames;
  /** Such integers may come back wherever the type has one of 64 bits. */
  exact?: true;
}

/** A request that is ready to be sent. A tuple, because the names of its parts then weigh nothing in a page. */
export type Request = readonly [
  controller: AbortController,
  /**
   * Sends the arguments, with what stands beside their JSON in `parts`, and gives the answer if its media type starts
   * with `expected`; a failure is thrown.
   */
  send: (expected?: string, parts?: Parts) => Promise<Response>,
  /** Waits for the network, whose failure is a lost connection. */
  online: <T>(promise: Promise<T>) => Promise<T>,
  /** The value of a message. */
  decode: (text: string, parts?: Parts) => any,
  /** Aborts the request when `signal` does, the caller's unless another is given; gives what undoes that. */
  follow: (signal?: AbortSignal) => () => void,
  timeout: number | undefined,
  /** Reads an answer; where that fails, it was not telefunc that answered. */
  ours: <T>(read: () => T) => T,
  /** The error that a failure's JSON stands for. */
  failure: (text: string) => TelefuncError,
  json: Json,
  client: Client,
];

/** Takes down what a stub says, at the moment it is called. */
export const request = (
  source: unknown,
  key: string,
  schema: string,
  args: unknown[],
  options: CallOptions = {},
  codecs: Codecs = {},
): Request => {
  const client = clientOf(options);
  const { url = BASE_PATH, headers: shared, fetch: send = fetch, timeout, ...init } = client.options;
  const controller = new AbortController();
  const json = codecs.json ?? JSON;
  let response: Response;
  let type: string;

  const foreign = (cause?: unknown): TelefuncError => {
    const { status } = response;
    // A proxy whose server is away says so with these.
    const Class = status > 501 && status < 505 ? ConnectionError : ProtocolError;
    return new Class(`${key}: not telefunc: ${status} ${type}`, { code: "not_telefunc", status, cause });
  };

  const ours = <T>(read: () => T): T => {
    try {
      return read();
    } catch (cause) {
      throw foreign(cause);
    }
  };

  const online = <T>(promise: Promise<T>): Promise<T> =>
    promise.catch((cause) => {
      throw new ConnectionError(`${key}: ${cause}`, { cause });
    });

  const decode = (text: string, parts: Parts = []): any =>
    ours(() => {
      const value = json.parse(text);
      return codecs.result ? codecs.result(value, parts) : value;
    });

  const failure = (text: string): TelefuncError =>
    ours(() => {
      const fields = json.parse(text) as Failure;
      if (fields.kind === "abort" && codecs.refusal) fields.value = codecs.refusal(fields.value, []);
      const Class = { validation: ValidationError, abort: Abort, bug: ServerError, protocol: ProtocolError }[
        fields.kind
      ];
      return new Class(`${key}: ${text}`, { ...fields, status: response.status, source });
    });

  return [
    controller,
    async (expected = JSON_TYPE, parts: Parts = []) => {
      const values = args.map((arg, i) => codecs.args?.[i]?.(arg, parts) ?? arg);
      const text = json.stringify(values, checker());
      if (url[0] === "/" && !globalThis.location)
        throw new TypeError("telefunc needs an absolute url: configure({ url })");
      const headers = new Headers(await (typeof shared === "function" ? shared() : shared));
      new Headers(options.headers).forEach((value, name) => {
        headers.set(name, value);
      });
      headers.set("content-type", JSON_TYPE);
      headers.set(SCHEMA_HEADER, schema);
      if (codecs.exact) headers.set(INTEGERS_HEADER, INTEGERS_EXACT);
      response = await online(
        send(`${url.replace(/\/$/, "")}/${key}`, {
          ...(init as RequestInit),
          method: "POST",
          headers,
          body: codecs.frames?.write(text, parts, headers) ?? text,
          signal: controller.signal,
        }),
      );
      type = response.headers.get("content-type") ?? "";
      if (type.startsWith(FAILURE_TYPE)) throw failure(await online(response.text()));
      if (!response.ok || !type.startsWith(expected)) throw foreign();
      return response;
    },
    online,
    decode,
    (signal = options.signal) => {
      const abort = (): void => controller.abort(signal?.reason);
      if (signal?.aborted) abort();
      signal?.addEventListener("abort", abort);
      return () => signal?.removeEventListener("abort", abort);
    },
    options.timeout ?? timeout,
    ours,
    failure,
    json,
    client,
  ];
};
