import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler, Router } from 'express';
import helmet from 'helmet';

/** Scripts and styles of the page have the hash of their content in their name. */
const A_YEAR_SECONDS = 365 * 24 * 60 * 60;

/**
 * Serves the built page of a folder. It may load what this host serves and nothing else, runs no inline script, sits in
 * no frame, and turns no text into markup. Whoever has no page there yet is told how to build one.
 */
export function pageRoutes(folder: string, limiter: RequestHandler): Router {
  const router = Router();
  const files = express.static(folder, {
    index: 'index.html',
    etag: true,
    setHeaders: (res, path) => {
      const isHashed = path.startsWith(join(folder, 'assets'));
      res.set('Cache-Control', isHashed ? `public, max-age=${A_YEAR_SECONDS}, immutable` : 'no-cache');
    },
  });
  const unbuilt: RequestHandler = (req, res, next) => {
    if (req.path !== '/' || existsSync(join(folder, 'index.html'))) next();
    else res.status(404).type('text/plain').send('The page has not been built: npm run build:page\n');
  };
  router.use(onlyReads(limiter, headers, unbuilt, files));
  return router;
}

const headers: RequestHandler[] = [
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        workerSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
        // One policy, which names the page's own worker.
        trustedTypes: ['barterloop'],
      },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
  }),
  (_req, res, next) => {
    res.set('Permissions-Policy', 'geolocation=(self), camera=(), microphone=(), payment=()');
    next();
  },
];

/** The page is at `/`, its scripts and styles below `/assets`; other paths are the API's. */
function onlyReads(...handlers: (RequestHandler | RequestHandler[])[]): RequestHandler {
  const page = Router();
  page.use(...handlers.flat());
  return (req, res, next) => {
    const isPage = /^\/($|index\.html$|assets\/|favicon\.svg$)/.test(req.path);
    if (isPage && (req.method === 'GET' || req.method === 'HEAD')) page(req, res, next);
    else next();
  };
}
