import type { Refusal } from '../types';

/**
 * What a gate says. A refusal is data: which gate, why, and from when on it may pass. A gate that consumed something
 * (a place in a window, a claim) to let the subject pass says how to give it back.
 */
export type Verdict = { pass: true; undo?: () => Promise<void> } | { pass: false; refusal: Refusal };

/** A policy that lets something pass or refuses it. */
export interface Gate<Subject> {
  readonly name: string;
  judge(subject: Subject, now: number): Promise<Verdict>;
}

/**
 * Asks the gates in order, pure ones first by convention, until one refuses; what the earlier ones consumed is then
 * given back, last first.
 */
export async function judge<Subject>(gates: readonly Gate<Subject>[], subject: Subject, now: number): Promise<Verdict> {
  const undos: (() => Promise<void>)[] = [];
  const undo = async () => {
    for (const step of undos.splice(0).reverse()) await step();
  };
  try {
    for (const gate of gates) {
      const verdict = await gate.judge(subject, now);
      if (!verdict.pass) {
        await undo();
        return verdict;
      }
      if (verdict.undo) undos.push(verdict.undo);
    }
  } catch (error) {
    await undo();
    throw error;
  }
  return { pass: true, undo };
}

export function refused(gate: string, reason: string, more: Omit<Refusal, 'gate' | 'reason'> = {}): Verdict {
  return { pass: false, refusal: { gate, reason, ...more } };
}

export const PASS: Verdict = Object.freeze({ pass: true });
