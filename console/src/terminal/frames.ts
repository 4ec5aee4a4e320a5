// The frames of a session's data channel (docs/exec.md): a head of 116 bytes, the payload's length, the payload.

export const Payload = { output: 1, size: 3, handshakeRequest: 5, handshakeResponse: 6, handshakeComplete: 7 } as const;

export interface Frame {
  type: string;
  sequence: number;
  flags: number;
  id: string;
  payloadType: number;
  payload: Uint8Array;
}

const HEAD = 116;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const bytesOf = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);

/** The halves of an id are swapped in a frame. */
function idBytes(id: string): Uint8Array {
  const plain = Uint8Array.from(id.replace(/-/g, '').match(/../g)!, (pair) => parseInt(pair, 16));
  return Uint8Array.of(...plain.slice(8), ...plain.slice(0, 8));
}

function idText(bytes: Uint8Array): string {
  const text = [...bytes.slice(8), ...bytes.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}

/** 4 random fields of an id, version 4: crypto.randomUUID is there on secure pages only. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return idText(Uint8Array.of(...bytes.slice(8), ...bytes.slice(0, 8)));
}

export async function encode(type: string, payload: Uint8Array, sequence = 0, flags = 0, payloadType = 0): Promise<Uint8Array> {
  const frame = new Uint8Array(HEAD + 4 + payload.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, HEAD);
  frame.set(encoder.encode(type.padEnd(32)), 4);
  view.setUint32(36, 1);
  view.setBigUint64(40, BigInt(Date.now()));
  view.setBigInt64(48, BigInt(sequence));
  view.setBigUint64(56, BigInt(flags));
  frame.set(idBytes(newId()), 64);
  frame.set(new Uint8Array(await crypto.subtle.digest('SHA-256', payload as BufferSource)), 80);
  view.setUint32(112, payloadType);
  view.setUint32(HEAD, payload.length);
  frame.set(payload, HEAD + 4);
  return frame;
}

/** Null for what is no frame. */
export function decode(data: ArrayBuffer): Frame | null {
  const view = new DataView(data);
  if (data.byteLength < HEAD + 4 || view.getUint32(0) !== HEAD) return null;
  const length = view.getUint32(HEAD);
  if (data.byteLength < HEAD + 4 + length) return null;
  return {
    type: textOf(new Uint8Array(data, 4, 32)).replace(/[\0 ]+$/, ''),
    sequence: Number(view.getBigInt64(48)),
    flags: Number(view.getBigUint64(56)),
    id: idText(new Uint8Array(data, 64, 16)),
    payloadType: view.getUint32(112),
    payload: new Uint8Array(data, HEAD + 4, length),
  };
}
