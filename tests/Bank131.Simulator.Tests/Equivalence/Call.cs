using System.Text;
using System.Text.Json;
using Bank131.Messages;
using Bank131.Simulator.Tests.Support;

namespace Bank131.Simulator.Tests.Equivalence;

/// <summary>A call ready to be sent to either bank.</summary>
/// <param name="Signature">How it is signed where signatures are looked at.</param>
internal sealed record Call(string Project, string Path, byte[] Body, string? Key, Intrusion? Signature = null)
{
    public const string Manual = "rko-project";
    public const string Automatic = "card-project";

    /// <summary>Null for an errand that is no call.</summary>
    /// <param name="shown">What the bank shows of its sessions, in their order: the last is the n-th from zero.</param>
    public static Call? Of(Errand errand, IReadOnlyList<byte[]> shown) =>
        errand switch
        {
            Errand.Create one => new(
                Manual,
                BankPath.CreateRko,
                BankJson.Bytes(new CreateSession(null)),
                KeyOf(one.Key)
            ),
            Errand.Start one => new(
                Manual,
                BankPath.StartRko,
                BankJson.Bytes(Stand.Start(IdOf(shown, one.Session), Account(one.Payee), one.IsBroken ? -1 : 350_000)),
                KeyOf(one.Key)
            ),
            Errand.Init { ToCard: true } one => new(
                Automatic,
                BankPath.InitCard,
                BankJson.Bytes(Stand.InitCard()),
                KeyOf(one.Key)
            ),
            Errand.Init one => new(
                Manual,
                BankPath.InitRko,
                BankJson.Bytes(Stand.Init(Account(one.Payee))),
                KeyOf(one.Key)
            ),
            Errand.Confirm one => new(Manual, BankPath.Confirm, Decided(shown, one), KeyOf(one.Key)),
            Errand.Cancel one => new(
                Manual,
                BankPath.Cancel,
                BankJson.Bytes(new DecideSession(IdOf(shown, one.Session), null)),
                KeyOf(one.Key)
            ),
            Errand.Status one => Asked(IdOf(shown, one.Session)),
            Errand.Intrude one => Intruding(one.Kind, IdOf(shown, one.Session)),
            _ => null,
        };

    public static string Account(int payee) => $"4081781040000386953{payee}";

    private static Call Asked(string id) => new(Manual, BankPath.Status, BankJson.Bytes(new AskSession(id)), null);

    private static Call Intruding(Intrusion kind, string id) =>
        kind switch
        {
            Intrusion.UnknownMethod => Asked(id) with { Path = "api/v1/session/steal" },
            Intrusion.UnknownProject => Asked(id) with { Project = "nobody" },
            Intrusion.NotJson => Asked(id) with { Body = Encoding.UTF8.GetBytes("session_id=" + id) },
            Intrusion.UnknownSession => Asked("ps_0"),
            _ => Asked(id) with { Signature = kind },
        };

    private static byte[] Decided(IReadOnlyList<byte[]> shown, Errand.Confirm confirm)
    {
        var id = IdOf(shown, confirm.Session);
        var view = shown.Count == 0 ? null : Counter.View(shown[confirm.Session % shown.Count]);
        var information = confirm.Information switch
        {
            Information.None => null,
            Information.Changed => view?.ConfirmInformation?.Replace('1', '2'),
            _ => view?.ConfirmInformation,
        };
        return BankJson.Bytes(new DecideSession(id, information is null ? null : new RawJson(information)));
    }

    private static string IdOf(IReadOnlyList<byte[]> shown, int index)
    {
        if (shown.Count == 0)
            return "ps_404";
        using var document = JsonDocument.Parse(shown[index % shown.Count]);
        return document.RootElement.GetProperty("session").GetProperty("id").GetString()!;
    }

    private static string? KeyOf(int key) => key == 0 ? null : $"key-{key}";
}
