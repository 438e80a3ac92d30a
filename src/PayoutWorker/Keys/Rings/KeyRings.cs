using System.Security.Cryptography;
using Bank131.Client;
using Bank131.Signing;
using PayoutWorker.Cards;
using PayoutWorker.Host.Configuration;
using PayoutWorker.Host.Configuration.Rules;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Keys.Rings;

/// <summary>
/// All keys that a process uses, from their files. <see cref="Look"/> takes them anew from the configuration file and
/// the key files while calls go on; what cannot be read keeps what was read before.
/// </summary>
internal sealed class KeyRings
{
    public const string BankUse = "bank";
    public const string CardsUse = "cards";

    private readonly WorkerConfiguration _started;
    private readonly TimeProvider _time;
    private WorkerConfiguration _good;
    private readonly LoadedRing<VerifyingKey> _bank;
    private readonly List<(string Project, LoadedRing<SigningKey> Ring)> _projects = [];
    private readonly LoadedRing<RSA>? _cards;

    // Which bank the keys are for is asked once: a mark for the other bank must not come in later.
    private BankEnvironment Environment => _started.Bank.Environment;

    /// <param name="verifiesOnly">The webhook endpoint alone: it has no key of ours.</param>
    /// <exception cref="StartException">A key cannot be read.</exception>
    public KeyRings(WorkerConfiguration configuration, TimeProvider time, bool verifiesOnly = false)
    {
        (_started, _good, _time) = (configuration, configuration, time);
        BankKeys = new VerifyingRing(time);
        _bank = new LoadedRing<VerifyingKey>(BankUse, BankKeys, Public, ImportPublic);
        List<BankProject> projects = [];
        foreach (var project in verifiesOnly ? [] : configuration.Bank.Projects)
        {
            var ring = new SigningRing(time);
            _projects.Add((project.Name!, new LoadedRing<SigningKey>(project.Name!, ring, Private, ImportSigning)));
            projects.Add(new BankProject(project.Name!, project.PartnerProject!, ring, project.SubMerchant));
        }
        Projects = projects;
        var hashKey = configuration.Cards.BodyHashKeyFile;
        if (!verifiesOnly && hashKey is not null && configuration.Cards.SealingKeys.Count > 0)
            _cards = new LoadedRing<RSA>(CardsUse, new SealingRing(time), Private, ImportSealing);
        var findings = new Findings();
        Load(configuration, findings);
        if (findings.Problems.Count > 0)
            throw new StartException(string.Join('\n', findings.Problems));
        if (_cards is not null)
            Cards = CardSeal.Of(OpeningKeys(_cards), CardRules.HashKey(File.ReadAllText(hashKey!))!);
    }

    public VerifyingRing BankKeys { get; }

    public IReadOnlyList<BankProject> Projects { get; }

    /// <summary>Null where no card keys are configured.</summary>
    public CardSeal? Cards { get; }

    /// <summary>What kept the last look from being complete; empty: nothing.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>Reads the configuration file and the key files again, and takes over whatever is good.</summary>
    /// <returns>The uses whose keys are others now.</returns>
    public IReadOnlyList<string> Look()
    {
        var (configuration, findings) = ConfigurationReader.ReadAgain(_started.SourceFile);
        // A file that is half written must not take keys away: then those that it named last are looked at.
        if (findings.Problems.Count == 0)
            _good = configuration;
        var changed = Load(_good, findings);
        Problems = [.. findings.Problems.Select(problem => problem.ToString())];
        return changed;
    }

    /// <summary>From when on there is no key for a use; only uses that end.</summary>
    public IEnumerable<(string Use, DateTimeOffset At)> Ends()
    {
        foreach (var (use, end) in Rings().Select(ring => (ring.Use, ring.EndsAt())))
            if (end is { } at)
                yield return (use, at);
    }

    /// <summary>Uses for which no key counts now. Cards are opened whatever the dates say.</summary>
    public IEnumerable<string> Without() =>
        Ends().Where(end => end.At <= _time.GetUtcNow() && end.Use != CardsUse).Select(end => end.Use);

    public IReadOnlyList<KeyState> States() =>
        [
            .. Of(_bank, "verifies", "verifies"),
            .. _projects.SelectMany(project => Of(project.Ring, "signs", "spare")),
            .. _cards is null ? [] : Of(_cards, "seals", "opens"),
        ];

    private IEnumerable<(string Use, Func<DateTimeOffset?> EndsAt)> Rings() =>
        [
            (_bank.Use, _bank.Ring.EndsAt),
            .. _projects.Select(project => (project.Project, (Func<DateTimeOffset?>)project.Ring.Ring.EndsAt)),
            .. _cards is null ? [] : new[] { (_cards.Use, (Func<DateTimeOffset?>)_cards.Ring.EndsAt) },
        ];

    private List<string> Load(WorkerConfiguration configuration, Findings findings)
    {
        List<string> changed = [];
        if (_bank.Load("Bank:PublicKeys", configuration.Bank.PublicKeys, findings))
            changed.Add(_bank.Use);
        foreach (var (name, ring) in _projects)
            // A project that left the file is left alone: that needs a restart, and its payouts may be under way.
            if (configuration.Bank.Projects.FirstOrDefault(project => project.Name == name) is { } settings)
                if (ring.Load($"Bank:Projects:{name}:PrivateKeys", settings.SigningKeys, findings))
                    changed.Add(name);
        if (_cards is not null && _cards.Load("Cards:PrivateKeys", configuration.Cards.SealingKeys, findings))
        {
            changed.Add(_cards.Use);
            Cards?.Replace(OpeningKeys(_cards));
        }
        return changed;
    }

    private IEnumerable<KeyState> Of<T>(LoadedRing<T> loaded, string current, string other)
    {
        var (now, newest) = (_time.GetUtcNow(), loaded.Ring.Current);
        foreach (var key in loaded.Ring.Keys)
            yield return new KeyState(
                loaded.Use,
                key.Id,
                key.Fingerprint,
                key.ValidFrom,
                key.ValidTo,
                key == newest ? current
                    : key.IsValidAt(now) ? other
                    : key.ValidFrom > now ? "not yet"
                    : other == "opens" ? "opens"
                    : "over"
            );
    }

    // The current one first, since most cards were sealed with it.
    private static IReadOnlyList<RSA> OpeningKeys(LoadedRing<RSA> cards)
    {
        var current = cards.Ring.Current;
        return [.. cards.Ring.Keys.OrderBy(key => key == current ? 0 : 1).Select(key => key.Key)];
    }

    private string? Public(string path, string? file, Findings findings) =>
        KeyRules.Public(path, file, Environment, findings);

    private string? Private(string path, string? file, Findings findings) =>
        KeyRules.Private(path, file, Environment, findings);

    private static (VerifyingKey, string) ImportPublic(string id, string pem)
    {
        var key = VerifyingKey.FromPem(id, pem);
        return (key, key.Fingerprint);
    }

    private static (SigningKey, string) ImportSigning(string id, string pem)
    {
        var key = SigningKey.FromPem(pem);
        return (key, key.Fingerprint);
    }

    private static (RSA, string) ImportSealing(string id, string pem)
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return (rsa, KeyPair.Fingerprint(rsa));
    }

    private sealed class SealingRing(TimeProvider time) : KeyRing<RSA>(time);
}
