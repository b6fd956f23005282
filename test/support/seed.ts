import fc from 'fast-check';

/**
 * Property tests draw the same cases at every run, so that a change is judged by what it changes.
 * `PROPERTY_SEED=random npm test` explores others; a number repeats a run whose report names it as its seed.
 */
const asked = process.env.PROPERTY_SEED;
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked ?? 1) });
