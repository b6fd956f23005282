import { createTransport } from 'nodemailer';
import { mailTransport } from '../../adapters/mail';
import { prismaStorage } from '../../adapters/prisma';
import { openDatabase } from '../../examples/express-host/src/database';
import { createBarterEngine } from '../../src';

/* Mails the digests that are due, to be killed: digest-sender.mjs ADDRESS PORT INSTANT. */

const [where, port, instant] = process.argv.slice(2) as [string, string, string];
const database = await openDatabase({ url: where });
const transporter = createTransport({ host: '127.0.0.1', port: Number(port) });
const engine = createBarterEngine({
  storage: prismaStorage(database.prisma),
  clock: { now: () => Number(instant), elapsed: () => performance.now() },
  mail: mailTransport(transporter, {
    from: 'swaps@swap.example',
    addressOf: (userId) => `${userId}@people.example`,
    unsubscribeUrl: () => 'https://swap.example/unsubscribe',
  }),
});
await engine.start();
process.stdout.write('sending\n');
await engine.sendDigests();
await engine.close();
await database.close();
