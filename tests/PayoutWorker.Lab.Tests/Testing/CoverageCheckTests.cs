using System.Xml.Linq;
using PayoutWorker.Lab.Testing;

namespace PayoutWorker.Lab.Tests.Testing;

internal sealed class CoverageCheckTests
{
    private const string Guard = "src/PayoutWorker.Core/Decisions/Guard.cs";

    [Test]
    public void A_branch_that_no_test_takes_is_named_by_its_line()
    {
        var file = Of(Guard, """<line number="7" hits="3" branch="True" condition-coverage="50% (1/2)"/>""");
        Assert.That((file.IsWhole, file.Taken, file.Branches), Is.EqualTo((false, 1, 2)));
        Assert.That(file.Missing, Is.EqualTo(new[] { 7 }));
    }

    [Test]
    public void A_line_that_no_test_reaches_is_missing() =>
        Assert.That(Of(Guard, """<line number="8" hits="0" branch="False"/>""").Missing, Is.EqualTo(new[] { 8 }));

    [Test]
    public void What_all_tests_take_is_whole() =>
        Assert.That(
            Of(
                Guard,
                """
                <line number="7" hits="3" branch="True" condition-coverage="100% (2/2)"/><line number="8" hits="1"/>
                """
            ).IsWhole
        );

    [Test]
    public void A_part_that_nobody_measured_is_missing() =>
        Assert.That(
            CoverageCheck.Of(Lines("src/Elsewhere.cs", """<line number="1" hits="1"/>""")),
            Has.Count.EqualTo(CoverageCheck.Scope.Count).And.All.Property("IsWhole").False
        );

    [Test]
    public void Every_part_of_the_scope_is_there() =>
        Assert.That(
            CoverageCheck.Scope.Select(part => Path.Combine(RepositoryRoot.Find(), part)),
            Has.All.Matches<string>(path => File.Exists(path) || Directory.Exists(path))
        );

    private static FileCoverage Of(string name, string lines) => CoverageCheck.Of(Lines(name, lines))[0];

    private static CoveredLine[] Lines(string name, string lines) =>
        [
            .. CoverageFile
                .Read(
                    XDocument.Parse(
                        $"""
                        <coverage><sources><source>/</source></sources><packages><package><classes>
                        <class filename="home/{name}"><lines>{lines}</lines></class>
                        </classes></package></packages></coverage>
                        """
                    )
                )
                .Select(line => line with { File = "/" + line.File.TrimStart('/') }),
        ];
}
