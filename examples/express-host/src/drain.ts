import type { RequestHandler } from 'express';

/** Knows of the requests under way. */
export interface Drain {
  /** Put first, so that it counts every request. Socket.IO's never get here. */
  count: RequestHandler;
  /** Resolves once none is under way, or the time is up. */
  emptied(withinMs: number): Promise<void>;
}

/** Lets a host answer what it has begun before it closes. */
export function createDrain(): Drain {
  let underWay = 0;
  let onEmpty = () => {};
  return {
    count: (_req, res, next) => {
      underWay++;
      res.on('close', () => {
        underWay--;
        if (underWay === 0) onEmpty();
      });
      next();
    },
    emptied: (withinMs) =>
      new Promise((resolve) => {
        if (underWay === 0) {
          resolve();
          return;
        }
        const impatience = setTimeout(resolve, withinMs);
        onEmpty = () => {
          clearTimeout(impatience);
          resolve();
        };
      }),
  };
}
