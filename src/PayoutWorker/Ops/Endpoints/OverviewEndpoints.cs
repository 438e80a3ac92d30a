using PayoutWorker.Host.Ops.Pages;
using PayoutWorker.Host.Ops.Store;
using PayoutWorker.Host.Ops.Web;

namespace PayoutWorker.Host.Ops.Endpoints;

internal static class OverviewEndpoints
{
    public static void Map(IEndpointRouteBuilder people) =>
        people.MapGet(
            "",
            async (OverviewReader reader, CancellationToken cancellationToken) =>
                Html.Page<OverviewPage>(await reader.ReadAsync(cancellationToken))
        );
}
