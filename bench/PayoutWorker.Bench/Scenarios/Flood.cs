using System.Text;
using PayoutWorker.Bench.Machine;
using PayoutWorker.Bench.Peers;
using PayoutWorker.Bench.Reporting;

namespace PayoutWorker.Bench.Scenarios;

/// <summary>
/// Scenario 9: webhooks at twice the rate that payouts need, a third of them duplicates, all out of order, while payouts
/// are burned down. Those of the flood name sessions that nobody knows.
/// </summary>
internal static class Flood
{
    public static async Task<Result> RunAsync(
        Bench bench,
        Peer peer,
        int round,
        int count,
        CancellationToken cancellationToken
    )
    {
        var bank = BankBehaviour.Quick with { KeepsEvents = true };
        var ground = await bench.PrepareAsync(peer, bank, cancellationToken);
        await using var measured = new Measured(peer, ground);
        await measured.StartAsync(1, cancellationToken);
        await measured.WarmUpAsync(cancellationToken);
        // Signed beforehand: the bank has a machine of its own.
        var webhooks = Enumerable.Range(0, count * 2).Select(n => Webhook(ground, n % 10 < 3 ? n / 10 : n)).ToArray();
        new Random(round).Shuffle(webhooks);
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        var flood = PourAsync(ground, webhooks, cancellationToken);
        await measured.InsertAsync(count, cancellationToken);
        await measured.UntilPaidAsync(TimeSpan.FromMinutes(10), cancellationToken);
        var took = clock.GetElapsedTime(began);
        var waits = await flood;
        Dictionary<string, double> figures = new()
        {
            ["payouts/s"] = count / took.TotalSeconds,
            ["refused webhooks"] = waits.Count(wait => wait is null),
            ["memory MB"] = measured.Processes.Sum(process => Cpu.MegabytesOf(process.Id)),
        };
        Latencies.AddTo(figures, "webhook to 200", waits.OfType<TimeSpan>());
        return new Result(9, "", peer.Name, round) { Figures = figures };
    }

    private static (byte[] Body, string Signature) Webhook(Ground ground, int n)
    {
        var body = Encoding.UTF8.GetBytes(
            $$$"""
            {"type":"ready_to_confirm","session":{"id":"ps_flood_{{{n}}}","status":"in_progress",
            "next_action":"confirm","payments":[{"id":"po_flood_{{{n}}}","status":"in_progress",
            "amount_details":{"amount":350000,"currency":"rub"}}]}}
            """
        );
        return (body, ground.Keys.SignAsBank(body));
    }

    private static async Task<TimeSpan?[]> PourAsync(
        Ground ground,
        IReadOnlyList<(byte[] Body, string Signature)> webhooks,
        CancellationToken cancellationToken
    )
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 16 };
        using var http = new HttpClient(handler);
        var waits = new TimeSpan?[webhooks.Count];
        await Parallel.ForAsync(
            0,
            webhooks.Count,
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken },
            async (n, token) =>
            {
                using var request = new HttpRequestMessage(
                    HttpMethod.Post,
                    new Uri(ground.Webhook, "webhooks/bank131")
                );
                request.Content = new ByteArrayContent(webhooks[n].Body);
                request.Headers.Add(Bank131.Messages.BankHeader.Sign, webhooks[n].Signature);
                var began = TimeProvider.System.GetTimestamp();
                using var answer = await http.SendAsync(request, token);
                if (answer.IsSuccessStatusCode)
                    waits[n] = TimeProvider.System.GetElapsedTime(began);
            }
        );
        return waits;
    }
}
