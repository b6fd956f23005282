import { readFileSync } from 'node:fs';
import type { Mutant } from './mutants';

/** A survivor that is known, and why no check can or need tell it from the original. */
export interface Equivalent {
  file: string;
  within: string;
  /** The line as it is, and as the mutant has it. White space collapsed. */
  line: string;
  becomes: string;
  /** Which of several mutants alike, from 0; left out for the first. */
  nth?: number;
  reason: string;
}

export function readEquivalents(path: string): Map<string, Equivalent> {
  const list = JSON.parse(readFileSync(path, 'utf8')) as Equivalent[];
  return new Map(
    list.map((entry) => [[entry.file, entry.within, entry.line, entry.becomes, entry.nth ?? 0].join('\n'), entry]),
  );
}

export function identityOf({ file, within, before, after, nth }: Mutant): string {
  return [file, within, before, after, nth].join('\n');
}

export function asEquivalent({ file, within, before, after, nth }: Mutant, reason: string): Equivalent {
  return { file, within, line: before, becomes: after, ...(nth > 0 && { nth }), reason };
}
