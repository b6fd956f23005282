/** The files that are mutated, and the checks that can see each of them, most telling first. */
export const TARGETS: Readonly<Record<string, readonly string[]>> = {
  'src/graph/half-edges.ts': ['graph', 'finder', 'market'],
  'src/graph/barter-graph.ts': ['graph', 'finder', 'market'],
  'src/cycles/cycle-key.ts': ['finder'],
  'src/cycles/cycle.ts': ['finder'],
  'src/cycles/collectors.ts': ['finder', 'market'],
  'src/cycles/frontiers.ts': ['finder', 'market'],
  'src/cycles/cycle-search.ts': ['finder', 'market'],
  'src/cycles/find-cycles.ts': ['finder', 'market'],
  'src/market/candidate-index.ts': ['market'],
  'src/market/candidate-lists.ts': ['market'],
  'src/market/open-candidates.ts': ['market'],
};
