/** Failures as they travel on a channel, and the errors they stand for. */

import { Abort, ProtocolError, ServerError, type TelefuncError, ValidationError } from "../errors.js";
import { checker } from "../json.js";
import { type Failure, isFailure } from "../protocol/failure.js";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Bytes of the wire as text, and back. */
export const toText = (bytes: Uint8Array): string => decoder.decode(bytes);
export const toBytes = (text: string): Uint8Array => encoder.encode(text);

/** The error that a failure of the server's stands for. */
export const toError = (bytes: Uint8Array): TelefuncError => {
  const text = toText(bytes);
  let failure: Failure | undefined;
  try {
    failure = JSON.parse(text);
  } catch {}
  if (!isFailure(failure)) return new ProtocolError(`not a failure: ${text}`, { code: "malformed_body" });
  const Class = { validation: ValidationError, abort: Abort, bug: ServerError, protocol: ProtocolError }[failure.kind];
  return new Class(text, failure);
};

/** What the server may know of an error of the page: the value of an `Abort`, else only an id that the console has too. */
export const fromError = (error: unknown): Uint8Array => {
  try {
    if (error instanceof Abort) return abortion(error.value);
  } catch (unsendable) {
    error = unsendable;
  }
  const id = Math.random().toString(16).slice(2, 10);
  console.error(`telefunc: bug ${id}:`, error);
  return toBytes(JSON.stringify({ kind: "bug", id }));
};

/** The failure of somebody who aborts. */
export const abortion = (value: unknown): Uint8Array =>
  toBytes(JSON.stringify({ kind: "abort", value: value ?? null }, checker()));

/** Shows an error that nobody waits for. */
export const report = (error: unknown): void => (globalThis.reportError ?? console.error)(error);
