import type { DigestLanguage, Notification, NotificationType } from '../types';
import type { Digest } from './mail-port';

/** A mail as a person sees it. */
export interface RenderedDigest {
  /** Holds no text of any user's. */
  subject: string;
  text: string;
  html: string;
}

interface Words {
  dir: 'ltr' | 'rtl';
  subject(trades: number): string;
  intro: string;
  headings: Record<NotificationType, string>;
  deal(gives: string, gets: string, people: number): string;
  more: string;
  open: string;
  unsubscribe: string;
}

const WORDS: Record<DigestLanguage, Words> = {
  en: {
    dir: 'ltr',
    subject: (n) => (n === 1 ? 'News of a trade' : `News of ${n} trades`),
    intro: 'This is what you have not seen yet:',
    headings: {
      new_match: 'New match',
      updated_match: 'Changed terms',
      match_accepted: 'Somebody has accepted',
      match_committed: 'Everybody has accepted',
      match_completed: 'Completed',
      match_withdrawn: 'No longer possible',
      match_deadline: 'The time to act is nearly over',
    },
    deal: (gives, gets, n) =>
      `You give ${gives} and get ${gets}, ${n === 2 ? 'in a swap of two' : `in a trade of ${n} people`}.`,
    more: 'There is more in your inbox.',
    open: 'Open your inbox',
    unsubscribe: 'Send me no more of these mails',
  },
  ar: {
    dir: 'rtl',
    subject: (n) =>
      ({ one: 'جديد عن مقايضة واحدة', two: 'جديد عن مقايضتين', few: `جديد عن ${n} مقايضات` })[arabicPlural(n)] ??
      `جديد عن ${n} مقايضة`,
    intro: 'هذا ما لم تره بعد:',
    headings: {
      new_match: 'مقايضة جديدة',
      updated_match: 'تغيّرت الشروط',
      match_accepted: 'وافق أحد المشاركين',
      match_committed: 'وافق الجميع',
      match_completed: 'اكتملت المقايضة',
      match_withdrawn: 'لم تعد ممكنة',
      match_deadline: 'أوشك الوقت على الانتهاء',
    },
    deal: (gives, gets, n) => {
      const people = n === 2 ? 'شخصين' : arabicPlural(n) === 'few' ? `${n} أشخاص` : `${n} شخصًا`;
      return `تعطي ${gives} وتحصل على ${gets}، في مقايضة بين ${people}.`;
    },
    more: 'يوجد المزيد في صندوق الوارد.',
    open: 'افتح صندوق الوارد',
    unsubscribe: 'لا ترسلوا إليّ هذه الرسائل بعد الآن',
  },
};

function arabicPlural(n: number): string {
  return new Intl.PluralRules('ar').select(n);
}

/**
 * A digest as plain text and as HTML. What users wrote can neither become markup nor turn the direction of what stands
 * around it: in HTML it is escaped within `<bdi>`, in plain text it stands between isolating characters.
 *
 * @param links Where to read on, and where to have no more of it; http or https.
 */
export function renderDigest(digest: Digest, links: { inbox?: string; unsubscribe?: string } = {}): RenderedDigest {
  const { language, notifications, hasMore } = digest;
  const words = WORDS[language];
  const subject = words.subject(notifications.length);
  const text = [
    words.intro,
    ...notifications.map((one) => `${words.headings[one.type]}\n${dealOf(words, one, isolated)}`),
    ...(hasMore ? [words.more] : []),
    ...(links.inbox === undefined ? [] : [`${words.open}:\n${links.inbox}`]),
    ...(links.unsubscribe === undefined ? [] : [`${words.unsubscribe}:\n${links.unsubscribe}`]),
  ].join('\n\n');
  const link = (href: string | undefined, label: string) =>
    href === undefined ? [] : [`<p><a href="${escaped(href)}">${escaped(label)}</a></p>`];
  const html = [
    '<!doctype html>',
    `<html lang="${language}" dir="${words.dir}">`,
    `<head><meta charset="utf-8"><title>${escaped(subject)}</title></head>`,
    `<body dir="${words.dir}">`,
    `<p>${escaped(words.intro)}</p>`,
    '<ul>',
    ...notifications.map((one) => {
      const heading = escaped(words.headings[one.type]);
      return `<li><strong>${heading}</strong><br>${dealOf(words, one, asBdi)}</li>`;
    }),
    '</ul>',
    ...(hasMore ? [`<p>${escaped(words.more)}</p>`] : []),
    ...link(links.inbox, words.open),
    ...link(links.unsubscribe, words.unsubscribe),
    '</body>',
    '</html>',
  ].join('\n');
  return { subject, text: `${text}\n`, html: `${html}\n` };
}

function dealOf(words: Words, { gives, gets, participantCount }: Notification, show: (text: string) => string): string {
  return words.deal(show(gives.itemTitle), show(gets.itemTitle), participantCount);
}

/** On one line, without characters that govern direction, and whole. */
function plain(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, '')
    .replaceAll(/\p{Cs}/gu, '\uFFFD')
    .trim();
}

function isolated(text: string): string {
  return `\u2068${plain(text)}\u2069`;
}

function asBdi(text: string): string {
  return `<bdi>${escaped(plain(text))}</bdi>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}
