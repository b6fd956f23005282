import { io } from 'socket.io-client';

/* Connects as the user of a token and prints what arrives: npx tsx examples/express-host/src/listen.ts URL TOKEN */

const [url, token] = process.argv.slice(2);
if (!url || !token) {
  process.stderr.write('Usage: listen.ts URL TOKEN\n');
  process.exit(1);
}

const socket = io(url, { auth: { token } });
const print = (what: string, payload?: unknown) => {
  process.stdout.write(`${what}${payload === undefined ? '' : ` ${JSON.stringify(payload)}`}\n`);
};
socket.on('connect', () => print(`connected as ${socket.id}`));
socket.on('connect_error', (error) => {
  print(`refused: ${error.message}`);
  if (!socket.active) process.exitCode = 1;
});
socket.onAny((event: string, match: unknown) => print(event, match));
socket.on('disconnect', (reason) => print(`disconnected: ${reason}`));
