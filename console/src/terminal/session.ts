// The client's end of a session: shakes hands, acknowledges, sends again what was not acknowledged.
import { Payload, bytesOf, decode, encode, newId, textOf, type Frame } from './frames';

export interface SessionEvents {
  output: (bytes: Uint8Array) => void;
  ready: () => void;
  ended: (text: string) => void;
}

const CHUNK = 1024;
const RESEND_MS = 500;

export class Session {
  private socket: WebSocket;
  private expected = 0;
  private early = new Map<number, Frame>();
  private next = 0;
  private unacknowledged = new Map<number, Uint8Array>();
  private sending: Promise<void> = Promise.resolve();
  private timer: number;
  private over = false;

  constructor(url: string, token: string, private events: SessionEvents) {
    this.socket = new WebSocket(url);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onopen = () => this.socket.send(JSON.stringify({
      MessageSchemaVersion: '1.0', RequestId: newId(), TokenValue: token, ClientId: newId(), ClientVersion: '1.2.650.0' }));
    this.socket.onmessage = ({ data }) => {
      const frame = data instanceof ArrayBuffer ? decode(data) : null;
      if (frame) this.take(frame);
    };
    this.socket.onclose = () => this.end('The connection was closed.');
    this.timer = window.setInterval(() => this.resend(), RESEND_MS);
  }

  type(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += CHUNK) this.send(Payload.output, bytes.slice(at, at + CHUNK));
  }

  resize(rows: number, cols: number): void {
    this.send(Payload.size, bytesOf({ cols, rows }));
  }

  close(): void {
    this.over = true;
    clearInterval(this.timer);
    this.socket.close();
  }

  private end(text: string): void {
    if (this.over) return;
    this.close();
    this.events.ended(text);
  }

  // Digests are made one after the other, so that frames leave in the order of their numbers.
  private send(payloadType: number, payload: Uint8Array): void {
    const number = this.next++;
    this.sending = this.sending.then(async () => {
      const frame = await encode('input_stream_data', payload, number, 0, payloadType);
      this.unacknowledged.set(number, frame);
      this.put(frame);
    });
  }

  private put(frame: Uint8Array): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(frame as Uint8Array<ArrayBuffer>);
  }

  private resend(): void {
    const oldest = this.unacknowledged.values().next();
    if (!oldest.done) this.put(oldest.value);
  }

  private acknowledge(frame: Frame): void {
    const payload = bytesOf({
      AcknowledgedMessageType: frame.type, AcknowledgedMessageId: frame.id, AcknowledgedMessageSequenceNumber: frame.sequence, IsSequentialMessage: true });
    this.sending = this.sending.then(async () => this.put(await encode('acknowledge', payload, 0, 3)));
  }

  private take(frame: Frame): void {
    if (frame.type === 'acknowledge') {
      this.unacknowledged.delete(JSON.parse(textOf(frame.payload)).AcknowledgedMessageSequenceNumber);
    } else if (frame.type === 'channel_closed') {
      this.end(JSON.parse(textOf(frame.payload)).Output);
    } else if (frame.type === 'output_stream_data' && frame.sequence >= this.expected) {
      this.acknowledge(frame);
      this.early.set(frame.sequence, frame);
      for (let due = this.early.get(this.expected); due; due = this.early.get(this.expected)) {
        this.early.delete(this.expected++);
        this.process(due);
      }
    }
  }

  private process(frame: Frame): void {
    if (frame.payloadType === Payload.handshakeRequest) {
      const asked = JSON.parse(textOf(frame.payload)).RequestedClientActions as { ActionType: string }[];
      this.send(Payload.handshakeResponse, bytesOf({
        ClientVersion: '1.2.650.0', Errors: null,
        ProcessedClientActions: asked.map(({ ActionType }) => ({ ActionType, ActionStatus: ActionType === 'SessionType' ? 1 : 3, ActionResult: null, Error: '' })) }));
    } else if (frame.payloadType === Payload.handshakeComplete) {
      this.events.ready();
    } else {
      this.events.output(frame.payload);
    }
  }
}
