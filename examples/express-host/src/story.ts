import type { BarterEngine, EngineEvents } from 'barterloop';
import type { Logger } from 'pino';

/** A line of the engine's story. */
export interface StoryLine {
  /** Counted from the start. */
  number: number;
  /** Absolute milliseconds. */
  at: number;
  level: 'info' | 'error';
  message: string;
}

/** A search whose answer was not proven to be the best. */
export interface InexactSearch {
  at: number;
  itemId: string;
  reason: string;
  found: number;
}

/** The last of what was told, for operators to look at. */
export interface Story {
  lines(): StoryLine[];
  inexact(): InexactSearch[];
  /** Takes what is told to the log. */
  teller: Pick<Logger, 'info' | 'error'>;
  detach(): void;
}

const LINES = 200;
const SEARCHES = 50;

/** Passes on to the log, and remembers the last lines in memory. */
export function rememberStory(engine: BarterEngine, log: Logger, now: () => number): Story {
  const lines: StoryLine[] = [];
  const inexact: InexactSearch[] = [];
  let told = 0;
  const keep = <T>(list: T[], entry: T, most: number) => {
    list.push(entry);
    if (list.length > most) list.shift();
  };
  const processed = ({ itemId, exact, reason, found }: EngineEvents['event:processed']) => {
    if (!exact) keep(inexact, { at: now(), itemId, reason: reason ?? 'cap', found: found.length }, SEARCHES);
  };
  engine.on('event:processed', processed);
  const tell = (level: StoryLine['level']) => (details: object, message: string) => {
    log[level](details, message);
    keep(lines, { number: ++told, at: now(), level, message: message.replace(/^\[\w+\] /, '') }, LINES);
  };
  return {
    lines: () => [...lines].reverse(),
    inexact: () => [...inexact].reverse(),
    teller: { info: tell('info'), error: tell('error') } as Story['teller'],
    detach: () => engine.off('event:processed', processed),
  };
}
