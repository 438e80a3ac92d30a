namespace PayoutWorker.Audit;

/// <summary>What stands in an evidence file, and how to check it with common tools.</summary>
internal static class EvidenceReadme
{
    public static string Text(string erpKey, long id) =>
        $"""
            Evidence of payout {erpKey} (number {id})

            It holds personal data: names, accounts, messages of the bank. Keep it as such.

            payout.json     the order, its result, history, calls to the bank, sessions, statement lines. Amounts are
                            minor units (kopecks). What was erased, and when, stands under "erased"
            audit.txt       what PayoutWorker found changed when it made this file
            webhooks/       N.body: a message of the bank, byte for byte; N.signature: its signature as the bank sent it
                            (Base64); N.key: our name for the key that verified it. A message that was erased has no body;
                            N.unreadable says why one could not be decrypted
            keys/           the bank's public keys as they were configured when this file was made. Compare them with
                            what the bank itself gives you
            covered/        the text of each row that a digest was made of
            chain.txt       seals with their digests, runs and roots of days, in hex
            seals/ runs/ roots/   the texts that their hashes are made of

            1. Did the bank say so? For a message N and key K:

                 base64 -d webhooks/N.signature > N.sig
                 openssl dgst -sha256 -verify keys/K.pem -signature N.sig webhooks/N.body

               "Verified OK": the bank signed these bytes. sha256sum webhooks/N.body stands in covered/wN.txt.

            2. Are the rows as they were sealed? For each line under a seal in chain.txt:

                 sha256sum covered/ITEM.txt | cut -c1-32

               is the digest of that line. Where an item stands under several seals, its text is that of the last.
               o order, p its personal data, r result, eN event, sN session, qN and hN what the bank showed of it,
               cN.STEP call without an answer, aN.STEP call with its answer, wN webhook, xWHAT an erasure. What was erased has no text, or an empty one.
               What is stored encrypted (qN, hN) is covered as it is stored.

            3. Is the chain whole?

                 sha256sum seals/1.txt      is the hash of seal 1, and the third field after "seal" of seal 2, and so on
                 sha256sum runs/R.txt       is the hash of run R, which
                 sha256sum runs/R.seals     ends with: all seals of the run, of all payouts, 32 bytes each. The hashes of
                                            this payout's seals of that run are among them
                 sha256sum roots/DAY.txt    is the root of the day (of UTC), which
                 sha256sum roots/DAY.runs   ends with: the hashes of all runs of the day, this one among them

            4. Is the root genuine? Compare it with a copy that was kept outside the database at that time: the worker's
               log of the following day (event 1080), or what your auditor stored. A day that is not over has no root yet.

            """;
}
