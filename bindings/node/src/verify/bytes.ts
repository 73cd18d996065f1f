/**
 * Bytes as texts write them, each in one form only: what could be written in two ways would have two digests.
 */

import { sha256 as hash } from "@noble/hashes/sha2.js";

/** UTF-8 of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text of these bytes; none where they are not UTF-8. A byte order mark is a sign like any other. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The length of a text in UTF-8. */
export function utf8Length(text: string): number {
  return utf8(text).length;
}

/** SHA-256 of these parts, one after the other. */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  return hash(concat(...parts));
}

/** A digest as evidence names it: `sha256:` and 64 lower-case digits. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${hex(sha256(bytes))}`;
}

/** Lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** These parts in one piece. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two rows of bytes are the same. None of those compared here are secret. */
export function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** Base64 with padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Reads base64 in the one form that each row of bytes has; none where it is another. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  // Bits that are left over and not zero would make two texts the same bytes.
  return toBase64(bytes) === text ? bytes : undefined;
}

/** Base64url without padding (RFC 4648, section 5; RFC 7515, section 2). */
export function toBase64url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Reads base64url without padding, in its one form, and where `length` is given of exactly so many bytes. */
export function fromBase64url(text: string, length?: number): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const padding = "=".repeat((4 - (text.length % 4)) % 4);
  const bytes = fromBase64(text.replaceAll("-", "+").replaceAll("_", "/") + padding);
  return length === undefined || bytes?.length === length ? bytes : undefined;
}
