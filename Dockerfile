# The image of the worker: framework and program, no shell, no package manager, not root.
# Written with care but not tried: images were not built where this was written. The publish command below was.

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
# What restore needs comes first, so that a change of code does not restore again.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/Bank131/Bank131.csproj src/Bank131/
COPY src/PayoutWorker.Core/PayoutWorker.Core.csproj src/PayoutWorker.Core/
COPY src/PayoutWorker.Hangfire/PayoutWorker.Hangfire.csproj src/PayoutWorker.Hangfire/
COPY src/PayoutWorker/PayoutWorker.csproj src/PayoutWorker/
# An image without Hangfire would be a surprise in production: this fails where its packages cannot be restored.
ENV WithHangfire=true
RUN dotnet restore src/PayoutWorker
COPY appsettings.json THIRD-PARTY-NOTICES.md ./
COPY licenses licenses
COPY sql/migrations sql/migrations
COPY src/Bank131 src/Bank131
COPY src/PayoutWorker.Core src/PayoutWorker.Core
COPY src/PayoutWorker.Hangfire src/PayoutWorker.Hangfire
COPY src/PayoutWorker src/PayoutWorker
RUN dotnet publish src/PayoutWorker --no-restore --configuration Release --output /app -p:UseAppHost=false

# Chiseled: only what the program needs. Its user is app (1654).
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
WORKDIR /app
COPY --from=build /app .
# No diagnostics port, so that nobody in the container can dump memory with keys in it; the root may be read-only.
ENV DOTNET_EnableDiagnostics=0 \
    PAYOUTS_Http__WebhookUrl=http://0.0.0.0:8080 \
    PAYOUTS_Http__AdminUrl=http://0.0.0.0:8081
USER $APP_UID
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=20s --retries=3 \
    CMD ["dotnet", "PayoutWorker.dll", "health"]
ENTRYPOINT ["dotnet", "PayoutWorker.dll"]
CMD ["run"]
