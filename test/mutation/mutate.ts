/**
 * Mutation run: changes one operator, bound or call at a time, and asks whether the checks of `killer.ts` notice.
 *
 *   tsx test/mutation/mutate.ts [--file part-of-a-path] [--count N] [--seed N] [--list]
 *     [--only list.json] [--todo list.json] [--timeout seconds]
 *
 * `--only` takes the mutants of a list such as `equivalent.json`, `--todo` writes the unexplained survivors as one.
 * Exit code 1 where a mutant survives that `equivalent.json` does not explain.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { asEquivalent, identityOf, readEquivalents } from './equivalents';
import { type Mutant, mutantsOf } from './mutants';
import { Random } from './random';
import { MutantRunner } from './run-mutant';
import { type Tally, tableOf } from './table';
import { TARGETS } from './targets';

const { values } = parseArgs({
  options: {
    file: { type: 'string', default: '' },
    count: { type: 'string' },
    seed: { type: 'string', default: '1' },
    list: { type: 'boolean', default: false },
    only: { type: 'string' },
    todo: { type: 'string' },
    timeout: { type: 'string', default: '20' },
  },
});

const root = fileURLToPath(new URL('../..', import.meta.url));
const texts = new Map(
  Object.keys(TARGETS)
    .filter((file) => file.includes(values.file))
    .map((file) => [file, readFileSync(join(root, file), 'utf8')]),
);
const only = values.only === undefined ? undefined : readEquivalents(values.only);
const all = [...texts]
  .flatMap(([file, text]) => mutantsOf(file, text))
  .filter((mutant) => !only || only.has(identityOf(mutant)));
const chosen = values.count === undefined ? all : sample(all, Number(values.count), Number(values.seed));

if (values.list) {
  for (const mutant of chosen) console.log(describe(mutant));
  console.log(`${chosen.length} mutants`);
} else process.exitCode = await run(chosen);

async function run(mutants: Mutant[]): Promise<number> {
  const equivalents = readEquivalents(join(root, 'test/mutation/equivalent.json'));
  using runner = new MutantRunner(root);
  runner.timeoutMs = Number(values.timeout) * 1000;
  const [someFile, someText] = [...texts][0]!;
  const unmutated = await runner.run(someFile, someText, ['graph', 'finder', 'market']);
  if (unmutated.outcome !== 'survived') throw new Error(`The checks fail on the code as it is: ${unmutated.reason}`);

  const tallies = new Map<string, Tally>(
    [...texts.keys()].map((file) => [file, { mutants: 0, failed: 0, late: 0, known: 0, unknown: 0 }]),
  );
  const unexplained: Mutant[] = [];
  const began = performance.now();
  for (const [at, mutant] of mutants.entries()) {
    const text = texts.get(mutant.file)!;
    const { outcome, reason } = await runner.run(
      mutant.file,
      text.slice(0, mutant.start) + mutant.mutated + text.slice(mutant.end),
      TARGETS[mutant.file]!,
    );
    const tally = tallies.get(mutant.file)!;
    tally.mutants++;
    const isExplained = equivalents.has(identityOf(mutant));
    if (outcome === 'timeout' || reason.includes('a loop that does not end')) tally.late++;
    else if (outcome === 'killed') tally.failed++;
    else if (isExplained) tally.known++;
    else tally.unknown++;
    if (outcome === 'survived' && !isExplained) unexplained.push(mutant);
    if (outcome !== 'survived' && isExplained)
      console.log(`explained, yet ${outcome}: ${describe(mutant)} (${reason})`);
    if (outcome === 'survived' && !isExplained) console.log(`SURVIVED ${describe(mutant)}`);
    if ((at + 1) % 50 === 0)
      console.log(`${at + 1} of ${mutants.length}, ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  console.log(`\n${tableOf(tallies)}\n`);
  for (const mutant of unexplained) console.log(describe(mutant));
  const present = new Set([...texts].flatMap(([file, text]) => mutantsOf(file, text)).map(identityOf));
  for (const [identity, { file, line }] of equivalents) {
    if (texts.has(file) && !present.has(identity)) console.log(`explained, yet no longer there: ${file}  ${line}`);
  }
  console.log(
    unexplained.length === 0 ? 'Every survivor is explained.' : `${unexplained.length} survivors are not explained.`,
  );
  if (values.todo !== undefined)
    writeFileSync(
      values.todo,
      JSON.stringify(
        unexplained.map((mutant) => asEquivalent(mutant, '')),
        null,
        2,
      ),
    );
  return unexplained.length === 0 ? 0 : 1;
}

function sample(mutants: Mutant[], count: number, seed: number): Mutant[] {
  const kept = new Set(new Random(seed).shuffled(mutants).slice(0, count));
  return mutants.filter((mutant) => kept.has(mutant));
}

function describe({ file, line, column, before, after, original, mutated }: Mutant): string {
  return `${file}:${line}:${column}  \`${original.replace(/\s+/g, ' ')}\` → \`${mutated.replace(/\s+/g, ' ')}\`  in  ${before}${mutated === ';' ? '' : `  →  ${after}`}`;
}
