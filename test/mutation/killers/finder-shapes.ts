import { BestCycles } from '../../../src/cycles/collectors';
import { findCycles } from '../../../src/cycles/find-cycles';
import { BarterGraph } from '../../../src/graph/barter-graph';
import { same } from './expect';

/** Graphs made by hand for what random ones seldom hit. */
export function checkFinderShapes(): void {
  checkEquals();
  checkLopsidedRings();
  checkDeadEnds();
  checkBoundaries();
  checkThresholdBesideCuts();
  checkMissingEdges();
}

/** Of equally good cycles the first stays. */
function checkEquals(): void {
  const best = new BestCycles();
  best.empty(2);
  best.begin({ minLength: 2, maxLength: 3, maxMeanDeficit: 1000 });
  const offer = (node: number, length: number, deficit: number) =>
    best.add({ nodes: Int32Array.from([0, node, 9, 9]), sums: Int32Array.from([0, 1, 2, 3]) }, length, deficit);
  same([offer(1, 2, 20), offer(2, 3, 30), offer(3, 2, 10)], [false, false, false], 'goes on');
  same(
    best.found.map(({ nodes }) => nodes[1]),
    [3, 1],
    'of equals the first stays',
  );
  same([...best.limits].slice(2, 4), [19, 29], 'limits: strictly better than the worst');
  best.begin({ minLength: 2, maxLength: 3, maxMeanDeficit: 1000 });
  same([...best.limits].slice(2, 4), [20, 30], 'limits: as good as the worst, which is to be found again');
  offer(4, 3, 24);
  same(
    best.bestOfBoth().map(({ nodes }) => nodes[1]),
    [3, 4],
    'broken off: the best of before and of now',
  );
}

/** A ring that forks before it closes, with so many dead ends at the root that one side does all the work. */
function checkLopsidedRings(): void {
  for (let length = 2; length <= 16; length++) {
    for (const side of ['in', 'out'] as const) {
      const graph = new BarterGraph().addItem('root', 'me');
      const add = (id: string) => graph.addItem(id, `owner of ${id}`);
      for (let i = 1; i < length; i++) for (const fork of 'abc') add(`${fork}${i}`);
      for (let i = 0; i < 40; i++) {
        add(`end${i}`);
        if (side === 'in') graph.setEdge(`end${i}`, 'root', 1);
        else graph.setEdge('root', `end${i}`, 1);
      }
      for (const fork of 'abc') graph.setEdge('root', `${fork}1`, 0.9).setEdge(`${fork}${length - 1}`, 'root', 0.9);
      for (let i = 1; i < length - 1; i++)
        for (const fork of 'abc') graph.setEdge(`${fork}${i}`, `${fork}${i + 1}`, 0.9);
      for (const maxLength of [length, Math.min(16, length + 1)]) {
        const { cycles, exact } = findCycles(graph, 'root', { maxLength, limit: Infinity });
        same([cycles.length, exact], [3, true], `three rings of ${length}, ${maxLength} at most`);
        same(findCycles(graph, 'root', { maxLength, limit: 2 }).cycles.length, 2, 'two of them');
      }
    }
  }
}

/** Where one side ends at once, nothing else is read. */
function checkDeadEnds(): void {
  for (const side of ['in', 'out'] as const) {
    const graph = new BarterGraph().addItem('root', 'me').addItem('mine', 'me');
    const link = (from: string, to: string) =>
      side === 'in' ? graph.setEdge(from, to, 1) : graph.setEdge(to, from, 1);
    link('mine', 'root');
    for (let i = 0; i < 30; i++) {
      graph.addItem(`i${i}`, `o${i}`);
      link('root', `i${i}`);
      link(`i${i}`, 'mine');
    }
    const { cycles, exact, work } = findCycles(graph, 'root', { maxLength: 4, minScore: 1 });
    same([cycles.length, exact, work], [0, true, 2], 'an item of the same owner is no way on');
  }
}

/** Exactly as many items and recorded hops as the arrays hold at first, and one more. */
function checkBoundaries(): void {
  for (const [width, forks, maxLength] of [
    [2048, 1, 3],
    [1024, 1, 9],
    [2731, 2, 3],
    [1365, 5, 3],
    [255, 1, 3],
    [257, 3, 3],
  ] as const) {
    const graph = new BarterGraph().addItem('root', 'me');
    for (let i = 0; i < width; i++) graph.addItem(`a${i}`, `oa${i}`).addItem(`b${i}`, `ob${i}`);
    for (let i = 0; i < width; i++) {
      graph.setEdge('root', `a${i}`, 1).setEdge(`b${i}`, 'root', 1);
      for (let k = 0; k < forks; k++) graph.setEdge(`a${i}`, `b${(i + k) % width}`, 0.5 + (i % 500) / 1000);
    }
    const { cycles, exact } = findCycles(graph, 'root', { maxLength, limit: Infinity });
    same([cycles.length, exact], [width * forks, true], `all of ${width} · ${forks}`);
  }
}

/** A cycle exactly at the threshold, by whichever of its edges, while some list far away is cut. */
function checkThresholdBesideCuts(): void {
  for (let length = 2; length <= 9; length++) {
    for (let worst = 0; worst < 2 * length; worst++) {
      const graph = new BarterGraph().addItem('far', 'x').addItem('away', 'y').setEdge('far', 'away', 1);
      graph.setCut(graph.nodeOf('away'), 0);
      findCycles(graph, 'away'); // what was asked before leaves no trace
      for (let i = 0; i < length; i++) graph.addItem(`i${i}`, `o${i}`);
      for (let i = 0; i < length; i++)
        graph.setEdge(`i${i}`, `i${(i + 1) % length}`, i === worst % length ? 1 - length / 20 : 1);
      if (worst >= length) addEnds(graph);
      for (const maxLength of [length, Math.min(16, length + 2)]) {
        const { cycles, exact } = findCycles(graph, 'i0', { maxLength, minScore: 0.95 });
        same([cycles.length, exact || worst >= length], [1, true], `${length} at the threshold`);
        same(findCycles(graph, 'i0', { maxLength, minScore: 0.951 }).cycles.length, 0, `${length} below the threshold`);
      }
    }
  }
}

/** Ways into the root that begin nowhere: the search then looks ahead from the root rather than back. */
function addEnds(graph: BarterGraph): void {
  for (let i = 0; i < 20; i++) graph.addItem(`end${i}`, `end${i}`).setEdge(`end${i}`, 'i0', 1);
}

/** A ring that would be exactly at the threshold, but one of its edges was cut: the answer is not called exact. */
function checkMissingEdges(): void {
  for (let length = 2; length <= 6; length++) {
    for (let missing = 0; missing < length; missing++) {
      const graph = new BarterGraph().addItem('kept', 'other');
      for (let i = 0; i < length; i++) graph.addItem(`i${i}`, `o${i}`);
      for (let i = 0; i < length; i++) if (i !== missing) graph.setEdge(`i${i}`, `i${(i + 1) % length}`, 1);
      const receiver = `i${(missing + 1) % length}`;
      graph.setEdge('kept', receiver, 1 - length / 20).setEdge('i0', 'kept', 0);
      graph.setCut(graph.nodeOf(receiver), length * 50);
      const { exact, reason } = findCycles(graph, 'i0', { minLength: length, maxLength: length, minScore: 0.95 });
      same([exact, reason], [false, 'cap'], `edge ${missing} of ${length} is missing`);
    }
  }
}
