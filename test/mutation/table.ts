/** What became of a file's mutants. */
export interface Tally {
  mutants: number;
  /** Killed by a check. */
  failed: number;
  /** Killed because it did not end. */
  late: number;
  /** Survivors that are explained. */
  known: number;
  unknown: number;
}

/** A Markdown table, one row per file and one for all. The score is of the mutants that are not explained. */
export function tableOf(tallies: ReadonlyMap<string, Tally>): string {
  const rows = [...tallies].filter(([, { mutants }]) => mutants > 0);
  const all: Tally = { mutants: 0, failed: 0, late: 0, known: 0, unknown: 0 };
  for (const [, tally] of rows) for (const key of Object.keys(all) as (keyof Tally)[]) all[key] += tally[key];
  return [
    '| file | mutants | killed | of these by time-out | survived, explained | survived, not explained | score |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...[...rows, ['all', all] as const].map(([file, tally]) => row(file, tally)),
  ].join('\n');
}

function row(file: string, { mutants, failed, late, known, unknown }: Tally): string {
  const killed = failed + late;
  const score = killed + unknown === 0 ? 100 : (100 * killed) / (killed + unknown);
  return `| ${file} | ${mutants} | ${killed} | ${late} | ${known} | ${unknown} | ${score.toFixed(1)} % |`;
}
