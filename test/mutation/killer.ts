/** Plain seeded checks, quick to start: throws where the code does not do what it should. Arguments choose the groups. */

import { checkAskedPlace } from './killers/asked-place';
import { checkAskedWords } from './killers/asked-words';
import { checkBestCandidates } from './killers/best-candidates';
import { checkCandidateIndex } from './killers/candidate-index';
import { checkCutFlags } from './killers/cut-flags';
import { checkFinder } from './killers/finder';
import { checkFinderBudgets } from './killers/finder-budgets';
import { checkFinderMemory } from './killers/finder-memory';
import { checkFinderOptions } from './killers/finder-options';
import { checkFinderAtScale } from './killers/finder-scale';
import { checkFinderShapes } from './killers/finder-shapes';
import { checkGraph } from './killers/graph';
import { checkGraphBulk } from './killers/graph-bulk';
import { checkGraphMemory } from './killers/graph-memory';
import { checkHalfEdges } from './killers/half-edges';
import { checkItemPostings } from './killers/item-postings';
import { checkLists } from './killers/lists';
import { checkMarket } from './killers/market';
import { checkNameTable } from './killers/name-table';
import { checkOpenCandidates } from './killers/open-candidates';
import { checkPackedLists } from './killers/packed-lists';
import { checkRecords } from './killers/records';
import { checkShortCycles } from './killers/short-cycles';
import { checkTraits } from './killers/traits';
import { checkValuePostings } from './killers/value-postings';
import { checkWantPostings } from './killers/want-postings';
import { checkWordPostings } from './killers/word-postings';

const GROUPS: Record<string, (() => void)[]> = {
  graph: [checkNameTable, checkGraph, checkPackedLists, checkHalfEdges, checkGraphMemory, checkGraphBulk],
  finder: [
    checkFinderOptions,
    checkFinderShapes,
    checkFinderMemory,
    checkFinder,
    checkFinderBudgets,
    checkCutFlags,
    checkFinderAtScale,
  ],
  market: [
    checkBestCandidates,
    checkTraits,
    checkAskedPlace,
    checkAskedWords,
    checkWordPostings,
    checkValuePostings,
    checkItemPostings,
    checkWantPostings,
    checkRecords,
    checkLists,
    checkOpenCandidates,
    checkCandidateIndex,
    checkShortCycles,
    checkMarket,
  ],
};

for (const group of process.argv.slice(2)) {
  for (const check of GROUPS[group]!) {
    const began = performance.now();
    check();
    if (process.env.KILLER_TIMES) console.error(check.name, (performance.now() - began).toFixed(0));
  }
}
