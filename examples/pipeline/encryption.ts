/** A payload codec that encrypts whatever goes to the server: AES-256-GCM over each payload, its metadata included. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';

const { Payload: Message } = proto.temporal.api.common.v1;

const ENCODING = Buffer.from('binary/encrypted');
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** @param key  32 bytes, the same for all clients and workers */
export function encryption(key: Uint8Array): PayloadCodec {
  return {
    encode: async (payloads) => payloads.map((payload) => encrypted(key, payload)),
    decode: async (payloads) => payloads.map((payload) => decrypted(key, payload)),
  };
}

function encrypted(key: Uint8Array, payload: Payload): Payload {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv);
  const text = Buffer.concat([cipher.update(Message.encode(payload).finish()), cipher.final()]);
  return { metadata: { encoding: ENCODING }, data: Buffer.concat([iv, cipher.getAuthTag(), text]) };
}

function decrypted(key: Uint8Array, payload: Payload): Payload {
  const { metadata, data } = payload;
  if (!data || !ENCODING.equals(metadata?.['encoding'] ?? ENCODING.subarray(1))) return payload;
  const cipher = createDecipheriv(CIPHER, key, data.subarray(0, IV_BYTES));
  cipher.setAuthTag(data.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Message.decode(Buffer.concat([cipher.update(data.subarray(IV_BYTES + TAG_BYTES)), cipher.final()]));
}
