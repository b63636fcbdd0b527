/** All channels of a connection: verbs and numbered frames in, events and new frames out. */

import { type Batch, join } from "./batch.js";
import { Assembly, Channel, CLOSING, DRAINING, FINISHING, type Message, OPENED } from "./channel.js";
import { type Event, exceeded, malformed, misbehaved, type SendError } from "./event.js";
import { chargeCut, Pool, type Window } from "./flow.js";
import * as frames from "./frame.js";
import { readNumbers, takeNumbers } from "./handshake.js";
import { BATCH, FAILURE, INITIAL_CREDIT, LABEL, type Limits, OVERHEAD, PARTS, REQUESTS } from "./limits.js";
import { putVarint } from "./varint.js";

/** A small numbered frame that no credit holds back. How much a `CREDIT` grants is looked up when it goes. */
interface Control {
  kind: number;
  channel: number;
  payload?: Uint8Array;
  request?: number;
}

export class Channels {
  /** What the server said that it can take; until then, what everyone can. */
  peer: { channels: number; message: number };
  /** Bytes accepted and not sent, and bytes received and not consumed, over all channels. */
  queued = 0;
  unread = 0;
  readonly #all: Map<number, Channel> = new Map();
  readonly #limits: Limits;
  readonly #emit: (event: Event) => void;
  readonly #pool: Pool;
  /** The next id of ours, and the lowest that the server may use. */
  #next = 1;
  #nextPeer = 2;
  #openedByPeer = 0;
  /** Small frames, in order; then the lines of channels that wait, each in turn. */
  readonly #control: Control[] = [];
  readonly #ready: number[] = [];
  #refused: number[] = [];
  readonly #starved: number[] = [];

  constructor(limits: Limits, peer: { channels: number; message: number }, emit: (event: Event) => void) {
    this.#limits = limits;
    this.peer = peer;
    this.#emit = emit;
    this.#pool = new Pool(limits.pool);
  }

  /** How many are not forgotten, whoever opened them. */
  get size(): number {
    return this.#all.size;
  }

  open(label: Uint8Array): number | SendError {
    if (label.length > LABEL) return "too_large";
    if (this.size - this.#openedByPeer >= this.peer.channels) return "too_many";
    const channel = this.#next;
    this.#next += 2;
    this.#all.set(channel, new Channel());
    this.#control.push({ kind: frames.OPEN, channel, payload: label });
    return channel;
  }

  send(channel: number, message: Message): SendError | undefined {
    return this.#push(frames.MESSAGE, channel, message);
  }

  request(channel: number, message: Message): number | SendError {
    const found = this.#all.get(channel);
    if (!found) return "closed";
    if (found.asked.size >= REQUESTS) return "too_many";
    const request = found.next;
    const error = this.#push(frames.REQUEST, channel, numbered(request, message), request);
    if (error) return error;
    found.next++;
    found.asked.add(request);
    return request;
  }

  /** Replies to a request of the server's; with `REFUSE`, says that there will be no reply. */
  reply(kind: number, channel: number, request: number, message: Message): SendError | undefined {
    const found = this.#all.get(channel);
    if (!found) return "closed";
    if (found.state === OPENED && !found.owed.has(request)) return "unknown_request";
    const error = this.#push(kind, channel, numbered(request, message));
    if (!error) found.owed.delete(request);
    return error;
  }

  cancel(channel: number, request: number): void {
    const found = this.#all.get(channel);
    if (!found || found.state !== OPENED || !found.asked.has(request)) return;
    const before = found.outbox.queued;
    if (found.outbox.withdraw(request)) {
      found.asked.delete(request);
      this.queued += found.outbox.queued - before;
    } else this.#control.push({ kind: frames.CANCEL, channel, request });
  }

  consume(now: number, channel: number, cost: number): void {
    this.#change(channel, (window, pool) => window.consume(now, cost, pool));
    this.#settle(channel);
    this.#feed(now);
  }

  close(now: number, channel: number): void {
    const found = this.#all.get(channel);
    if (!found) return;
    if (found.state === OPENED && found.outbox.isEmpty()) this.#sayEnd(channel, { kind: frames.CLOSE, channel });
    else if (found.state === OPENED) {
      found.state = FINISHING;
      found.assembly = new Assembly();
      this.#change(channel, (window, pool) => window.discard(now, pool));
    } else if (found.state === DRAINING) {
      this.#control.push({ kind: frames.CLOSE, channel });
      this.#forget(channel);
    }
    this.#feed(now);
  }

  abort(now: number, channel: number, failure: Uint8Array): SendError | undefined {
    if (failure.length > FAILURE) return "too_large";
    const found = this.#all.get(channel);
    if (found?.maySpeak()) {
      this.#discard(channel);
      this.#sayEnd(channel, { kind: frames.FAIL, channel, payload: failure });
      this.#feed(now);
    } else if (found?.state === DRAINING) this.close(now, channel);
    return;
  }

  /** A numbered frame came. */
  handle(now: number, { kind, channel, payload }: frames.Frame): void {
    if (kind === frames.OPEN) {
      this.#opened(channel, payload);
      return;
    }
    const found = this.#all.get(channel);
    if (!found || found.state === DRAINING) throw misbehaved("unknown_channel");
    const [number] = readNumbers(payload, 1) ?? [];
    if (kind === frames.CLOSE) {
      if (this.#endOfPeer(channel, found)) {
        this.#emit({ kind: "closed", channel });
        this.#settle(channel);
      }
    } else if (kind === frames.FAIL) this.#failed(channel, found, payload);
    else if (kind === frames.CREDIT || kind === frames.BLOCKED) {
      if (number === undefined) throw malformed();
      if (kind === frames.CREDIT) {
        found.outbox.credit(number);
        this.#lineUp(channel);
        this.wake();
      } else {
        const parts = (PARTS + 1) * OVERHEAD;
        if (number > chargeCut(this.#limits.message) + parts) throw exceeded("message_too_large");
        this.#change(channel, (window, pool) => window.blocked(now, number, pool));
      }
    } else if (kind === frames.CANCEL) {
      if (number === undefined) throw malformed();
      if (found.state === OPENED && found.owed.has(number)) this.#emit({ kind: "cancelled", channel, request: number });
    } else this.#content(now, kind, channel, found, payload);
  }

  /** Appends new frames until about `room` bytes are written, and gives how many. */
  write(out: Batch, room: number): number {
    let count = 0;
    const start = out.size;
    while (out.size - start < Math.min(BATCH, room)) {
      const control = this.#control.shift();
      if (control) {
        count += this.#writeControl(out, control);
        continue;
      }
      const channel = this.#ready.shift();
      if (channel === undefined) break;
      const found = this.#all.get(channel);
      if (!found) continue;
      found.isReady = false;
      const before = found.outbox.queued;
      count += found.outbox.write(out, channel);
      this.queued += found.outbox.queued - before;
      if (found.state === FINISHING && found.outbox.isEmpty()) {
        found.state = CLOSING;
        this.#stopReading(channel);
        out.put(frames.CLOSE, channel);
        count++;
      } else this.#lineUp(channel);
    }
    return count;
  }

  /** Tells those whose message was refused and would be taken now. */
  wake(): void {
    const waiting = this.#refused;
    this.#refused = [];
    for (const channel of waiting) {
      const found = this.#all.get(channel);
      if (found?.refused === undefined) continue;
      if (this.#accepts(found, found.refused)) {
        found.refused = undefined;
        this.#emit({ kind: "writable", channel });
      } else this.#refused.push(channel);
    }
  }

  #opened(channel: number, label: Uint8Array): void {
    if (channel % 2 || channel < this.#nextPeer) throw misbehaved("bad_channel");
    if (this.#openedByPeer === this.#limits.channels) throw exceeded("too_many_channels");
    if (label.length > LABEL) throw exceeded("label_too_long");
    this.#nextPeer = channel + 2;
    this.#openedByPeer++;
    this.#all.set(channel, new Channel());
    this.#emit({ kind: "opened", channel, label: label.slice() });
  }

  #failed(channel: number, found: Channel, failure: Uint8Array): void {
    if (failure.length > FAILURE) throw exceeded("failure_too_large");
    if (!this.#endOfPeer(channel, found)) return;
    const cost = failure.length + OVERHEAD;
    this.#change(channel, (window, pool) => window.receiveFree(cost, pool));
    this.#hold();
    this.#emit({ kind: "failed", channel, failure: failure.slice(), cost });
  }

  /** The server's end of a channel; gives whether the application is to be told. */
  #endOfPeer(channel: number, found: Channel): boolean {
    if (found.state === OPENED) {
      this.#discard(channel);
      this.#change(channel, (window, pool) => window.dropPartial(pool));
      found.state = DRAINING;
      found.assembly = new Assembly();
      return true;
    }
    if (found.state === FINISHING) this.#control.push({ kind: frames.CLOSE, channel });
    this.#forget(channel);
    return false;
  }

  /** A frame that costs credit: a message, or a part of one. */
  #content(now: number, kind: number, channel: number, found: Channel, payload: Uint8Array): void {
    const cost = payload.length + OVERHEAD;
    if (!found.window.receive(cost)) throw misbehaved("credit_exceeded");
    if (found.state <= FINISHING) this.unread += cost;
    if (found.state !== OPENED) {
      this.#change(channel, (window, pool) => window.discard(now, pool));
      return;
    }
    const message = found.assembly.take(kind, payload, this.#limits.message);
    if (message === undefined) throw exceeded("message_too_large");
    if (message) this.#emit(eventOf(found, kind, channel, message, found.window.complete()));
    this.#hold();
  }

  #hold(): void {
    if (this.unread > this.#limits.inbox) throw exceeded("inbox_full");
  }

  #push(kind: number, channel: number, message: Message, request?: number): SendError | undefined {
    const found = this.#all.get(channel);
    if (found?.state !== OPENED) return "closed";
    const { json, parts } = message;
    const size = parts.reduce((sum, part) => sum + part.length, json.length);
    const cost = size + OVERHEAD * (parts.length + 1);
    if (size > this.peer.message || cost > this.#limits.outbox / 2 || parts.length > PARTS) return "too_large";
    if (!this.#accepts(found, cost)) {
      if (found.refused === undefined) this.#refused.push(channel);
      found.refused = Math.min(found.refused ?? cost, cost);
      return "full";
    }
    for (const payload of parts) found.outbox.push({ kind: frames.PART, payload });
    found.outbox.push({ kind, payload: json, request });
    this.queued += cost;
    this.#lineUp(channel);
    return;
  }

  /** Half of the outbox is for everyone; the other half only for small messages of idle channels. */
  #accepts({ outbox }: Channel, cost: number): boolean {
    const isSmall = !outbox.queued && cost <= INITIAL_CREDIT;
    const bound = isSmall ? this.#limits.outbox : this.#limits.outbox / 2;
    return this.queued + cost <= bound && outbox.hasRoom(cost);
  }

  #writeControl(out: Batch, { kind, channel, payload, request }: Control): number {
    if (kind === frames.CREDIT || kind === frames.CANCEL) {
      const found = this.#all.get(channel);
      // Once our end is said, nothing may follow it.
      if (!found?.maySpeak()) return 0;
      out.putNumbers(kind, channel, request ?? found.grant);
      if (kind === frames.CREDIT) found.grant = 0;
    } else out.put(kind, channel, payload);
    return 1;
  }

  /** Works on a channel's window, and books what it leaves and what it grants. */
  #change(channel: number, change: (window: Window, pool: Pool) => number): void {
    const found = this.#all.get(channel);
    if (!found) return;
    const before = found.window.unread;
    const grant = change(found.window, this.#pool);
    this.unread += found.window.unread - before;
    if (!found.maySpeak()) return;
    if (grant && !found.grant) this.#control.push({ kind: frames.CREDIT, channel });
    found.grant += grant;
    if (found.window.isStarved() && !found.isStarved) {
      found.isStarved = true;
      this.#starved.push(channel);
    }
  }

  /** Serves those that wait for room in the pool, the longest first. */
  #feed(now: number): void {
    for (const channel of [...this.#starved]) {
      this.#change(channel, (window, pool) => window.grant(now, pool));
      const found = this.#all.get(channel);
      if (found?.window.isStarved()) return;
      if (found) found.isStarved = false;
      this.#starved.shift();
    }
  }

  #lineUp(channel: number): void {
    const found = this.#all.get(channel);
    if (!found || found.isReady || !found.outbox.isReady()) return;
    found.isReady = true;
    this.#ready.push(channel);
  }

  /** Drops what a channel has not sent. */
  #discard(channel: number): void {
    const found = this.#all.get(channel);
    if (!found) return;
    this.queued -= found.outbox.queued;
    found.outbox.clear();
    found.refused = undefined;
  }

  /** Drops what a channel has received and nobody will read. */
  #stopReading(channel: number): void {
    this.#change(channel, (window, pool) => window.release(pool));
    const found = this.#all.get(channel);
    if (found) found.assembly = new Assembly();
  }

  /** A channel that the server has ended is over when all that came before is consumed. */
  #settle(channel: number): void {
    const found = this.#all.get(channel);
    if (found?.state !== DRAINING || found.window.unread) return;
    this.#control.push({ kind: frames.CLOSE, channel });
    this.#forget(channel);
  }

  /** Says our end of a channel; nothing of it is read any more. */
  #sayEnd(channel: number, end: Control): void {
    this.#control.push(end);
    this.#stopReading(channel);
    const found = this.#all.get(channel);
    if (found) found.state = CLOSING;
  }

  /** Both ends are said. */
  #forget(channel: number): void {
    this.#discard(channel);
    this.#stopReading(channel);
    if (this.#all.delete(channel) && channel % 2 === 0) this.#openedByPeer--;
  }
}

/** The message with the request's number in front of its JSON. */
const numbered = (request: number, { json, parts }: Message): Message => {
  const number: number[] = [];
  putVarint(number, request);
  return { json: join([new Uint8Array(number), json]), parts };
};

/** What a whole message means to the application. */
const eventOf = (found: Channel, kind: number, channel: number, message: Message, cost: number): Event => {
  if (kind === frames.MESSAGE) return { kind: "message", channel, message, cost };
  const taken = takeNumbers(message.json, 1);
  if (!taken) throw malformed();
  const request = taken[0][0]!;
  message.json = taken[1];
  if (kind === frames.REQUEST) {
    if (found.owed.size === REQUESTS) throw exceeded("too_many_requests");
    if (found.owed.has(request)) throw misbehaved("reused_request");
    found.owed.add(request);
    return { kind: "request", channel, request, message, cost };
  }
  if (!found.asked.delete(request)) throw misbehaved("unknown_request");
  if (kind === frames.REPLY) return { kind: "reply", channel, request, message, cost };
  return { kind: "refused", channel, request, failure: message.json, cost };
};
