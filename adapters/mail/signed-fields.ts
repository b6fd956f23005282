/** What nodemailer signs where nobody says otherwise (RFC 6376, 5.4.1), as of version 10. */
const USUAL =
  'From:Sender:Reply-To:Subject:Date:Message-ID:To:Cc:MIME-Version:Content-Type:Content-Transfer-Encoding:Content-ID:Content-Description:Resent-Date:Resent-From:Resent-Sender:Resent-To:Resent-Cc:Resent-Message-ID:In-Reply-To:References:List-Id:List-Help:List-Unsubscribe:List-Subscribe:List-Post:List-Owner:List-Archive';

/** A signature must cover both, or clients offer no unsubscribing with one click (RFC 8058, 4). */
const NEEDED = ['List-Unsubscribe', 'List-Unsubscribe-Post'];

/**
 * The DKIM options of a transporter, with a list of header fields that holds those of unsubscribing, which the default of
 * nodemailer before 10.6.1 and many hand-written ones leave out. Undefined: it does not sign.
 */
export function signedFields(options: object | undefined): object | undefined {
  const { dkim } = (options ?? {}) as { dkim?: { headerFieldNames?: string } | false };
  if (!dkim) return undefined;
  const names = (dkim.headerFieldNames ?? USUAL).split(':');
  const known = new Set(names.map((name) => name.trim().toLowerCase()));
  const missing = NEEDED.filter((name) => !known.has(name.toLowerCase()));
  return { ...dkim, headerFieldNames: [...names, ...missing].join(':') };
}
