/** A reliable, ordered, resumable stream of frames above wires that come and go; told in `connection.rs`. */

import { Batch } from "./batch.js";
import type { Message } from "./channel.js";
import { Channels } from "./channels.js";
import { type End, type Event, malformed, misbehaved, type SendError, Violation } from "./event.js";
import * as frames from "./frame.js";
import { putAttach, readNumbers } from "./handshake.js";
import { defaults, type Limits, OVERHEAD, REPLACED } from "./limits.js";
import { Replay } from "./replay.js";
import { ACK, GRACE, HANDSHAKE, IDLE, Timers } from "./timer.js";

/** We have asked; the server has not answered. */
const ATTACHING = 0;
/** It carries the connection. */
const ACTIVE = 1;
/** Another one carries the connection; what is under way on this one still counts. */
const REPLACED_BY = 2;

/** A wire that is not lost. */
interface Wire {
  readonly id: number;
  role: typeof ATTACHING | typeof ACTIVE | typeof REPLACED_BY;
  /** The number of the next numbered frame that comes in on it, once one may come. */
  nextIn?: number;
  /** The number of the next frame to send on it, once that is known. */
  nextOut?: number | undefined;
  /** The count of attaches when this one was last attached. */
  ordinal: number;
  /** Whether an attach on it has no answer yet. */
  isAsking: boolean;
  /** How many frames the attach said were received. */
  said: number;
  /** Frames that speak of this wire. */
  readonly out: Batch;
  owesPong: boolean;
}

/** Whole frames for one wire, to be written in one go. */
export interface Transmit {
  wire: number;
  bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The client's end of a connection. The owner tells it what happened (`handle…`) or what the application
 * wants (the verbs), then takes every `pollEvent`, then `pollTransmit` for as long as the wire takes more,
 * both until there is nothing, and calls `handleTimeout` at `pollTimeout`.
 */
export class Connection {
  /** Why the connection is over, once it is. */
  ended: End | undefined;
  readonly #token: Uint8Array;
  readonly #limits: Limits;
  #channels: Channels;
  #replay = new Replay();
  #timers = new Timers();
  readonly #events: Event[] = [];
  #wires: Wire[] = [];
  /** How many wires were attached. */
  #attaches = 0;
  /** How many numbered frames the server has delivered, and the same as we last told it. */
  #received = 0;
  #told = 0;
  /** Bytes of the frames between the two. */
  #untold = 0;
  #isAckDue = false;

  /** A connection without a wire; the token is 16 random bytes. */
  constructor(now: number, token: Uint8Array, limits: Limits = defaults()) {
    this.#token = token;
    this.#limits = { ...limits };
    const { channels, message } = defaults();
    this.#channels = new Channels(this.#limits, { channels, message }, (event) => this.#events.push(event));
    this.#timers.set(GRACE, now + limits.grace);
  }

  /** What happened since, one event at a time. */
  pollEvent(): Event | undefined {
    return this.#events.shift();
  }

  /** When `handleTimeout` must be called, if nothing happens before; `Infinity` for never. */
  pollTimeout(): number {
    return this.#timers.next();
  }

  /** Payload bytes held now: unread, unsent and unacknowledged. */
  get memory(): number {
    return this.#channels.unread + this.#channels.queued + this.#replay.bytes;
  }

  /** How many channels are not forgotten. */
  get channels(): number {
    return this.#channels.size;
  }

  /** Opens a channel, usable at once. A message that mentions it must be sent after. */
  open(label: Uint8Array): number | SendError {
    return this.ended ? "closed" : this.#channels.open(label);
  }

  /** Sends a message, which arrives exactly once and in order, or the channel ends. */
  send(channel: number, message: Message): SendError | undefined {
    return this.#channels.send(channel, message);
  }

  /** Sends a message that wants a reply; gives the number under which it will come. */
  request(channel: number, message: Message): number | SendError {
    return this.#channels.request(channel, message);
  }

  /** Replies to a request of the server's. */
  reply(channel: number, request: number, message: Message): SendError | undefined {
    return this.#channels.reply(frames.REPLY, channel, request, message);
  }

  /** Says that there will be no reply, with a failure as JSON text. */
  refuse(channel: number, request: number, failure: Uint8Array): SendError | undefined {
    return this.#channels.reply(frames.REFUSE, channel, request, { json: failure, parts: [] });
  }

  /** Says that the reply to a request of ours is no longer wanted. */
  cancel(channel: number, request: number): void {
    this.#channels.cancel(channel, request);
  }

  /** The application has taken something that an event said costs `cost`. */
  consume(now: number, channel: number, cost: number): void {
    this.#channels.consume(now, channel, cost);
  }

  /** Ends a channel, after what was sent on it. What the server sends meanwhile is dropped. */
  close(now: number, channel: number): void {
    this.#channels.close(now, channel);
  }

  /** Ends a channel at once with a failure as JSON text. */
  abort(now: number, channel: number, failure: Uint8Array): SendError | undefined {
    return this.#channels.abort(now, channel, failure);
  }

  /** Ends the connection and every channel of it, at once. */
  shutdown(): void {
    this.#end({ culprit: "local", name: "closed" }, true);
  }

  /**
   * Binds `wire`, which can be written to now. On the very first wire everything that waits follows at
   * once; on later ones after the server has said where to go on.
   */
  attach(now: number, wire: number): void {
    if (this.ended) return;
    const stale = ({ role, nextIn }: Wire): boolean => role === ATTACHING && nextIn === undefined;
    for (const { id } of this.#wires.filter(stale)) this.#events.push({ kind: "wireDone", wire: id });
    this.#wires = this.#wires.filter((other) => !stale(other));
    const bound: Wire = {
      id: wire,
      role: ATTACHING,
      nextOut: this.#attaches ? undefined : 0,
      ordinal: 0,
      isAsking: false,
      said: 0,
      out: new Batch(),
      owesPong: false,
    };
    this.#wires.push(bound);
    this.#ask(now, bound);
  }

  /** The wire is gone, or is given up: nothing more comes from it or goes to it. */
  handleWireLost(now: number, wire: number): void {
    const lost = this.#wire(wire);
    if (!lost) return;
    this.#wires = this.#wires.filter((other) => other !== lost);
    if (this.ended || lost.role === REPLACED_BY) return;
    if (lost.role === ATTACHING) {
      const active = this.#wires.find(({ role }) => role === ACTIVE);
      if (active) {
        // The server may have gone over to the wire that is lost now, so it is called back.
        active.role = ATTACHING;
        active.nextOut = undefined;
        this.#timers.clear(IDLE);
        this.#timers.set(GRACE, now + this.#limits.grace);
        this.#ask(now, active);
        return;
      }
      this.#stopAsking();
    } else {
      this.#timers.clear(IDLE);
      this.#timers.set(GRACE, now + this.#limits.grace);
    }
    if (lost.nextIn !== undefined) this.#events.push({ kind: "detached" });
  }

  /**
   * The wire is gone, and the server has certainly seen nothing of it: the connect was refused, or an
   * intermediary answered 503. So the next wire may still be the first.
   */
  handleWireRefused(now: number, wire: number): void {
    if (this.#wire(wire)?.role === ATTACHING && this.#attaches === 1) this.#attaches = 0;
    this.handleWireLost(now, wire);
  }

  /** A frame came on `wire`. One from a wire that is lost or unknown is ignored. */
  handleFrame(now: number, wire: number, frame: frames.Frame): void {
    const bound = this.#wire(wire);
    if (this.ended || !bound) return;
    try {
      if (frame.kind >= frames.MESSAGE) this.#handleNumbered(now, bound, frame);
      else this.#handleWireFrame(now, bound, frame);
      if (bound.role === ACTIVE) this.#timers.set(IDLE, now + this.#limits.idle);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      // One who says that it is over is not told so again.
      this.#end(error.end, error.end.culprit !== "peer");
    }
  }

  /** The bytes of `wire` are not frames: as bad as a frame that breaks a rule. */
  handleMalformed(wire: number): void {
    if (this.#wire(wire)) this.#end({ culprit: "malformed", name: "malformed_frame" }, true);
  }

  /** The time that `pollTimeout` gave has come. May be called at any time. */
  handleTimeout(now: number): void {
    for (let timer = this.#timers.expire(now); timer >= 0; timer = this.#timers.expire(now)) {
      if (timer === GRACE) this.#end({ culprit: "lost", name: "lost" }, true);
      else if (timer === ACK) this.#isAckDue = this.#received > this.#told;
      else {
        const role = timer === IDLE ? ACTIVE : ATTACHING;
        for (const { id } of this.#wires.filter((wire) => wire.role === role)) {
          this.handleWireLost(now, id);
          this.#events.push({ kind: "wireDone", wire: id });
        }
      }
    }
  }

  /** What to write next, if anything. To be called only when the wire takes more. */
  pollTransmit(): Transmit | undefined {
    const carrier = this.#carrier();
    for (const wire of this.#wires) {
      if (wire.owesPong) wire.out.put(frames.PONG);
      wire.owesPong = false;
      if (wire !== carrier && wire.out.size) return { wire: wire.id, bytes: wire.out.take() };
    }
    if (!carrier) return;
    const { out, id: wire } = carrier;
    let next = carrier.nextOut!;
    if (next < this.#replay.acked) {
      // The server got these by another wire since this one was bound, and they are not kept.
      carrier.nextOut = next = this.#replay.acked;
      out.putNumbers(frames.SKIP, 0, next);
    }
    const isBehind = next < this.#replay.end;
    const again = isBehind && !out.size && !this.#isAckDue && this.#replay.read(next);
    if (again) {
      carrier.nextOut = again[1];
      return { wire, bytes: again[0] };
    }
    const start = out.size;
    const room = this.#limits.replay - this.#replay.bytes;
    const count = isBehind ? 0 : this.#channels.write(out, room);
    const end = out.size;
    if (this.#received !== this.#told && (end || this.#isAckDue)) {
      out.putNumbers(frames.ACKNOWLEDGE, 0, this.#received);
      this.#told = this.#received;
      this.#untold = 0;
      this.#isAckDue = false;
      this.#timers.clear(ACK);
    }
    if (!out.size) return;
    const bytes = out.take();
    if (count) {
      this.#replay.push(count, bytes.subarray(start, end));
      carrier.nextOut = next + count;
      this.#channels.wake();
    }
    return { wire, bytes };
  }

  #wire(id: number): Wire | undefined {
    return this.#wires.find((wire) => wire.id === id);
  }

  /** The wire that numbered frames go out on: the active one, or the very first while it waits for its answer. */
  #carrier(): Wire | undefined {
    if (this.ended) return;
    const ready = this.#wires.filter(({ nextOut }) => nextOut !== undefined);
    return ready.find(({ role }) => role === ACTIVE) ?? ready.find(({ role }) => role === ATTACHING);
  }

  #ask(now: number, wire: Wire): void {
    const { channels, message, handshake } = this.#limits;
    wire.said = this.#received;
    wire.ordinal = this.#attaches++;
    wire.isAsking = true;
    putAttach(wire.out, { token: this.#token, ordinal: wire.ordinal, received: wire.said, channels, message });
    this.#timers.set(HANDSHAKE, now + handshake);
  }

  #stopAsking(): void {
    if (this.#wires.every(({ role }) => role !== ATTACHING)) this.#timers.clear(HANDSHAKE);
  }

  #handleNumbered(now: number, wire: Wire, frame: frames.Frame): void {
    if (wire.nextIn === undefined) throw misbehaved("misplaced_frame");
    if (wire.nextIn++ < this.#received) return;
    this.#received++;
    this.#untold += frame.payload.length + OVERHEAD;
    if (this.#untold >= this.#limits.ackBytes) this.#isAckDue = true;
    this.#timers.arm(ACK, now + this.#limits.ackDelay);
    this.#channels.handle(now, frame);
  }

  #handleWireFrame(now: number, wire: Wire, { kind, payload }: frames.Frame): void {
    const numbers = (count: number): number[] => {
      const found = readNumbers(payload, count);
      if (!found) throw malformed();
      return found;
    };
    if (kind === frames.PING) wire.owesPong = true;
    else if (kind === frames.ACKNOWLEDGE) this.#acked(numbers(1)[0]!);
    else if (kind === frames.SKIP) {
      const number = numbers(1)[0]!;
      if (!(wire.nextIn! <= number && number <= this.#received)) throw misbehaved("bad_ack");
      wire.nextIn = number;
    } else if (kind === frames.ATTACHED) this.#attached(now, wire, numbers(4));
    else if (kind === frames.DRAIN) this.#events.push({ kind: "drain", after: numbers(1)[0]! });
    else if (kind === frames.END) this.#handleEnd(now, wire, payload);
    else if (kind !== frames.PONG) throw misbehaved("misplaced_frame");
  }

  /** The server says that it is over. Said to a wire that does not carry the connection, it may be about that wire only. */
  #handleEnd(now: number, wire: Wire, payload: Uint8Array): void {
    const name = String.fromCharCode(...payload.subarray(0, 64));
    const hasOther = wire.role !== ACTIVE && this.#wires.some(({ role }) => role === ACTIVE);
    if (!hasOther && wire.role !== REPLACED_BY && name !== "stale_wire") throw new Violation("peer", name);
    this.handleWireLost(now, wire.id);
    this.#events.push({ kind: "wireDone", wire: wire.id });
  }

  #acked(received: number): void {
    if (!this.#replay.ack(received)) throw misbehaved("bad_ack");
  }

  #attached(now: number, wire: Wire, [received, channels, message, grace]: number[]): void {
    if (!wire.isAsking) throw misbehaved("misplaced_frame");
    wire.isAsking = false;
    wire.nextIn = wire.said;
    // Another wire, attached after this one, was answered before it.
    const isLate = wire.role === REPLACED_BY;
    if (wire.nextOut !== undefined && received && !isLate) throw misbehaved("bad_ack");
    wire.nextOut ??= received!;
    this.#acked(received!);
    if (isLate) return;
    this.#channels.peer = { channels: channels!, message: message! };
    this.#limits.grace = grace!;
    for (const other of this.#wires) {
      if (other === wire) other.role = ACTIVE;
      else if (other.role === ACTIVE || (other.role === ATTACHING && other.ordinal < wire.ordinal)) {
        other.role = REPLACED_BY;
        this.#events.push({ kind: "wireDone", wire: other.id });
      }
    }
    // An acknowledgement that another wire carried may be lost with it, so it is due again.
    this.#told = wire.said;
    // What is told already is no longer due; left due, it would hold back what is to be sent again.
    this.#isAckDue &&= this.#received > this.#told;
    this.#timers.set(ACK, now + this.#limits.ackDelay);
    this.#timers.clear(GRACE);
    this.#timers.set(IDLE, now + this.#limits.idle);
    const replaced = this.#wires.filter(({ role }) => role === REPLACED_BY);
    if (replaced.length > REPLACED) this.#wires = this.#wires.filter((other) => other !== replaced[0]);
    this.#events.push({ kind: "attached", wire: wire.id });
    this.#stopAsking();
  }

  /** Ends the connection; every later input is ignored. */
  #end(end: End, tell: boolean): void {
    if (this.ended) return;
    this.ended = end;
    for (const { id, role, out } of this.#wires) {
      if (role === REPLACED_BY) continue;
      if (tell)
        out.put(
          frames.END,
          0,
          Uint8Array.from(end.name, (letter) => letter.charCodeAt(0)),
        );
      this.#events.push({ kind: "wireDone", wire: id });
    }
    this.#events.push({ kind: "ended", end });
    this.#timers = new Timers();
    this.#replay = new Replay();
    this.#channels = new Channels(this.#limits, this.#channels.peer, () => {});
  }
}
