import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail that a server has taken. */
export interface TakenMail {
  to: string[];
  raw: string;
  parsed: ParsedMail;
}

/** What to answer instead of yes, with its SMTP code; null: yes. */
export type Refuse = (stage: 'from' | 'to' | 'data', address: string) => { code: number; message: string } | null;

/** A real mail server on a port of its own, which keeps what it takes. */
export async function smtpServer(refuse: Refuse = () => null) {
  const mails: TakenMail[] = [];
  const answer = (refusal: ReturnType<Refuse>) =>
    refusal && Object.assign(new Error(refusal.message), { responseCode: refusal.code });
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    authOptional: true,
    onMailFrom: ({ address }, _session, done) => done(answer(refuse('from', address))),
    onRcptTo: ({ address }, _session, done) => done(answer(refuse('to', address))),
    onData: (stream, { envelope }, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', async () => {
        const to = envelope.rcptTo.map(({ address }) => address);
        const refusal = answer(refuse('data', to[0]!));
        if (refusal) return done(refusal);
        const raw = Buffer.concat(parts);
        mails.push({ to, raw: raw.toString('latin1'), parsed: await simpleParser(raw) });
        done();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    mails,
    url: `smtp://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}
