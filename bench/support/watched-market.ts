import { type CycleSearchResult, Market } from 'barterloop';

/** What the engine asked its market last. */
export interface WatchedMarket {
  market?: Market;
  search?: CycleSearchResult;
}

/**
 * Looks over the shoulder of every engine in this process: reports do not carry up to which length an answer is
 * certified, and no engine shows the graph that it works on.
 */
export function watchMarket(): WatchedMarket {
  const watched: WatchedMarket = {};
  const { findCycles } = Market.prototype;
  Market.prototype.findCycles = function (this: Market, ...args) {
    watched.market = this;
    watched.search = findCycles.apply(this, args);
    return watched.search;
  };
  return watched;
}
