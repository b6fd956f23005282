import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import { HttpError } from './http';

/** No request of this API needs more. */
const LARGEST_BODY = '64kb';
/** An item with wants is 4 deep. */
const DEEPEST_JSON = 16;

/**
 * Reads JSON bodies, and refuses what is no plain JSON: other types and encodings (so there is no bomb to inflate),
 * invalid UTF-8, deep nesting (before it is parsed) and `__proto__` keys.
 */
export function jsonBody(): RequestHandler[] {
  const read = express.json({
    limit: LARGEST_BODY,
    inflate: false,
    strict: true,
    type: 'application/json',
    verify: (_req, _res, bytes) => {
      if (!isUtf8(bytes)) throw new HttpError(400, 'malformed', 'The body is not valid UTF-8.');
      if (nestsDeeperThan(bytes, DEEPEST_JSON)) {
        throw new HttpError(400, 'malformed', `JSON may be nested at most ${DEEPEST_JSON} deep.`);
      }
    },
    reviver: (key: string, value: unknown) => {
      if (key === '__proto__') throw new SyntaxError('Unexpected key');
      return value;
    },
  });
  return [onlyJson, read];
}

const onlyJson: RequestHandler = (req, _res, next) => {
  const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  if (hasBody && !isJson(req.headers['content-type'])) {
    throw new HttpError(415, 'unsupported-media-type', 'Send the body as uncompressed UTF-8 application/json.');
  }
  next();
};

function isJson(contentType: string | undefined): boolean {
  const [type, ...parameters] = (contentType ?? '').toLowerCase().split(';');
  if (type?.trim() !== 'application/json') return false;
  return parameters.every((parameter) => {
    const [name, value = ''] = parameter.split('=');
    return name?.trim() !== 'charset' || /^"?utf-?8"?$/.test(value.trim());
  });
}

/** Counts brackets outside of strings; on bytes, because UTF-8 never uses these values inside of other characters. */
function nestsDeeperThan(bytes: Buffer, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth++;
      if (depth > limit) return true;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return false;
}

const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
