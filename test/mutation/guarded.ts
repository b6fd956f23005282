import ts from 'typescript';

/** Turns that all loops of a file may take in one run of the checks: many times what the code as it is takes. */
const MOST_TURNS = 30_000_000;

/** The code with its loops counted, so that one that does not end throws instead. Lines stay where they are. */
export function guarded(text: string): string {
  const source = ts.createSourceFile('guarded.ts', text, ts.ScriptTarget.Latest, true);
  const insertions: [at: number, text: string][] = [];
  const visit = (node: ts.Node): void => {
    const condition = ts.isForStatement(node)
      ? node.condition
      : ts.isWhileStatement(node)
        ? node.expression
        : undefined;
    if (condition) insertions.push([condition.getStart(source), 'turn() && ('], [condition.getEnd(), ')']);
    ts.forEachChild(node, visit);
  };
  visit(source);
  let result = text;
  for (const [at, inserted] of insertions.sort((a, b) => b[0] - a[0]))
    result = result.slice(0, at) + inserted + result.slice(at);
  return `${result}
let turns = 0;
function turn(): boolean {
  if (++turns > ${MOST_TURNS}) throw new Error('a loop that does not end');
  return true;
}
`;
}
