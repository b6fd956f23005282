import { DirectedGraph } from 'graphology';
import { useEffect, useRef } from 'react';
import Sigma from 'sigma';
import { EdgeArrowProgram, EdgeLineProgram, NodePointProgram } from 'sigma/rendering';
import type { MapView } from '../api/types';
import layoutWorker from './layout-worker?worker&url';
import { workerUrl } from './worker-url';

const ITERATIONS = 240;
const MANY = 600;
const NARROW = 500;
/** How long what is new stands out. */
const LIT_MS = 6_000;

interface Colours {
  ink: string;
  muted: string;
  accent: string;
  edge: string;
  line: string;
  surface: string;
  wait: string;
  /** Thousands of lines are one surface, on which the points must stand out. */
  faint: string;
}

/** A neighbourhood drawn by WebGL and laid out in a worker. Where it is decoration, the list beside it says the same. */
export default function MapCanvas({
  map,
  ring,
  onChoose,
}: {
  map: MapView;
  /** Items of the ring to show, in the order in which goods move. */
  ring: readonly string[];
  onChoose: (itemId: string) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);

  useEffect(() => {
    const made = new Drawing(box.current!, (id) => onChoose(id));
    drawing.current = made;
    return () => {
      made.close();
      drawing.current = null;
    };
  }, [onChoose]);
  useEffect(() => drawing.current?.show(map), [map]);
  useEffect(() => drawing.current?.highlight(ring), [ring]);

  return <div className="canvas" ref={box} data-testid="map" aria-hidden="true" />;
}

class Drawing {
  #graph = new DirectedGraph();
  readonly #sigma: Sigma;
  readonly #worker: Worker;
  readonly #media = matchMedia('(prefers-color-scheme: dark)');
  readonly #look: MutationObserver;
  #ids: string[] = [];
  #ring = new Set<string>();
  #ringEdges = new Set<string>();
  #litUntil = new Map<string, number>();
  #colours: Colours;

  constructor(box: HTMLElement, onChoose: (itemId: string) => void) {
    this.#colours = coloursOf(box);
    this.#sigma = new Sigma(this.#graph, box, {
      allowInvalidContainer: true,
      // Points and plain lines are what draws fast without a graphics card as well.
      nodeProgramClasses: { point: NodePointProgram },
      defaultNodeType: 'point',
      // In the order in which they are drawn: a ring on top of the rest.
      edgeProgramClasses: { arrow: EdgeArrowProgram, thin: EdgeLineProgram, ring: EdgeArrowProgram },
      defaultEdgeType: 'arrow',
      labelRenderedSizeThreshold: 9,
      labelDensity: 0.4,
      labelFont: getComputedStyle(box).fontFamily,
      labelSize: 13,
      zIndex: true,
      minCameraRatio: 0.05,
      maxCameraRatio: 4,
      nodeReducer: (node, data) => this.#node(node, data),
      edgeReducer: (edge, data) => this.#edge(edge, data),
    });
    this.#sigma.on('resize', () => this.#sigma.refresh({ skipIndexation: true, schedule: true }));
    this.#sigma.on('clickNode', ({ node }) => onChoose(node));
    this.#worker = new Worker(workerUrl(layoutWorker), { type: 'module' });
    this.#worker.onmessage = ({ data }: MessageEvent<Float32Array>) => this.#place(data);
    const repaint = () => {
      this.#colours = coloursOf(box);
      this.#sigma.setSetting('labelColor', { color: this.#colours.ink });
    };
    repaint();
    this.#media.onchange = repaint;
    this.#look = new MutationObserver(repaint);
    this.#look.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  }

  /** Another graph in place of the one before: taken in at once, where its parts would be one by one. */
  show({ items, edges }: MapView): void {
    const isMany = items.length > MANY;
    // Each setting draws everything anew.
    if (isMany !== this.#sigma.getSetting('hideEdgesOnMove'))
      this.#sigma.setSettings({
        hideLabelsOnMove: isMany,
        hideEdgesOnMove: isMany,
        defaultEdgeType: isMany ? 'thin' : 'arrow',
      });
    const before = this.#graph;
    const isFirst = before.order === 0;
    const graph = new DirectedGraph();
    for (const [i, { id, title, steps, isOwn }] of items.entries()) {
      const isKnown = before.hasNode(id);
      const { x, y } = isKnown ? (before.getNodeAttributes(id) as { x: number; y: number }) : beginAt(i, steps);
      graph.addNode(id, { label: title, steps, isOwn: isOwn ?? false, x, y });
      if (!isKnown && !isFirst) this.#litUntil.set(id, Date.now() + LIT_MS);
    }
    for (const [from, to, score] of edges) graph.addDirectedEdge(items[from]!.id, items[to]!.id, { score });
    this.#graph = graph;
    this.#drawRing();
    this.#ids = items.map(({ id }) => id);
    this.#sigma.setGraph(graph);
    const positions = new Float32Array(2 * items.length);
    for (const [i, id] of this.#ids.entries()) {
      positions[2 * i] = graph.getNodeAttribute(id, 'x');
      positions[2 * i + 1] = graph.getNodeAttribute(id, 'y');
    }
    const atOnce = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#worker.postMessage({ positions, edges, iterations: isFirst ? ITERATIONS : ITERATIONS / 4, atOnce });
    if (this.#litUntil.size > 0) setTimeout(() => this.#sigma.refresh({ skipIndexation: true }), LIT_MS);
  }

  highlight(ring: readonly string[]): void {
    if (ring.length === 0 && this.#ring.size === 0) return;
    this.#ring = new Set(ring);
    this.#ringEdges = new Set(ring.map((id, i) => `${id}→${ring[(i + 1) % ring.length]}`));
    this.#drawRing();
    this.#sigma.refresh({ skipIndexation: true });
  }

  /** A ring's edges may not be among those that were sent, the best of each item. */
  #drawRing(): void {
    const graph = this.#graph;
    const ring = [...this.#ring];
    for (const [i, id] of ring.entries()) {
      const next = ring[(i + 1) % ring.length]!;
      if (graph.hasNode(id) && graph.hasNode(next) && !graph.hasDirectedEdge(id, next))
        graph.addDirectedEdge(id, next, { score: 1 });
    }
  }

  close(): void {
    this.#worker.terminate();
    this.#look.disconnect();
    this.#media.onchange = null;
    this.#sigma.kill();
  }

  #place(positions: Float32Array): void {
    if (positions.length !== 2 * this.#ids.length) return; // of an older map
    const place = new Map(this.#ids.map((id, i) => [id, i]));
    this.#graph.updateEachNodeAttributes(
      (id, attributes) => {
        const i = place.get(id)!;
        return { ...attributes, x: positions[2 * i]!, y: positions[2 * i + 1]! };
      },
      { attributes: ['x', 'y'] },
    );
  }

  #node(id: string, { label, x, y, steps, isOwn }: Record<string, unknown>) {
    const { accent, edge, muted, wait, line } = this.#colours;
    const inRing = this.#ring.has(id);
    const isNarrow = this.#sigma.getDimensions().width < NARROW;
    const scale = (isNarrow ? 0.7 : 1) * (this.#isMany && !inRing ? 0.65 : 1);
    const isLit = (this.#litUntil.get(id) ?? 0) > Date.now();
    const isDim = this.#ring.size > 0 && !inRing;
    const size = steps === 0 ? 11 : inRing ? 9 : isLit ? 8 : Math.max(2.5, 6 - (steps as number));
    const color = isLit ? wait : inRing || isOwn ? accent : isDim ? line : steps === 1 ? muted : edge;
    return {
      x: x as number,
      y: y as number,
      size: scale * size,
      color,
      label: isDim ? null : shortened(label as string, isNarrow ? 18 : 32),
      forceLabel: inRing || isLit || steps === 0,
      zIndex: inRing || isOwn ? 2 : isLit ? 1 : 0,
    };
  }

  get #isMany(): boolean {
    return this.#ids.length > MANY;
  }

  #edge(edge: string, { score }: Record<string, unknown>) {
    const [from, to] = this.#graph.extremities(edge);
    const inRing = this.#ringEdges.has(`${from}→${to}`);
    if (inRing) return { type: 'ring', color: this.#colours.accent, size: 3.5, zIndex: 2 };
    const isDim = this.#ring.size > 0;
    const color = this.#isMany ? this.#colours.faint : this.#colours.line;
    return { color, size: isDim ? 0.4 : 0.4 + 2 * Math.max(0, (score as number) - 0.5), zIndex: 0 };
  }
}

/** On circles about the item, so that the layout has little to untangle. */
function beginAt(i: number, steps: number): { x: number; y: number } {
  const angle = i * 2.399963; // the golden angle, which crowds nowhere
  return { x: steps * Math.cos(angle) * (1 + (i % 7) / 20), y: steps * Math.sin(angle) * (1 + (i % 5) / 20) };
}

function shortened(text: string, most: number): string {
  const letters = Array.from(text.replace(/\s+/g, ' '));
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : text;
}

/** The page's colours as WebGL takes them. */
function coloursOf(box: HTMLElement): Colours {
  const probe = box.appendChild(document.createElement('span'));
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    ink: read('ink'),
    muted: read('muted'),
    accent: read('accent'),
    edge: read('edge'),
    line: read('line'),
    surface: read('surface'),
    wait: read('wait'),
  };
  probe.remove();
  return { ...colours, faint: between(colours.line, colours.surface) };
}

/** Halfway between two colours, each `rgb(r, g, b)`. */
function between(a: string, b: string): string {
  const parts = (text: string) => text.match(/\d+/g)!.map(Number);
  const [of, other] = [parts(a), parts(b)];
  return `rgb(${of.map((part, i) => Math.round((part + other[i]!) / 2)).join(', ')})`;
}
