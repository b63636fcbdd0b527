/** Callbacks: functions of the page that the server calls, and the other way round. */

import { type CallbackCodecs, type Codec, tuple } from "../codec.js";
import { report } from "./failure.js";
import { release, watch } from "./handle.js";
import type { Port } from "./port.js";
import type { Scope } from "./scope.js";

const codecOf = ({ args }: CallbackCodecs): Codec | undefined => args && tuple(args);

/** Lets the server call `fn` for as long as it wants to. */
export const serve = (port: Port, fn: (...args: any[]) => unknown, codecs: CallbackCodecs, scope: Scope): Port => {
  const args = codecOf(codecs);
  return port.own({
    take(arrived) {
      // Taken as soon as it is called, so that calls may overlap, however long each of them takes.
      port.consume(arrived);
      const result = (async () => scope.encode(await fn(...scope.decode(arrived.message, args)), codecs.result))();
      if (arrived.kind === "request") port.answer(arrived.request, result);
      else result.catch(report);
    },
    refused: report,
  });
};

/** A function of the server's. */
export const reviveCallback = (port: Port, codecs: CallbackCodecs, scope: Scope): unknown => {
  const args = codecOf(codecs);
  const fn = async (...values: unknown[]): Promise<unknown> => {
    const message = scope.encode(values, args);
    return scope.decode(await port.ask(message, fn), codecs.result);
  };
  port.own({ take: (arrived) => port.consume(arrived), refused: report });
  watch(fn, port);
  return Object.assign(fn, release(port));
};
