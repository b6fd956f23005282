import * as z from 'zod';
import { DEFAULT_RATE_LIMITS, type HostOptions, type MailOptions, SHORTEST_SECRET } from './options';

const limit = (standard: number) => z.coerce.number().int().positive().default(standard);

const environment = z.object({
  NODE_ENV: z.string().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  DATABASE_URL: z
    .literal('')
    .or(z.url({ protocol: /^postgres(ql)?$/ }))
    .optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  SNAPSHOT_DIR: z.string().min(1).optional(),
  JWT_SECRET: z.string().min(SHORTEST_SECRET).optional(),
  LEDGER_KEY: z.string().min(SHORTEST_SECRET).optional(),
  CORS_ORIGINS: z.string().optional(),
  SMTP_URL: z
    .literal('')
    .or(z.url({ protocol: /^smtps?$/ }))
    .optional(),
  MAIL_FROM: z.string().regex(/@/, 'must hold the address that mails come from').optional(),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  METRICS_TOKEN: z.string().min(16).optional(),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
  RATE_LIMIT_WINDOW_MS: limit(DEFAULT_RATE_LIMITS.windowMs),
  RATE_LIMIT_PER_ADDRESS: limit(DEFAULT_RATE_LIMITS.perAddress),
  RATE_LIMIT_PER_USER: limit(DEFAULT_RATE_LIMITS.perUser),
  RATE_LIMIT_SEARCHES: limit(DEFAULT_RATE_LIMITS.searchesPerUser),
  RATE_LIMIT_LOGINS: limit(DEFAULT_RATE_LIMITS.loginsPerAddress),
  RATE_LIMIT_HANDSHAKES: limit(DEFAULT_RATE_LIMITS.handshakesPerAddress),
  RATE_LIMIT_MESSAGES: limit(DEFAULT_RATE_LIMITS.messagesPerSocket),
});

/** What the environment says. */
export interface Environment {
  port: number;
  /** Of PostgreSQL; undefined: PGlite in `dataDir`. */
  databaseUrl: string | undefined;
  /** A folder, or `memory://`. */
  dataDir: string;
  /** A folder; undefined: nowhere. */
  snapshotDir: string | undefined;
  options: HostOptions;
}

/** Reads the environment. @throws Error that names the variable at fault. */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const result = environment.safeParse(variables);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new Error(`${issue?.path.join('.') ?? 'environment'}: ${issue?.message ?? 'invalid'}`);
  }
  const env = result.data;
  const production = env.NODE_ENV === 'production';
  if (production && env.JWT_SECRET === undefined) throw new Error('Set JWT_SECRET: production has no default secret.');
  return {
    port: env.PORT,
    databaseUrl: env.DATABASE_URL || undefined,
    dataDir: env.DATA_DIR,
    snapshotDir: env.SNAPSHOT_DIR ?? (env.DATA_DIR.startsWith('memory://') ? undefined : env.DATA_DIR),
    options: {
      production,
      trustedProxies: env.TRUSTED_PROXIES,
      log: { level: env.LOG_LEVEL, pretty: !production },
      ...(env.JWT_SECRET === undefined ? {} : { jwtSecret: env.JWT_SECRET }),
      ...(env.LEDGER_KEY === undefined ? {} : { ledgerKey: env.LEDGER_KEY }),
      ...(env.SMTP_URL ? { mail: mailOptions(env.SMTP_URL, env, production) } : {}),
      ...(env.METRICS_TOKEN === undefined ? {} : { metricsToken: env.METRICS_TOKEN }),
      ...(env.CORS_ORIGINS === undefined
        ? {}
        : {
            corsOrigins: env.CORS_ORIGINS.split(',')
              .map((origin) => origin.trim())
              .filter(Boolean),
          }),
      rateLimits: {
        windowMs: env.RATE_LIMIT_WINDOW_MS,
        perAddress: env.RATE_LIMIT_PER_ADDRESS,
        perUser: env.RATE_LIMIT_PER_USER,
        searchesPerUser: env.RATE_LIMIT_SEARCHES,
        loginsPerAddress: env.RATE_LIMIT_LOGINS,
        handshakesPerAddress: env.RATE_LIMIT_HANDSHAKES,
        messagesPerSocket: env.RATE_LIMIT_MESSAGES,
      },
    },
  };
}

/** @throws Error that names the variable that is missing. */
function mailOptions(smtpUrl: string, env: z.infer<typeof environment>, production: boolean): MailOptions {
  const { MAIL_FROM: from, PUBLIC_URL: publicUrl = production ? undefined : `http://localhost:${env.PORT}` } = env;
  if (from === undefined) throw new Error('MAIL_FROM: with SMTP_URL, say whom mails come from.');
  if (publicUrl === undefined) throw new Error('PUBLIC_URL: with SMTP_URL, say where the links of mails lead.');
  return { smtpUrl, from, publicUrl };
}
