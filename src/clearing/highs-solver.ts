import type { Highs, ModelData } from 'highs';
import { BarterError } from '../errors';
import type { Packing } from './packing';
import type { PackingSolver } from './solve-packing';

export interface HighsSolverOptions {
  /** Nodes of the search tree of one program at most: counted, so that the answer is the same everywhere. @defaultValue 2000 */
  nodes?: number;
  /** Seconds for one program, about. What runs into this depends on the machine. @defaultValue Infinity */
  seconds?: number;
}

/**
 * The HiGHS solver, for `clearMarket(graph, { solver })`: proves optima where prices alone leave a gap. Needs the package
 * `highs` (HiGHS as WebAssembly), and keeps its thread busy until it has an answer.
 *
 * @throws BarterError `invalid-options` where the package is not installed.
 */
export async function highsSolver({
  nodes = 2_000,
  seconds = Infinity,
}: HighsSolverOptions = {}): Promise<PackingSolver> {
  const highs = await load();
  const { optimal } = highs.constants.modelStatus;
  const run = (packing: Packing, isWhole: boolean, start?: Int32Array) => {
    const model = highs.createModel(programOf(highs, packing, isWhole));
    try {
      model.options.set({
        output_flag: false,
        mip_max_nodes: nodes,
        ...(seconds < Infinity && { time_limit: seconds }),
      });
      if (start) model.setSolution({ colValue: valuesOf(packing, start) });
      model.run();
      return { isOptimal: model.getModelStatus() === optimal, ...model.getSolution() };
    } finally {
      model.dispose();
    }
  };
  return {
    prices(packing) {
      const { isOptimal, rowDual } = run(packing, false);
      if (!isOptimal) return undefined;
      return Float64Array.from(rowDual, (dual, row) => Math.min(packing.penalties[row]!, Math.max(0, dual)));
    },
    choose(packing, start) {
      const { isOptimal, colValue } = run(packing, true, start);
      if (colValue.length < packing.weights.length) return undefined;
      return {
        isOptimal,
        columns: Int32Array.from(packing.weights.keys()).filter((column) => colValue[column]! > 0.5),
      };
    },
  };
}

async function load(): Promise<Highs> {
  try {
    const { default: loader } = await import('highs');
    return await loader();
  } catch (cause) {
    throw new BarterError('invalid-options', 'This needs the package highs: npm install highs.', { cause });
  }
}

/** Each column once at most, each row within its places; a soft row has a variable for what is beyond, which costs. */
function programOf(highs: Highs, packing: Packing, isWhole: boolean): ModelData {
  const { starts, rows, weights, capacities, penalties } = packing;
  const soft = softRows(packing);
  const columns = weights.length + soft.length;
  const allStarts = Int32Array.from({ length: columns + 1 }, (_, i) =>
    i <= weights.length ? starts[i]! : rows.length + i - weights.length,
  );
  const indices = Int32Array.from([...rows, ...soft]);
  for (let column = 0; column < weights.length; column++) indices.subarray(starts[column]!, starts[column + 1]!).sort();
  const values = new Float64Array(indices.length).fill(1);
  values.fill(-1, rows.length);
  return {
    numCols: columns,
    numRows: capacities.length,
    sense: highs.constants.objectiveSense.maximize,
    colCost: Float64Array.from([...weights, ...soft.map((row) => -penalties[row]!)]),
    colLower: new Float64Array(columns),
    colUpper: new Float64Array(columns).fill(1, 0, weights.length).fill(highs.infinity, weights.length),
    rowLower: new Float64Array(capacities.length).fill(-highs.infinity),
    rowUpper: Float64Array.from(capacities),
    matrix: { format: 'csc', numRows: capacities.length, numCols: columns, starts: allStarts, indices, values },
    ...(isWhole && { integrality: new Int32Array(columns).fill(1, 0, weights.length) }),
  };
}

function softRows({ penalties }: Packing): number[] {
  return [...penalties.keys()].filter((row) => penalties[row]! < Infinity);
}

function valuesOf(packing: Packing, chosen: Int32Array): Float64Array {
  const { starts, rows, weights, capacities } = packing;
  const used = new Int32Array(capacities.length);
  const values = new Float64Array(weights.length);
  for (const column of chosen) {
    values[column] = 1;
    for (let k = starts[column]!; k < starts[column + 1]!; k++) used[rows[k]!]!++;
  }
  return Float64Array.from([...values, ...softRows(packing).map((row) => Math.max(0, used[row]! - capacities[row]!))]);
}
