namespace PayoutWorker.IntegrationTests.Schedulers;

[Parallelizable(ParallelScope.Self)]
internal sealed class BuiltInSchedulerTests : SchedulerContract
{
    protected override string Setting => "BuiltIn";
    protected override string Name => "built-in";
}
