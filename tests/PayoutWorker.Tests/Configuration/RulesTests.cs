using PayoutWorker.HangfireScheduling;
using PayoutWorker.Host.Configuration;
using PayoutWorker.Tests.Support;

namespace PayoutWorker.Tests.Configuration;

internal sealed class RulesTests
{
    private KeyFolder _keys = null!;

    [SetUp]
    public void MakeKeys() => _keys = new KeyFolder();

    [TearDown]
    public void DropKeys() => _keys.Dispose();

    [Test]
    public void The_sample_has_no_problems() => Assert.That(Sample.Problems(Sample.Good(_keys)), Is.Empty);

    [TestCase("Database:ConnectionString", "", "Database:ConnectionString: expected a connection string")]
    [TestCase("Database:ConnectionString", "Database=x", "Database:ConnectionString: expected a Host")]
    [TestCase("Database:PasswordFile", "/no/such", "Database:PasswordFile: expected a readable file, found '/no/such'")]
    [TestCase("Bank:BaseUrl", "demo.bank131.ru", "Bank:BaseUrl: expected an https address")]
    [TestCase("Bank:PublicKeys:0:Id", "", "Bank:PublicKeys:0:Id: expected a name of its own")]
    [TestCase("Bank:PublicKeys:0:File", "", "Bank:PublicKeys:0:File: expected a PEM file")]
    [TestCase("Bank:Projects:0:Name", "", "Bank:Projects:0:Name: expected a name")]
    [TestCase("Bank:Projects:0:PartnerProject", "a b", "Bank:Projects:0:PartnerProject: expected the id")]
    [TestCase("Bank:Projects:0:PrivateKeyFile", "", "Bank:Projects:0:PrivateKeyFile: expected a PEM file")]
    [TestCase("Bank:Projects:0:Methods", "", "Bank:Projects:0:Methods: expected account, card or both")]
    [TestCase("Bank:Projects:0:Methods", "acount", "Bank:Projects:0:Methods:0: expected Account or Card")]
    [TestCase("Bank:Projects:0:AutoConfirm", "true", "Bank:Projects:0:AutoConfirm: expected false")]
    [TestCase("Bank:Projects:0:AutoConfirm", "yes", "Bank:Projects:0:AutoConfirm: expected true or false, found 'yes'")]
    [TestCase("Bank:Projects:0:SenderAccounts", "4070281", "Bank:Projects:0:SenderAccounts:0: expected 20 digits")]
    [TestCase("Bank:Projects:0:CallsPerSecond", "0", "Bank:Projects:0:CallsPerSecond: expected 0.5 to 5000, found 0")]
    [TestCase("Bank:Projects:0:CallsPerSecond", "0.4", "Bank:Projects:0:CallsPerSecond: expected 0.5 to 5000")]
    [TestCase("Bank:Projects:0:CallsPerSecond", "5001", "Bank:Projects:0:CallsPerSecond: expected 0.5 to 5000")]
    [TestCase(
        "Bank:Projects:0:CallsPerSecond",
        "few",
        "Bank:Projects:0:CallsPerSecond: expected a number, found 'few'"
    )]
    [TestCase("Bank:ConnectTimeout", "2 h", "Bank:ConnectTimeout: expected 100 ms to 1 min, found 2 h")]
    [TestCase("Timings:Lease", "20", "Timings:Lease: expected a duration")]
    [TestCase("Timings:Lease", "49 s", "Timings:Lease: expected at least SendWindow + HttpTimeout + 20 s")]
    [TestCase("Timings:Quarantine", "99 s", "Timings:Quarantine: expected at least 2 × HttpTimeout + 60 s")]
    [TestCase("Timings:AskSoon", "0 s", "Timings:AskSoon: expected durations above zero")]
    [TestCase("Timings:Scale", "0", "Timings:Scale: expected a number above 0")]
    [TestCase("Timings:Scale", "NaN", "Timings:Scale: expected a number, found 'NaN'")]
    [TestCase("Worker:MaxCalls", "0", "Worker:MaxCalls: expected 1 to 1000, found 0")]
    [TestCase("Worker:MaxCalls", "many", "Worker:MaxCalls: expected a whole number, found 'many'")]
    [TestCase("Worker:InProgressMax", "0", "Worker:InProgressMax: expected 1 to")]
    [TestCase("Worker:MaxRunSeconds", "0", "Worker:MaxRunSeconds: expected 0.1 to")]
    [TestCase("Worker:StopTimeout", "0 s", "Worker:StopTimeout: expected 1 s to")]
    [TestCase("Worker:Scheduler", "Quartz", "Worker:Scheduler: expected Auto or BuiltIn or Hangfire, found 'Quartz'")]
    [TestCase(
        "Bank:Projects:0:StatementAccounts",
        "40817810400003869535",
        "Bank:Projects:0:StatementAccounts:0: expected 20 digits, beginning with 40701"
    )]
    [TestCase("Reconciliation:TopUpsFrom", "4070", "Reconciliation:TopUpsFrom:0: expected 20 digits")]
    [TestCase("Reconciliation:After", "4 d", "Reconciliation:After: expected 0 s to 3 d, found 4 d")]
    [TestCase("Reconciliation:BankTime", "15 h", "Reconciliation:BankTime: expected -12 h to 14 h, found 15 h")]
    [TestCase("Reconciliation:MidnightGrace", "13 h", "Reconciliation:MidnightGrace: expected 0 s to 12 h")]
    [TestCase("Reconciliation:ShiftDays", "6", "Reconciliation:ShiftDays: expected 0 to 5, found 6")]
    [TestCase("Reconciliation:AmountUnit", "Rubles", "Reconciliation:AmountUnit: expected Minor or Major")]
    [TestCase("Guard:SenderBik", "123", "Guard:SenderBik: expected 9 digits or none, found '123'")]
    [TestCase("Policy:MaxSends", "0", "Policy:MaxSends: expected 1 to")]
    [TestCase("Policy:ManySessions", "0", "Policy:ManySessions: expected 1 to")]
    [TestCase("Policy:MaxClaims", "1", "Policy:MaxClaims: expected 2 to")]
    [TestCase("Policy:RestartsAfterConfirmTimeout", "-1", "Policy:RestartsAfterConfirmTimeout: expected 0 to")]
    [TestCase("Breaker:FailureRatio", "2", "Breaker:FailureRatio: expected 0.01 to 1, found 2")]
    [TestCase("Breaker:BreakAfter", "1", "Breaker:BreakAfter: expected 2 to")]
    [TestCase("Breaker:AskRetries", "0", "Breaker:AskRetries: expected 1 to")]
    [TestCase("Breaker:Sampling", "1 ms", "Breaker:Sampling: expected 500 ms to")]
    [TestCase("Breaker:Break", "1 ms", "Breaker:Break: expected 500 ms to")]
    [TestCase("Health:OldestDueMax", "0 s", "Health:OldestDueMax: expected 1 s to")]
    [TestCase("Admin:Users:0:Name", "a b", "Admin:Users:0:Name: expected letters, digits")]
    [TestCase("Admin:Users:0:Name", "payouts_erp", "Admin:Users:0:Name: expected letters, digits")]
    [TestCase(
        "Admin:Users:0:Name",
        "olga",
        "Admin:Users:0:PasswordFile: expected a password file, or Admin:ProxyAddress"
    )]
    [TestCase("Admin:Users:0:PasswordFile", "/no/such", "Admin:Users:0:PasswordFile: expected a readable file")]
    [TestCase("Admin:LockAfter", "0", "Admin:LockAfter: expected 1 to 100")]
    [TestCase("Admin:SessionTime", "30 d", "Admin:SessionTime: expected 1 min to 1 d")]
    [TestCase("Admin:ProxyAddress", "proxy", "Admin:ProxyAddress: expected an IP address")]
    [TestCase("Admin:ProxyUserHeader", "X User", "Admin:ProxyUserHeader: expected a header's name")]
    [TestCase("Admin:KeyFolder", "/no/such", "Admin:KeyFolder: expected a folder")]
    [TestCase("Ops:ConnectionString", "Database=x", "Ops:ConnectionString: expected a Host")]
    [TestCase("Ops:TimeZone", "Mars/Olympus", "Ops:TimeZone: expected a time zone")]
    [TestCase("Ops:RefreshEvery", "1 s", "Ops:RefreshEvery: expected 2 s to 1 h")]
    [TestCase("Http:WebhookUrl", "https://0.0.0.0:1", "Http:WebhookUrl: expected http://")]
    [TestCase("Http:WebhookUrl", "http://example.com:80", "Http:WebhookUrl: expected http://")]
    [TestCase("Http:WebhookUrl", "http://0.0.0.0:8081", "Http:AdminUrl: expected another port than the webhook's")]
    [TestCase("Telemetry:OtlpEndpoint", "collector", "Telemetry:OtlpEndpoint: expected an address")]
    [TestCase("Log:Level", "Loud", "Log:Level: expected Trace or Debug")]
    [TestCase("Wroker:MaxCalls", "1", "Wroker: expected one of Database, Bank")]
    [TestCase("Worker:MaxCals", "1", "Worker:MaxCals: expected one of")]
    [TestCase("Bank:Projects:0:Method", "card", "Did you mean Methods?")]
    public void One_wrong_value_is_one_problem(string key, string value, string expected)
    {
        var values = Sample.Good(_keys);
        values[key] = value;

        var (_, findings) = Sample.Read(values);

        Assert.That(string.Join('\n', findings.Problems), Does.Contain(expected));
        Assert.That(findings.Problems, Has.Count.LessThanOrEqualTo(2), "a wrong value does not look like many");
    }

    [TestCase("Hangfire", true)]
    [TestCase("BuiltIn", false)]
    [TestCase("Auto", false)]
    public void Only_Hangfire_itself_is_refused_where_it_is_not_built_in(string scheduler, bool refused)
    {
        var values = Sample.Good(_keys);
        values["Worker:Scheduler"] = scheduler;

        var problems = string.Join('\n', Sample.Read(values).Findings.Problems);

        Assert.That(
            problems,
            refused && HangfireModule.ReasonForAbsence is { } reason
                ? Does.Contain("Worker:Scheduler: expected Auto or BuiltIn, found Hangfire").And.Contains(reason)
                : Is.Empty
        );
    }

    [Test]
    public void All_problems_are_shown_at_once()
    {
        var problems = Sample.Problems(
            new()
            {
                ["Worker:MaxCalls"] = "0",
                ["Log:Levle"] = "Debug",
                ["Timings:Lease"] = "1 s",
            }
        );

        Assert.That(problems, Does.Contain("Worker:MaxCalls").And.Contain("Log:Levle").And.Contain("Timings:Lease"));
        Assert.That(problems, Does.Contain("Database:ConnectionString").And.Contain("Bank:Projects"));
        Assert.That(problems, Does.Contain("Bank:PublicKeys"));
    }

    [Test]
    public void Two_projects_cannot_claim_the_same_payouts()
    {
        var values = Sample.Good(_keys);
        values["Bank:Projects:1:Name"] = "other";
        values["Bank:Projects:1:PartnerProject"] = "p_other";
        values["Bank:Projects:1:PrivateKeyFile"] = _keys.Private;
        values["Bank:Projects:1:Methods"] = "account";
        Assert.That(Sample.Problems(values), Does.Contain("every other account, found rko and other"));

        values["Bank:Projects:1:SenderAccounts"] = "40702810000000000001";
        Assert.That(Sample.Problems(values), Is.Empty);

        values["Bank:Projects:0:SenderAccounts:0"] = "40702810000000000001";
        Assert.That(Sample.Problems(values), Does.Contain("account 40702810000000000001, found rko and other"));

        values["Bank:Projects:1:Name"] = "rko";
        Assert.That(Sample.Problems(values), Does.Contain("Bank:Projects:1:Name: expected a name of its own"));
    }

    [Test]
    public void The_webhook_endpoint_alone_needs_no_project_and_is_better_off_without()
    {
        var values = Sample.Good(_keys);
        Assert.That(Warnings(), Does.Contain("Bank:Projects: expected nothing, found 1"));
        foreach (
            var key in values.Keys.Where(key => key.StartsWith("Bank:Projects", StringComparison.Ordinal)).ToList()
        )
            values.Remove(key);
        Assert.That(Warnings(), Is.Empty);
        values.Remove("Bank:PublicKeys:0:File");
        Assert.That(Only().Problems.Select(problem => problem.ToString()), Has.Some.Contains("Bank:PublicKeys:0:File"));

        string Warnings() => string.Join('\n', Only().Warnings);
        Findings Only() => Sample.Read(values, RunOnly.Webhook).Findings;
    }

    [Test]
    public void A_project_that_pays_cards_needs_the_card_keys()
    {
        var values = Sample.Good(_keys);
        values["Bank:Projects:0:Methods"] = "account,card";
        Assert.That(
            Sample.Problems(values),
            Does.Contain("Cards:PrivateKeyFiles: expected").And.Contain("Cards:BodyHashKeyFile: expected")
        );

        values["Cards:PrivateKeyFiles"] = _keys.Private;
        values["Cards:BodyHashKeyFile"] = _keys.HashKey;
        Assert.That(Sample.Problems(values), Is.Empty);

        values["Cards:BodyHashKeyFile"] = _keys.Write("short.key", "c2hvcnQ=");
        Assert.That(Sample.Problems(values), Does.Contain("Cards:BodyHashKeyFile: expected at least 32 bytes"));
    }

    [Test]
    public void A_sender_whose_statement_is_not_compared_beside_one_whose_is_gets_a_warning()
    {
        var values = Sample.Good(_keys);
        values["Bank:Projects:0:SenderAccounts"] = "40702810300200000013,40702810300200000014";
        values["Bank:Projects:0:StatementAccounts"] = "40702810300200000013";
        var (configuration, findings) = Sample.Read(values);
        Assert.That(findings.Problems, Is.Empty);
        Assert.That(findings.Warnings.Select(w => w.ToString()), Has.One.Contains("40702810300200000014"));

        var account = BookAccounts.Of(configuration).Accounts.Single();
        Assert.That(
            (account.Number, account.Project, account.CardProjects.Count),
            Is.EqualTo(("40702810300200000013", "rko", 0))
        );
        Assert.That(BookAccounts.WithoutReturnWatch(configuration), Is.EquivalentTo(new[] { "40702810300200000013" }));
    }
}
