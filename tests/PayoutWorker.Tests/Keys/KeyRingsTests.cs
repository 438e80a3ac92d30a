using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Bank131.Signing;
using Microsoft.Extensions.Logging.Abstractions;
using PayoutWorker.Cards;
using PayoutWorker.Host;
using PayoutWorker.Host.Configuration;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Keys;
using PayoutWorker.Host.Keys.Rings;
using PayoutWorker.Tests.Support;

namespace PayoutWorker.Tests.Keys;

/// <summary>Keys change under a running worker, and nothing that goes wrong with a file takes one away.</summary>
internal sealed class KeyRingsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    private readonly HandClock _time = new(Start);
    private KeyFolder _keys = null!;
    private string _configuration = null!;

    [SetUp]
    public void MakeKeys()
    {
        _time.Now = Start;
        _keys = new KeyFolder();
        KeyPair.Create(BankEnvironment.Demo, _keys.Path, "next");
        _configuration = Path.Combine(_keys.Path, "worker.json");
    }

    [TearDown]
    public void DropKeys() => _keys.Dispose();

    [Test]
    public void The_newest_key_that_is_valid_signs_from_its_first_moment_on()
    {
        var rings = StartWith([("old", "main", null, null), ("new", "next", Start.AddDays(1), null)]);
        Assert.That(Signer(rings), Is.EqualTo("main"));
        Assert.That(States(rings), Is.EqualTo(new[] { "old signs", "new not yet" }));

        _time.Now = Start.AddDays(1).AddTicks(-1);
        Assert.That(Signer(rings), Is.EqualTo("main"));
        _time.Now = Start.AddDays(1);
        Assert.That(Signer(rings), Is.EqualTo("next"), "no look at the files is needed for that");
        Assert.That(States(rings), Is.EqualTo(new[] { "old spare", "new signs" }));
    }

    [Test]
    public void A_key_that_is_over_signs_nothing_even_when_there_is_no_other()
    {
        var rings = StartWith([("old", "main", null, Start.AddHours(1))]);
        Assert.That(rings.Without(), Is.Empty);
        _time.Now = Start.AddHours(1);
        Assert.That(Signer(rings), Is.Null);
        Assert.That(States(rings), Is.EqualTo(new[] { "old over" }));
        Assert.That(rings.Without(), Is.EqualTo(new[] { "rko" }));
    }

    [Test]
    public void A_new_key_is_taken_over_while_running_and_a_known_one_is_not_imported_again()
    {
        var rings = StartWith([("old", "main", null, null)]);
        var ring = (SigningRing)rings.Projects[0].Key;
        var old = ring.Current!.Key;

        Assert.That(rings.Look(), Is.Empty, "nothing changed");
        Write([("old", "main", null, null), ("new", "next", Start, null)]);
        Assert.That(rings.Look(), Is.EqualTo(new[] { "rko" }));
        Assert.That(Signer(rings), Is.EqualTo("next"));
        Assert.That(ring.Keys[0].Key, Is.SameAs(old));
    }

    [Test]
    public void A_key_file_that_is_overwritten_in_place_is_taken_over()
    {
        var rings = StartWith([("old", "main", null, null)]);
        File.Copy(FileOf("next"), FileOf("main"), overwrite: true);
        Assert.That(rings.Look(), Is.EqualTo(new[] { "rko" }));
        Assert.That(Signer(rings), Is.EqualTo("next"));
    }

    [TestCase("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    [TestCase("")]
    [TestCase(null)]
    public void A_broken_or_missing_key_file_keeps_the_key_that_was_there(string? text)
    {
        var rings = StartWith([("old", "main", null, null)]);
        if (text is null)
            File.Delete(FileOf("main"));
        else
            File.WriteAllText(FileOf("main"), text);
        var before = Signer(rings);

        Assert.That(rings.Look(), Is.Empty);
        Assert.That(Signer(rings), Is.EqualTo(before).And.Not.Null);
        Assert.That(rings.Problems, Has.Count.EqualTo(1));
        Assert.That(rings.Problems[0], Does.StartWith("Bank:Projects:rko:PrivateKeys:0:File: expected"));
    }

    [Test]
    public void A_configuration_file_that_is_half_written_keeps_the_keys_that_it_named_last()
    {
        var rings = StartWith([("old", "main", null, null)]);
        Write([("new", "next", null, null)]);
        rings.Look();
        File.WriteAllText(_configuration, File.ReadAllText(_configuration)[..^20]);

        Assert.That(rings.Look(), Is.Empty);
        Assert.That(rings.Problems, Has.Count.EqualTo(1).And.One.Contains("a JSON file"));
        Assert.That(Signer(rings), Is.EqualTo("next"), "not those of the start");
    }

    [Test]
    public void A_list_that_became_empty_keeps_the_keys_that_were_there()
    {
        var rings = StartWith([("old", "main", null, null)]);
        Write([]);
        rings.Look();
        Assert.That(Signer(rings), Is.EqualTo("main"));
        Assert.That(rings.Problems, Has.One.Contains("Leave at least one"));
    }

    [Test]
    public void One_bad_ring_does_not_keep_another_from_changing()
    {
        var rings = StartWith([("old", "main", null, null)]);
        Write([("new", "next", null, null)], bankFile: "none.pem");
        Assert.That(rings.Look(), Is.EqualTo(new[] { "rko" }));
        Assert.That(rings.Problems, Has.Count.EqualTo(1));
        Assert.That(Verifies(rings, _keys.Private), Is.EqualTo("k1"), "the bank's old key is still there");
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform(Exclude = "Win")]
    public void A_new_key_that_others_can_read_is_refused_for_live_and_the_old_one_signs_on()
    {
        using var live = new KeyFolder(BankEnvironment.Live);
        KeyPair.Create(BankEnvironment.Live, live.Path, "next");
        var (values, file) = (Sample.Live(live), Path.Combine(live.Path, "next.private.pem"));
        var (started, findings) = Sample.Read(values);
        Assert.That(findings.Problems, Is.Empty);
        _configuration = started.SourceFile = Path.Combine(live.Path, "worker.json");
        Write([("new", file, null, null)], environment: "Live");
        var rings = new KeyRings(started, _time);
        var before = Signer(rings);

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.That(rings.Look(), Is.Empty);
        Assert.That(rings.Problems, Has.One.Contains("a file that only its owner can read"));
        Assert.That(Signer(rings), Is.EqualTo(before).And.Not.Null);

        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        Assert.That(rings.Look(), Is.EqualTo(new[] { "rko" }));
        Assert.That(rings.Problems, Is.Empty);
    }

    [Test]
    public void Any_valid_key_of_the_bank_verifies_and_is_named()
    {
        var rings = StartWith(
            [("old", "main", null, null)],
            bank: [("first", "main", null, Start.AddDays(1)), ("second", "next", null, null)]
        );
        Assert.That(Verifies(rings, FileOf("main")), Is.EqualTo("first"));
        Assert.That(Verifies(rings, FileOf("next")), Is.EqualTo("second"));
        _time.Now = Start.AddDays(1);
        Assert.That(Verifies(rings, FileOf("main")), Is.Null, "over");
        Assert.That(Verifies(rings, FileOf("next")), Is.EqualTo("second"));
    }

    [Test]
    public void The_webhook_endpoint_reads_the_bank_s_keys_alone()
    {
        Write([("old", "none", null, null)]);
        var (configuration, _) = ConfigurationReader.Read(_configuration, RunOnly.Webhook);
        var rings = new KeyRings(configuration, _time, verifiesOnly: true);
        Assert.That(rings.Projects, Is.Empty);
        Assert.That(Verifies(rings, FileOf("main")), Is.EqualTo("k1"));
        Assert.That(rings.Look(), Is.Empty);
        Assert.That(rings.Problems, Is.Empty);
    }

    [Test]
    public void At_the_start_a_bad_file_is_an_error()
    {
        Write([("old", "none", null, null)]);
        var (configuration, _) = ConfigurationReader.Read(_configuration);
        Assert.That(() => new KeyRings(configuration, _time), Throws.TypeOf<StartException>());
    }

    [Test]
    public void A_new_sealing_key_opens_beside_the_old_ones_even_those_that_are_over()
    {
        Write([("old", "main", null, null)], cards: [("c1", "main", null, Start)]);
        var rings = new KeyRings(ConfigurationReader.Read(_configuration).Configuration, _time);
        Assert.That(rings.Without(), Is.Empty, "cards are opened whatever the dates say");
        Assert.That(Opens(rings, "next"), Is.False);

        Write([("old", "main", null, null)], cards: [("c1", "main", null, Start), ("c2", "next", null, null)]);
        Assert.That(rings.Look(), Is.EqualTo(new[] { "cards" }));
        Assert.That(Opens(rings, "main") && Opens(rings, "next"), Is.True);
        Assert.That(
            rings.States().Where(state => state.Use == "cards").Select(state => $"{state.Id} {state.State}"),
            Is.EqualTo(new[] { "c1 opens", "c2 seals" })
        );
    }

    [Test]
    public void When_the_keys_of_a_use_end_is_known_over_their_overlaps()
    {
        var rings = StartWith([
            ("a", "main", null, Start.AddDays(10)),
            ("b", "next", Start.AddDays(5), Start.AddDays(20)),
        ]);
        Assert.That(rings.Ends(), Is.EqualTo(new[] { ("rko", Start.AddDays(20)) }));
        Write([("a", "main", null, Start.AddDays(10)), ("b", "next", Start.AddDays(11), null)]);
        rings.Look();
        Assert.That(rings.Ends(), Is.EqualTo(new[] { ("rko", Start.AddDays(10)) }), "a day without any");
    }

    [Test]
    public async Task Problems_that_last_and_ends_that_come_are_said_once()
    {
        var rings = StartWith([("old", "main", null, Start.AddDays(20))]);
        var log = new ListLogger();
        using var watch = new KeyWatch(rings, new KeysSettings(), database: null, _time, log);
        await watch.LookAsync(CancellationToken.None);
        Assert.That(log.Ids, Is.Empty);

        _time.Now = Start.AddDays(7);
        await watch.LookAsync(CancellationToken.None);
        await watch.LookAsync(CancellationToken.None);
        Assert.That(log.Ids, Is.EqualTo(new[] { 2032 }), "the end is near, said once");

        File.WriteAllText(FileOf("main"), "broken");
        for (var i = 0; i < 4; i++)
            await watch.LookAsync(CancellationToken.None);
        Assert.That(log.Ids, Is.EqualTo(new[] { 2032, 2031 }), "the file is bad, said once");

        _time.Now = Start.AddDays(20);
        await watch.LookAsync(CancellationToken.None);
        Assert.That(log.Ids, Is.EqualTo(new[] { 2032, 2031, 2033 }));
    }

    private KeyRings StartWith(
        (string Id, string Name, DateTimeOffset? From, DateTimeOffset? To)[] keys,
        (string Id, string Name, DateTimeOffset? From, DateTimeOffset? To)[]? bank = null
    )
    {
        Write(keys, bank: bank);
        var (configuration, findings) = ConfigurationReader.Read(_configuration);
        Assert.That(findings.Problems, Is.Empty);
        return new KeyRings(configuration, _time);
    }

    private void Write(
        (string Id, string Name, DateTimeOffset? From, DateTimeOffset? To)[] keys,
        string? bankFile = null,
        string environment = "Demo",
        (string Id, string Name, DateTimeOffset? From, DateTimeOffset? To)[]? bank = null,
        (string Id, string Name, DateTimeOffset? From, DateTimeOffset? To)[]? cards = null
    )
    {
        var root = new JsonObject
        {
            ["Database"] = new JsonObject { ["ConnectionString"] = "Host=db" },
            ["Bank"] = new JsonObject
            {
                ["Environment"] = environment,
                ["PublicKeys"] = bank is null
                    ? new JsonArray(Key("k1", bankFile ?? Path.Combine(_keys.Path, "main.public.pem"), null, null))
                    : List(bank, "public"),
                ["Projects"] = new JsonArray(
                    new JsonObject
                    {
                        ["Name"] = "rko",
                        ["PartnerProject"] = "p_rko",
                        ["Methods"] = "account",
                        ["PrivateKeys"] = List(keys, "private"),
                    }
                ),
            },
        };
        if (environment == "Live")
            root["Bank"]!["PublicKeys"]![0]!["File"] = Path.Combine(
                Path.GetDirectoryName(_configuration)!,
                "main.public.pem"
            );
        if (cards is not null)
            root["Cards"] = new JsonObject
            {
                ["PrivateKeys"] = List(cards, "private"),
                ["BodyHashKeyFile"] = _keys.HashKey,
            };
        File.WriteAllText(_configuration, root.ToJsonString());
    }

    private JsonArray List((string Id, string Name, DateTimeOffset? From, DateTimeOffset? To)[] keys, string half) =>
        [.. keys.Select(key => Key(key.Id, FileOf(key.Name, half), key.From, key.To))];

    private static JsonObject Key(string id, string file, DateTimeOffset? from, DateTimeOffset? to)
    {
        var key = new JsonObject { ["Id"] = id, ["File"] = file };
        if (from is not null)
            key["ValidFrom"] = $"{from:u}";
        if (to is not null)
            key["ValidTo"] = $"{to:u}";
        return key;
    }

    private string FileOf(string name, string half = "private") =>
        Path.IsPathRooted(name) ? name : Path.Combine(_keys.Path, $"{name}.{half}.pem");

    // Whose signature it is, by the files as they were made; "?" of some other key.
    private string? Signer(KeyRings rings)
    {
        if (rings.Projects[0].Key.Sign("body"u8) is not { } signature)
            return null;
        using var keys = new VerifyingKeys(
            new[] { "main", "next" }
                .Select(name => (name, Path.Combine(_keys.Path, $"{name}.public.pem")))
                .Select(key => (key.name, File.ReadAllText(key.Item2)))
        );
        return keys.Verify("body"u8, signature) ?? "?";
    }

    private static string? Verifies(KeyRings rings, string privateFile)
    {
        using var key = SigningKey.FromPem(File.ReadAllText(privateFile));
        return rings.BankKeys.Verify("body"u8, key.Sign("body"u8));
    }

    private bool Opens(KeyRings rings, string name)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(File.ReadAllText(FileOf(name, "public")));
        return rings.Cards!.Unseal(CardSeal.Seal("2200700142697101", "e-1", rsa), "e-1", "7101").Problem is null;
    }

    private static IEnumerable<string> States(KeyRings rings) =>
        rings.States().Where(state => state.Use == "rko").Select(state => $"{state.Id} {state.State}");

    private sealed class ListLogger : Microsoft.Extensions.Logging.ILogger<KeyWatch>
    {
        public List<int> Ids { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => NullLogger.Instance.BeginScope(state);

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel,
            Microsoft.Extensions.Logging.EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Ids.Add(eventId.Id);
    }
}
