/** 128 random bits; `crypto.randomUUID` is not there where the page comes without TLS from another machine. */
export function uniqueId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(16).padStart(8, '0')).join('');
}
