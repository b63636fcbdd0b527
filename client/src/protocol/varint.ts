/** Variable-length integers as in QUIC (RFC 9000 §16), here up to 2⁵³−1: one, two, four or eight bytes. */

/** Appends the shortest form of `value` to `out`. */
export const putVarint = (out: number[], value: number): void => {
  const form = value < 0x40 ? 0 : value < 0x4000 ? 1 : value < 0x40000000 ? 2 : 3;
  const start = out.length;
  for (let i = 1 << form; i--; value = Math.floor(value / 256)) out[start + i] = value % 256;
  out[start]! |= form << 6;
};

/** How many bytes the number takes whose first byte this is. */
export const varintLength = (first: number): number => 1 << (first >> 6);

/** Reads the number at `at`; the caller has seen to it that all its bytes are there. */
export const takeVarint = (bytes: Uint8Array, at: number): number => {
  const end = at + varintLength(bytes[at]!);
  let value = bytes[at]! & 63;
  while (++at < end) value = value * 256 + bytes[at]!;
  return value;
};
