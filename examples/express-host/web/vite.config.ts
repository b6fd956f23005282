import { defineConfig } from 'vite';

const host = process.env.HOST_URL ?? 'http://localhost:3000';

export default defineConfig({
  root: import.meta.dirname,
  build: {
    target: 'es2022',
    // Nothing inline: the page's policy would not run or show it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  // `npm run dev:page`: the page with reload, the API of a host that runs already.
  server: { proxy: { '/api': host, '/socket.io': { target: host, ws: true } } },
});
