import { type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import type { HostContext } from './context';
import { notFound } from './http';
import type { UnsubscribeLinks } from './unsubscribe';

/** A page of one button, as whoever opens the link of a mail sees it: it changes nothing, for scanners open links, too. */
const QUESTION = page('<form method="post"><button>Send me no more daily mails</button></form>');
const ANSWER = page('<p>You get no more daily mails. Your inbox has everything.</p>');

function page(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Daily mails</title>${body}</html>`;
}

/**
 * `/unsubscribe/:token`, for mail programs and people without a session: the token says who. GET shows a button; POST acts,
 * whatever its body says (RFC 8058 sends `List-Unsubscribe=One-Click`), and again without harm. Stands before the check of
 * origins: mail programs have none, and the form of this very page sends `null`, as it names no referrer.
 */
export function unsubscribeRoutes(
  { engine, storage, turns }: Pick<HostContext, 'engine' | 'storage' | 'turns'>,
  links: UnsubscribeLinks,
  limiter: RequestHandler,
): Router {
  const router = Router();
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], formAction: ["'self'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    },
    referrerPolicy: { policy: 'no-referrer' },
  });
  router.use('/unsubscribe', limiter, headers, (_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });

  const userOf = (token: string) => {
    const userId = links.userOf(token);
    if (userId === null) throw notFound('link');
    return userId;
  };

  router.get('/unsubscribe/:token', (req, res) => {
    userOf(req.params.token);
    res.type('html').send(QUESTION);
  });

  router.post('/unsubscribe/:token', async (req, res) => {
    const userId = userOf(req.params.token);
    await turns(`owner ${userId}`, async () => {
      const { digest, ...rest } = (await storage.preferences.get(userId)) ?? { userId };
      if (digest) await engine.setPreferences(rest);
    });
    res.type('html').send(ANSWER);
  });

  return router;
}
